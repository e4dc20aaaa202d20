import { DrizzleQueryError } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeError, log } from '#src/lib/log.ts';

const settings = vi.hoisted(() => ({ logLevel: 'info' as string }));
vi.mock('#src/lib/env.ts', () => ({ env: () => settings }));

function linesOf(act: () => void): string[] {
	const written: string[] = [];
	const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
		written.push(String(chunk));
		return true;
	});
	try {
		act();
	} finally {
		spy.mockRestore();
	}
	return written;
}

afterEach(() => {
	settings.logLevel = 'info';
});

describe('a line of the log', () => {
	it('is one JSON object with its time, level and event', () => {
		const [line = ''] = linesOf(() => log.warn('mail.failed', { attempt: 3, ok: false, none: null, absent: undefined }));
		expect(JSON.parse(line)).toEqual({
			at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
			level: 'warn',
			event: 'mail.failed',
			attempt: 3,
			ok: false,
			none: null,
		});
	});

	it('stays one line whatever it holds', () => {
		const hostile = 'a\nb\r\nc\u2028d\u2029e\u0085f\u0000g"}';
		const lines = linesOf(() => log.info('event', { hostile }));
		expect(lines).toHaveLength(1);
		expect(lines[0]?.trimEnd().split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(1);
		expect(lines[0]?.endsWith('}\n')).toBe(true);
		expect(JSON.parse(lines[0] ?? '').hostile).toBe(hostile);
	});

	it('is written from its level up, and never when silent', () => {
		const all = () => {
			log.debug('d');
			log.info('i');
			log.warn('w');
			log.error('e');
		};
		const count = (level: string) => {
			settings.logLevel = level;
			return linesOf(all).length;
		};
		expect(['debug', 'info', 'warn', 'error', 'silent'].map(count)).toEqual([4, 3, 2, 1, 0]);
	});
});

describe('what is said of an error', () => {
	it('is its name, its code, the name of its cause and where it was thrown', () => {
		const error = Object.assign(new TypeError('secret', { cause: new RangeError('secret too') }), { code: 'E_CODE' });
		expect(describeError(error)).toEqual({
			error: 'TypeError',
			code: 'E_CODE',
			cause: 'RangeError',
			where: expect.stringMatching(/^at .*log\.test\.ts:\d+:\d+/),
		});
	});

	it('is the type of anything else that was thrown', () => {
		expect(describeError('eve@exemple.org')).toEqual({ error: 'string' });
		expect(describeError(null)).toEqual({ error: 'object' });
	});

	it('never holds the message, even one made to look like a place in the code', () => {
		const typed = 'eve@exemple.org\n    at eve@exemple.org (secret.ts:1:1)\n    at secret:2:2';
		const errors = [
			new Error(typed),
			new Error(`prefix ${typed}\n`),
			new DrizzleQueryError('insert into person values (?)', [typed], new Error(typed)),
			Object.assign(new Error(typed), { code: 42 }),
			new AggregateError([new Error(typed)], typed),
		];
		for (const error of errors) {
			const said = JSON.stringify(describeError(error));
			expect(said).not.toMatch(/exemple|secret|insert/);
			expect(said).toMatch(/log\.test\.ts/);
		}
	});

	it('is said of an error without a stack or a message, too', () => {
		const bare = new Error('');
		bare.stack = undefined as unknown as string;
		expect(describeError(bare)).toEqual({ error: 'Error', code: undefined, cause: undefined, where: undefined });
		expect(describeError(new Error('')).where).toMatch(/log\.test\.ts/);
	});

	it('names six places at most', () => {
		const deep = (left: number): Error => (left === 0 ? new Error('x') : deep(left - 1));
		expect(String(describeError(deep(20)).where).split(' < ')).toHaveLength(6);
	});
});
