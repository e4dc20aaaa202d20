/** JSON lines on standard output. No address, name, token, form value or SQL parameter is ever passed to it. */
import { env } from '#src/lib/env.ts';

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40, silent: 50 } as const;
export type Level = Exclude<keyof typeof LEVELS, 'silent'>;
type Fields = Record<string, string | number | boolean | null | undefined>;

const escapeUnit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function write(level: Level, event: string, fields: Fields): void {
	if (LEVELS[level] < LEVELS[env().logLevel]) return;
	// JSON leaves these three as they are; some readers of lines end one there.
	const line = JSON.stringify({ at: new Date().toISOString(), level, event, ...fields }).replace(/[\u0085\u2028\u2029]/g, escapeUnit);
	process.stdout.write(`${line}\n`);
}

export const log = {
	debug: (event: string, fields: Fields = {}) => write('debug', event, fields),
	info: (event: string, fields: Fields = {}) => write('info', event, fields),
	warn: (event: string, fields: Fields = {}) => write('warn', event, fields),
	error: (event: string, fields: Fields = {}) => write('error', event, fields),
};

/**
 * The frames of a stack. A message may run over several lines, and these may be what someone typed: it is cut off first,
 * and only lines that end like a frame count.
 */
function framesOf(error: Error): string | undefined {
	const stack = error.stack ?? '';
	const head = stack.indexOf(error.message);
	const frames = (head < 0 ? stack : stack.slice(head + error.message.length))
		.split('\n')
		.filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
	if (frames.length === 0) return undefined;
	return frames
		.slice(0, 6)
		.map((line) => line.trim())
		.join(' < ');
}

/** What may be said of an error in a log: its kind, its code and where it was thrown, not the data it carries. */
export function describeError(error: unknown): Fields {
	if (!(error instanceof Error)) return { error: typeof error };
	const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
	const cause = error.cause instanceof Error ? error.cause.name : undefined;
	return { error: error.name, code, cause, where: framesOf(error) };
}
