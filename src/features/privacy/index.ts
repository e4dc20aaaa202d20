export {
	type ErasureObstacle,
	findErasureByLink,
	findErasureOf,
	findObstacle,
	listRuns,
} from '#src/features/privacy/data.ts';
export { applyRetention, eraseDue, previewErasure, rehearseErasure } from '#src/features/privacy/jobs.ts';
export { askErasure, eraseNow } from '#src/features/privacy/mutations.ts';
export type { RetentionName } from '#src/features/privacy/policy.ts';
