export {
	type Factors,
	factorPartsOfPerson,
	findShownPasskey,
	hasFactor,
	readFactors,
	type ShownPasskey,
	secondsOfRest,
} from '#src/features/factors/data.ts';
export {
	addKnownApp,
	countWrong,
	draftApp,
	draftRecoveryCodes,
	dropFactors,
	erasePerson,
	forgetSpent,
	resetFactors,
	useCode,
	usePasskey,
} from '#src/features/factors/mutations.ts';
export { inGroups, LONGEST_PASSKEY_NAME, MOST_PASSKEYS } from '#src/features/factors/rules.ts';
export { codeForm, credentialForm } from '#src/features/factors/schema.ts';
