export { exportIncidents, type Incident, listIncidents, listRevisions } from '#src/features/confidentiality/data.ts';
export { recordIncident } from '#src/features/confidentiality/mutations.ts';
export { keptUntil, noticeMissing } from '#src/features/confidentiality/rules.ts';
export { LONGEST_LINE } from '#src/features/confidentiality/schema.ts';
