export { exportCsv, exportJson, listQuarters } from '#src/features/figures/data.ts';
export { publishDue } from '#src/features/figures/jobs.ts';
