export {
	type CountedSession,
	findPlace,
	findSession,
	findSessionForDesk,
	listComing,
	listPast,
	listSessions,
	type Session,
	trainingPartsOfPerson,
} from '#src/features/trainings/data.ts';
export {
	announceDemonstration,
	askPlace,
	confirmPlace,
	deleteNeverConfirmed,
	erasePerson,
	forgetSessions,
	syncTrainings,
} from '#src/features/trainings/mutations.ts';
export { ASKED_DAYS, KEPT_DAYS, signUpState } from '#src/features/trainings/rules.ts';
export { LIMITS } from '#src/features/trainings/schema.ts';
