export { findViewable, findViewing, type Viewable, type Viewing, viewPartsOfGroup, viewPartsOfPerson } from '#src/features/viewing/data.ts';
export { closeViews, notePage } from '#src/features/viewing/jobs.ts';
export { forgetViewReasons } from '#src/features/viewing/mutations.ts';
export { isGroupPage, mayOpen, REASON_KEPT } from '#src/features/viewing/rules.ts';
export { LONGEST_REASON } from '#src/features/viewing/schema.ts';
