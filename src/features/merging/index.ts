export { listLeftBalances, planGroupMerge, planPersonMerge } from '#src/features/merging/data.ts';
export { fingerprintOf, type MergeChange, type MergePlan } from '#src/features/merging/rules.ts';
