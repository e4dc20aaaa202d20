export { countDead, hasDue, listMessages } from '#src/features/outbox/data.ts';
export { deliverDue } from '#src/features/outbox/jobs.ts';
export { forgetMessages, forgetOldMessages, queueMessage } from '#src/features/outbox/mutations.ts';
export type { MailContent } from '#src/features/outbox/rules.ts';
