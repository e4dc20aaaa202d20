export { consentPartsOfPerson, loadConsents } from '#src/features/consents/data.ts';
export { keepApplicationConsent } from '#src/features/consents/mutations.ts';
