export { trailPartsOfGroup, trailPartsOfPerson, verifyAudit } from '#src/features/audit/data.ts';
export { type AuditAction, recordAudit } from '#src/features/audit/mutations.ts';

export { HIDDEN_FROM_GROUPS, readDelta } from '#src/features/audit/rules.ts';
