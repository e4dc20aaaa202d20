export { type FoundInvitation, findInvitation, listPendingInvitations, listPendingWorkers, type PendingInvitation } from '#src/features/people/data.ts';
export { acceptInvitation, inviteToGroup, inviteWorker, type Moment, revokeWorkerInvitation } from '#src/features/people/mutations.ts';
