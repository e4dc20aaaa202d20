export { type ImportReport, importFile } from '#src/features/imports/jobs.ts';
