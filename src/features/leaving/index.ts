export {
	countLeavingTasks,
	findCertificate,
	findLiveNotice,
	hasPartInNotice,
	isAnyLeaving,
	leavingPartsOfGroup,
	loadLeaving,
	loadLeavingDesk,
} from '#src/features/leaving/data.ts';
export { carryOutNotices, keepCalendars } from '#src/features/leaving/jobs.ts';
export { depart, erasePerson } from '#src/features/leaving/mutations.ts';
export { type CalendarLine, LEAVING_REASONS, mayStep, NOTICE_STEPS, RETENTION, type RetentionKind } from '#src/features/leaving/rules.ts';
export { LIMITS as LEAVING_LIMITS } from '#src/features/leaving/schema.ts';
