export { exportTrail, listGroupTrail, MOST_EXPORTED, searchTrail, type TrailEvent } from '#src/features/trail/data.ts';
export { readSearch, searchQuery, type TrailKind } from '#src/features/trail/rules.ts';
