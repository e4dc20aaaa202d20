export { erasePerson, forgetTickets } from '#src/features/takeout/mutations.ts';
export { TICKET_LASTS } from '#src/features/takeout/rules.ts';
