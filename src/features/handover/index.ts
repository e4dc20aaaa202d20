export {
	type Administrator,
	administratorsOf,
	countWaitingHandovers,
	type FollowedLink,
	findHandover,
	findHandoverLink,
	type HandoverLine,
	type HandoverOnDesk,
	handoverPartsOfGroup,
	handoverPartsOfPerson,
	hasOpenHandover,
	listHandovers,
	noticeInGroup,
} from '#src/features/handover/data.ts';
export { advanceHandoversDue } from '#src/features/handover/jobs.ts';
export { askHandover, erasePerson, forgetOldHandovers, forgetUnproven, verifyAsker } from '#src/features/handover/mutations.ts';
export { CHECK_METHODS, HANDOVER_KEPT, handoverTone, UNPROVEN_LASTS } from '#src/features/handover/rules.ts';
export { LIMITS } from '#src/features/handover/schema.ts';
