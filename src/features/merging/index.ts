export {
	countMergesToConfirm,
	findMergeAnswer,
	listLeftBalances,
	listMerges,
	planGroupMerge,
	planPersonMerge,
} from '#src/features/merging/data.ts';
export { carryOutMerges } from '#src/features/merging/jobs.ts';
export { fingerprintOf, type MergeChange, type MergePlan, mergeTone } from '#src/features/merging/rules.ts';
