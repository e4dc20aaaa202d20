export { type GroupLine, listGroups, memberOf, membershipOf, membershipPartsOfGroup } from '#src/features/membership/data.ts';
export { beginAgain, beginMembership, type EndReason, endMembership, erasePerson } from '#src/features/membership/mutations.ts';
export { KINDS, type Kind } from '#src/features/membership/schema.ts';
