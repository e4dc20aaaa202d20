import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** An identifier branded by the table it belongs to: `Id<'organisation'>`. */
export type Id<Table extends string> = string & { readonly __table: Table };

/** A clock that goes back by more was set by someone: order begins again from there. */
const CLOCK_SET_BACK = 10_000;
let lastMs = 0;
let sequence = 0;

/**
 * UUIDv7: sorts by time of creation, and in the order of creation within a process, so that rows made by one act list in
 * the order they were made (RFC 9562, 6.2, method 1: a counter in the twelve bits after the version).
 */
export function newId<Table extends string>(): Id<Table> {
	const bytes = randomBytes(16);
	const ms = Date.now();
	if (ms > lastMs || lastMs - ms > CLOCK_SET_BACK) {
		lastMs = ms;
		// Begun in the lower half, which leaves room for two thousand more in the same millisecond.
		sequence = bytes.readUInt16BE(6) & 0x07ff;
	} else if (sequence < 0x0fff) sequence += 1;
	else {
		lastMs += 1;
		sequence = 0;
	}
	bytes.writeUIntBE(lastMs, 0, 6);
	bytes.writeUInt16BE(0x7000 | sequence, 6);
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = bytes.toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<Table>;
}

/** A key that makes a form's submission happen once. */
export function newIdempotencyKey(): string {
	return randomUUID();
}

/** A secret for a link: 32 random bytes, base64url. Only its {@link hashToken} is stored. */
export function newToken(): string {
	return randomBytes(32).toString('base64url');
}

/** SHA-256 in hexadecimal; 64 characters. */
export function hashToken(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}
