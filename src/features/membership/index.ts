export {
	type FoundInvitation,
	findInvitation,
	type GroupLine,
	invitationPartsOfPerson,
	listGroups,
	listPendingInvitations,
	memberOf,
	membershipOf,
	membershipPartsOfGroup,
	type PendingInvitation,
} from '#src/features/membership/data.ts';
export {
	acceptInvitation,
	beginMembership,
	erasePerson,
	forgetOldInvitations,
	inviteToGroup,
	inviteWorker,
	type Moment,
} from '#src/features/membership/mutations.ts';
export { INVITATION_KEPT } from '#src/features/membership/rules.ts';
export { KINDS, type Kind } from '#src/features/membership/schema.ts';
