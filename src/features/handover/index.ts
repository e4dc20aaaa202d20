export {
	countWaitingHandovers,
	type FollowedLink,
	findHandover,
	findHandoverLink,
	type HandoverLine,
	type HandoverOnDesk,
	hasOpenHandover,
	listHandovers,
	noticeInGroup,
} from '#src/features/handover/data.ts';
export { advanceHandoversDue } from '#src/features/handover/jobs.ts';
export { askHandover, verifyAsker } from '#src/features/handover/mutations.ts';
export { CHECK_METHODS, handoverTone } from '#src/features/handover/rules.ts';
export { LIMITS } from '#src/features/handover/schema.ts';
