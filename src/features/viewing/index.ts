export { findViewable, findViewing, type Viewable, type Viewing } from '#src/features/viewing/data.ts';
export { closeViews, notePage } from '#src/features/viewing/jobs.ts';
export { isGroupPage, mayOpen } from '#src/features/viewing/rules.ts';
export { LONGEST_REASON } from '#src/features/viewing/schema.ts';
