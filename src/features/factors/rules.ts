import { timingSafeEqual } from 'node:crypto';
import { DAY, HOUR, type Instant, MINUTE } from '#src/lib/clock.ts';

/** A page that sets something up may stay open for this long. */
export const SETUP_LASTS = HOUR;
/** More would be a list nobody can read. */
export const MOST_PASSKEYS = 10;
export const RECOVERY_CODES = 10;
export const LONGEST_PASSKEY_NAME = 60;

/** Wrong codes on one account within a day before its owner is told. */
export const TELL_AFTER = 5;
/** As many, and one-time codes rest: six digits are found by whoever may try for long enough. */
export const MOST_WRONG_CODES = 20;
const FIRST_REST = 15 * MINUTE;

/** Wrong codes since the day of the first. */
export interface Failures {
	readonly count: number;
	readonly since: Instant;
	readonly lastAt: Instant;
}

/** One more wrong code; a day after the first, counting begins again. A clock that was set back makes nothing last longer. */
export function oneMore(before: Failures | null, at: Instant): Failures {
	const same = before !== null && Math.abs(at - before.since) < DAY;
	return same ? { count: before.count + 1, since: before.since, lastAt: at } : { count: 1, since: at, lastAt: at };
}

/**
 * How long one-time codes are not taken any more, whatever they are: a quarter of an hour, then twice as long with each wrong one,
 * at most to the end of the day. @returns milliseconds; 0 when they are taken.
 */
export function restOfCodes(failures: Failures | null, at: Instant): number {
	if (failures === null || failures.count < MOST_WRONG_CODES) return 0;
	const { count, since, lastAt } = failures;
	if (Math.abs(at - since) >= DAY) return 0;
	const rest = FIRST_REST * 2 ** Math.min(count - MOST_WRONG_CODES, 10);
	return Math.max(0, Math.min(lastAt + rest, since + DAY) - at);
}

const STEP = 30_000;

/** Steps of time whose code is taken at an instant: this one first, then one earlier and one later, for clocks that differ. */
export function stepsAround(at: Instant): readonly number[] {
	const step = Math.floor(at / STEP);
	return [step, step - 1, step + 1];
}

const same = (one: string, other: string) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/**
 * Which step of time a code is of.
 * @param lastStep of the last code that served; neither that one nor an older one serves again.
 * @returns null when the code is of none that is still to serve.
 */
export function findStep(code: string, codeOf: (step: number) => string, at: Instant, lastStep: number): number | null {
	const steps = stepsAround(at);
	// A step that is still to come has served: the clock was ahead and was set right since. Nobody waits a day for it.
	const floor = lastStep > Math.max(...steps) ? Number.NEGATIVE_INFINITY : lastStep;
	return steps.find((step) => step > floor && same(codeOf(step), code)) ?? null;
}

/** A one-time code as typed, with or without spaces; null when it is none. */
export function readCode(typed: string): string | null {
	const digits = typed.normalize('NFKC').replace(/[\s-]/g, '');
	return /^\d{6}$/.test(digits) ? digits : null;
}

/** Crockford's: no letter that a person takes for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RECOVERY_LENGTH = 24;
/** Random bytes that one recovery code takes: 120 bits, so that a plain hash keeps it (OWASP ASVS 5, 6.5.2). */
export const RECOVERY_BYTES = 15;

/** A recovery code as it is shown: six groups of four. @param bytes fifteen, random. */
export function writeRecoveryCode(bytes: Uint8Array): string {
	let bits = 0n;
	for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
	let text = '';
	for (let at = 0; at < RECOVERY_LENGTH; at += 1) {
		text = `${ALPHABET[Number(bits & 31n)]}${text}`;
		bits >>= 5n;
	}
	return text.replace(/(.{4})(?=.)/g, '$1-');
}

/** What is hashed of a recovery code, however it was typed; null when it can be none. */
export function readRecoveryCode(typed: string): string | null {
	const text = typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
	return text.length === RECOVERY_LENGTH && [...text].every((letter) => ALPHABET.includes(letter)) ? text : null;
}

/** A secret in groups of four, to be typed. */
export function inGroups(secret: string): string {
	return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
