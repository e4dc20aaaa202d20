export {
	type FoundInvitation,
	findInvitation,
	type GroupLine,
	listGroups,
	listPendingInvitations,
	listPendingWorkers,
	memberOf,
	membershipOf,
	type PendingInvitation,
} from '#src/features/membership/data.ts';
export {
	acceptInvitation,
	beginMembership,
	inviteToGroup,
	inviteWorker,
	type Moment,
	revokeWorkerInvitation,
} from '#src/features/membership/mutations.ts';
export { KINDS, type Kind } from '#src/features/membership/schema.ts';
