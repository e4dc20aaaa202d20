export {
	findLoginLink,
	findPendingLogin,
	findRepeatedProof,
	LINK_COOKIE,
	passedIn,
	STEP_COOKIE,
	stepAttempt,
} from '#src/features/login/data.ts';
export { sendLoginLinks } from '#src/features/login/jobs.ts';
export { forgetLogins } from '#src/features/login/mutations.ts';
export { LOGIN_LIMITS, proofPath } from '#src/features/login/rules.ts';
