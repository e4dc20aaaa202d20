export {
	type FoundInvitation,
	findInvitation,
	type GroupLine,
	listGroups,
	listPendingInvitations,
	memberOf,
	membershipOf,
	type PendingInvitation,
} from '#src/features/membership/data.ts';
export {
	acceptInvitation,
	beginAgain,
	beginMembership,
	type EndReason,
	endMembership,
	inviteToGroup,
	inviteWorker,
	type Moment,
} from '#src/features/membership/mutations.ts';
export { KINDS, type Kind } from '#src/features/membership/schema.ts';
