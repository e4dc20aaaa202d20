export { consentPartsOfPerson, loadConsents } from '#src/features/consents/data.ts';
export { keepApplicationConsent } from '#src/features/consents/mutations.ts';
export { type Standing, toAskAgain } from '#src/features/consents/rules.ts';
