/** An error on the console that no test expected is a failure. A test that expects one replaces `console.error` by a spy. */
import { afterEach, beforeEach, expect } from 'vitest';

const reports: string[] = [];
const catcher = (...args: unknown[]) => {
	reports.push(args.map((arg) => (arg instanceof Error ? (arg.stack ?? arg.message) : String(arg))).join(' '));
};

beforeEach(() => {
	reports.length = 0;
	console.error = catcher;
});

afterEach(() => {
	expect(reports, 'unexpected console.error').toEqual([]);
});
