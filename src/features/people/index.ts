export { type FoundInvitation, findInvitation, listPendingInvitations, type PendingInvitation } from '#src/features/people/data.ts';
export { acceptInvitation, inviteToGroup, inviteWorker, type Moment } from '#src/features/people/mutations.ts';
