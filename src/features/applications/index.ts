export {
	APPLICATION_LISTS,
	type ApplicationFile,
	type ApplicationLine,
	type ApplicationList,
	countApplications,
	countWaitingApplications,
	type DeadLink,
	findApplication,
	findConfirmation,
	findFollowed,
	findResume,
	listApplications,
	type SentApplication,
} from '#src/features/applications/data.ts';
export {
	acceptApplication,
	answerQuestion,
	askApplicant,
	confirmApplication,
	expireApplications,
	sendApplication,
	takeApplication,
} from '#src/features/applications/mutations.ts';
export { type ApplicationStatus, deskTone, eventsOf, nextStatus } from '#src/features/applications/rules.ts';
export {
	type ApplicationInput,
	CONTRIBUTIONS,
	draftValues,
	FREQUENCIES,
	HAS_DOMAIN,
	HOSTED,
	LIMITS,
	NEEDS,
	PEOPLE,
	parseApplication,
	TRAP,
} from '#src/features/applications/schema.ts';
