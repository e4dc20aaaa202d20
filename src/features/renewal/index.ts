export { findOpenRenewal, listRenewals, listSilent } from '#src/features/renewal/data.ts';
export { askRenewals } from '#src/features/renewal/jobs.ts';
export { ANSWERS } from '#src/features/renewal/rules.ts';
