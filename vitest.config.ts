import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const setupFiles = ['test/support/console.ts'];

export default defineConfig({
	test: {
		// The default leaves a processor free, which on two of them means one file at a time.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		// The environment decides nothing in a test: every module reads the same defaults.
		env: { LOG_LEVEL: 'silent', TZ: 'UTC' },
		projects: [
			{ extends: true, test: { name: 'unit', include: ['src/**/*.test.ts', 'db/**/*.test.ts', 'scripts/**/*.test.ts'], setupFiles } },
			{
				extends: true,
				test: { name: 'integration', include: ['test/integration/**/*.test.ts'], setupFiles, testTimeout: 30_000, hookTimeout: 30_000 },
			},
			{
				extends: true,
				test: { name: 'scenarios', include: ['test/scenarios/**/*.test.ts'], setupFiles, testTimeout: 60_000, hookTimeout: 30_000 },
			},
			{
				extends: true,
				test: { name: 'contract', include: ['test/contract/**/*.test.ts'], setupFiles, testTimeout: 30_000, hookTimeout: 30_000 },
			},
		],
	},
});
