export { findViewable, findViewing, type Viewable, type Viewing } from '#src/features/viewing/data.ts';
export { closeViews } from '#src/features/viewing/jobs.ts';
export { recordPage } from '#src/features/viewing/mutations.ts';
export { isGroupPage, mayOpen } from '#src/features/viewing/rules.ts';
export { LONGEST_REASON } from '#src/features/viewing/schema.ts';
