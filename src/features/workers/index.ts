export { listWorkers, type Worker } from '#src/features/workers/data.ts';
