export { exportCsv, exportJson, listQuarters } from '#src/features/figures/data.ts';
export { publishDue } from '#src/features/figures/jobs.ts';
export {
	type Cell,
	cellOf,
	type Figure,
	type FigureId,
	labelOf,
	type PublishedQuarter,
	partsOfName,
	textOf,
} from '#src/features/figures/rules.ts';
