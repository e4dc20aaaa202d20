export { countDead, hasDue, listMessages, messagePartsOfPerson } from '#src/features/outbox/data.ts';
export { deliverDue } from '#src/features/outbox/jobs.ts';
export { erasePerson, forgetMessages, forgetOldMessages, queueMessage } from '#src/features/outbox/mutations.ts';
export type { MailContent } from '#src/features/outbox/rules.ts';
export { KEPT as MESSAGES_KEPT } from '#src/features/outbox/rules.ts';
