/**
 * The server's own key, in DATA_DIR and nowhere else: what is sealed with it, or signed by it, is of no use to whoever has only
 * a copy of the database. Servers that share a database share this file (docs/runbooks/second-steps.md).
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { env } from '#src/lib/env.ts';

const FILE = 'secret.key';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Made at the first need, whole or not at all: the server and a command may need it in the same instant. */
function loadKey(folder: string): Buffer {
	const file = path.join(folder, FILE);
	try {
		return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const draft = `${file}.${randomBytes(6).toString('hex')}`;
	writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
	try {
		linkSync(draft, file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	} finally {
		unlinkSync(draft);
	}
	return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
}

const keys = new Map<string, Buffer>();

/** A key of its own for each use, so that nothing made for one is good for another. */
function keyFor(use: 'seal' | 'sign'): Buffer {
	const { dataDir } = env();
	const known = keys.get(use);
	if (known) return known;
	const master = loadKey(dataDir);
	if (master.length !== KEY_BYTES) throw new Error(`${path.join(dataDir, FILE)} does not hold a key of ${KEY_BYTES} bytes in base64url`);
	const key = Buffer.from(hkdfSync('sha256', master, '', `koumbit ${use}`, KEY_BYTES));
	keys.set(use, key);
	return key;
}

/**
 * Encrypts a short text (AES-256-GCM).
 * @param context what it is and whose: it opens only with the same words.
 * @returns base64url.
 */
export function seal(context: string, text: string): string {
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv('aes-256-gcm', keyFor('seal'), nonce).setAAD(Buffer.from(context));
	const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
	return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** The text; null for what was not sealed here, for this context. */
export function unseal(context: string, sealed: string): string | null {
	const bytes = Buffer.from(sealed, 'base64url');
	// One writing alone: what is noted as spent by its text does not come back with a padding or an idle bit.
	if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return null;
	try {
		const decipher = createDecipheriv('aes-256-gcm', keyFor('seal'), bytes.subarray(0, NONCE_BYTES))
			.setAAD(Buffer.from(context))
			.setAuthTag(bytes.subarray(-TAG_BYTES));
		return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
	} catch {
		return null;
	}
}

/** HMAC-SHA-256 of a text in its context, 32 bytes. */
export function sign(context: string, bytes: Uint8Array): Buffer {
	return createHmac('sha256', keyFor('sign')).update(context).update('\0').update(bytes).digest();
}

/** Compared in constant time; a signature may be shortened, to sixteen bytes at least. */
export function isSigned(context: string, bytes: Uint8Array, signature: Uint8Array): boolean {
	if (signature.length < 16) return false;
	return timingSafeEqual(sign(context, bytes).subarray(0, signature.length), signature);
}
