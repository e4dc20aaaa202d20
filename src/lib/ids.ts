import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** An identifier branded by the table it belongs to: `Id<'organisation'>`. */
export type Id<Table extends string> = string & { readonly __table: Table };

/** UUIDv7: sorts by time of creation, so rows inserted together lie together. */
export function newId<Table extends string>(): Id<Table> {
	const bytes = randomBytes(16);
	bytes.writeUIntBE(Date.now(), 0, 6);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
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
