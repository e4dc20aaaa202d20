export { type GroupLine, listGroups, memberOf, membershipOf } from '#src/features/membership/data.ts';
export { beginAgain, beginMembership, type EndReason, endMembership } from '#src/features/membership/mutations.ts';
export { KINDS, type Kind } from '#src/features/membership/schema.ts';
