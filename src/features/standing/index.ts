export {
	countToConfirm,
	exportRegister,
	isStandingUnsettled,
	listProposed,
	loadMembership,
	loadStanding,
	type RegisterLine,
	registerOn,
	standingPartsOfGroup,
} from '#src/features/standing/data.ts';
export { standingTone } from '#src/features/standing/rules.ts';
export { DECISIONS, LIMITS as STANDING_LIMITS } from '#src/features/standing/schema.ts';
