export {
	type FoundInvitation,
	findInvitation,
	invitationPartsOfGroup,
	invitationPartsOfPerson,
	listPendingInvitations,
	listPendingWorkers,
	type PendingInvitation,
} from '#src/features/people/data.ts';
export {
	acceptInvitation,
	erasePerson,
	forgetOldInvitations,
	inviteToGroup,
	inviteWorker,
	type Moment,
	revokeWorkerInvitation,
	tellKeepers,
} from '#src/features/people/mutations.ts';
export { INVITATION_KEPT } from '#src/features/people/rules.ts';
