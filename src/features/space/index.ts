export { loadSpaceHome } from '#src/features/space/data.ts';
export type { TodayLine } from '#src/features/space/rules.ts';
