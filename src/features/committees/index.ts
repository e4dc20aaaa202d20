export { type Committee, findCommittee, listCommittees } from '#src/features/committees/data.ts';
export { leaveAllCommittees, placeInCommittee, syncCommittees } from '#src/features/committees/mutations.ts';
