export { contactPartsOfPerson, countMessages, countWaitingMessages, findMessage, listMessages } from '#src/features/contact/data.ts';
export {
	answerMessage,
	deleteOverMessages,
	erasePerson,
	noteMessage,
	receiveMessage,
	setAsideMessage,
} from '#src/features/contact/mutations.ts';
export { ABOUT, BOXES, boxOf, committeeFor, deletedAt, KEPT_DAYS, nextStatus, readNumber } from '#src/features/contact/rules.ts';
export { LIMITS } from '#src/features/contact/schema.ts';
