export { listWorkers, type Worker } from '#src/features/workers/data.ts';
export { setTerm } from '#src/features/workers/mutations.ts';
