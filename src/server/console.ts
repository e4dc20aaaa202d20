/** Astro reports a failed page on the console, with its address (private links are secrets) and a message that may quote data. */
import { describeError, log } from '#src/lib/log.ts';

/** What may be kept of a report made of text: the kind of error and where it was thrown. */
export function describeText(text: string): { error: string; where: string } {
	const where = text
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line.startsWith('at '))
		.slice(0, 6)
		.join(' < ');
	return { error: /\b[A-Z]\w*Error\b/.exec(text)?.[0] ?? 'unknown', where };
}

/** From here on `console.error` and `console.warn` write log lines without messages. */
export function logConsole(): void {
	const report = (level: 'error' | 'warn') => (first: unknown) =>
		log[level]('console', typeof first === 'string' ? describeText(first) : describeError(first));
	console.error = report('error');
	console.warn = report('warn');
	// Node writes its own warnings as errors; a part we use that tries something experimental is none.
	process.removeAllListeners('warning');
	process.on('warning', ({ name }) => log.warn('process.warning', { name }));
}
