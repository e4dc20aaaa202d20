export { findOpenRenewal, listRenewals, listSilent, renewalPartsOfGroup } from '#src/features/renewal/data.ts';
export { askRenewals } from '#src/features/renewal/jobs.ts';
export { ANSWERS } from '#src/features/renewal/rules.ts';
