export { erasePerson, forgetTickets } from '#src/features/takeout/mutations.ts';
export { TABLES } from '#src/features/takeout/policy.ts';
export { TICKET_LASTS } from '#src/features/takeout/rules.ts';
