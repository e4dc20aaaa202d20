import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from '#bench/bench.ts';
import { writeNewsItems } from '#bench/news-items.ts';
import { type Built, buildStep, copyProject } from '#bench/project.ts';
import { median, type Result } from '#bench/report.ts';

const FEW = 1_000;
const MANY = 5_000;
const GOAL = 1.3;
const ROUNDS = 3;

/** What an item adds to a build with none, in milliseconds of processor time. */
const marginalMs = (none: Built, some: Built, items: number) => ((some.cpuSeconds - none.cpuSeconds) / items) * 1000;

const round = (value: number, digits = 3) => Number(value.toFixed(digits));

/**
 * Whether a page costs as much among 5 000 news items as among 1 000. Each size is built from nothing, by turns; the build
 * with no item is taken off, for it is the same work in all. Processor time, not the clock's: on a machine others use too,
 * the clock tells of them (the same build took 16 s and 34 s), and work that grows shows in both. Making the pages and
 * compressing them are judged apart: the second costs three times the first and treats each file by itself, so it would hide
 * a growth of the first. If neither passes the goal, neither does their sum.
 */
export const newsBuild: Bench = {
	name: 'news.build',
	async run({ folder }) {
		const sizes = [0, FEW, MANY] as const;
		const projects = new Map(sizes.map((size) => [size, path.join(folder, `news-${size}`)]));
		for (const [size, project] of projects) {
			copyProject(project);
			writeNewsItems(project, size);
		}
		const build = async (size: (typeof sizes)[number], step: 'pages' | 'compress') => {
			const project = projects.get(size) ?? '';
			// From nothing each time: what a build keeps for the next would make the second round another measure.
			if (step === 'pages')
				for (const kept of ['dist', 'node_modules/.astro']) rmSync(path.join(project, kept), { recursive: true, force: true });
			const built = await buildStep(project, step);
			if (built.code !== 0) throw new Error(`${size} news items: ${step} ended with ${built.code}\n${built.output}`);
			return built;
		};
		const measure = async (name: string, step: 'pages' | 'compress', rounds: number): Promise<Result> => {
			const costs: { few: number; many: number; last: Built }[] = [];
			for (let at = 0; at < rounds; at += 1) {
				const built = new Map<number, Built>();
				for (const size of at % 2 === 0 ? sizes : [...sizes].reverse()) built.set(size, await build(size, step));
				const [none, few, many] = sizes.map((size) => built.get(size));
				if (!none || !few || !many) throw new Error('a size was not built');
				costs.push({ few: marginalMs(none, few, FEW), many: marginalMs(none, many, MANY), last: many });
			}
			const value = median(costs.map(({ few, many }) => many / few));
			return {
				name,
				unit: 'ratio',
				value: round(value),
				against: `what an item adds to the build among ${FEW} (processor time; an item is two pages)`,
				samples: costs.map(({ few, many }) => round(many / few)),
				goal: GOAL,
				holds: value <= GOAL,
				absolute: {
					[`item_ms_of_${MANY}`]: round(median(costs.map(({ many }) => many)), 1),
					[`item_ms_of_${FEW}`]: round(median(costs.map(({ few }) => few)), 1),
					[`seconds_of_${MANY}`]: round(median(costs.map(({ last }) => last.seconds)), 1),
					[`peak_mib_of_${MANY}`]: round(Math.max(...costs.map(({ last }) => last.peakMib)), 0),
				},
			};
		};
		try {
			return [await measure('news.build', 'pages', ROUNDS), await measure('news.compress', 'compress', 1)];
		} finally {
			for (const project of projects.values()) rmSync(project, { recursive: true, force: true });
		}
	},
};
