export { trailPartsOfGroup, trailPartsOfPerson, verifyAudit } from '#src/features/audit/data.ts';
export { recordAudit } from '#src/features/audit/mutations.ts';
