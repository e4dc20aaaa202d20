import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const at = Date.UTC(2026, 10, 23, 17);
const MINUTE = 60_000;
let folder: string;
let passkeys: typeof import('#src/adapters/passkeys/index.ts');

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'koumbit-passkeys-'));
	vi.stubEnv('DATA_DIR', folder);
	vi.stubEnv('SITE_URL', 'https://portail.exemple.org');
	vi.resetModules();
	passkeys = await import('#src/adapters/passkeys/index.ts');
});
afterAll(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true, force: true });
});

describe('a challenge', () => {
	it('holds for its own attempt, for ten minutes', () => {
		const { makeChallenge, isOwnChallenge } = passkeys;
		const attempt = { purpose: 'step', of: 'one' } as const;
		const challenge = makeChallenge(attempt, at);
		expect(isOwnChallenge(challenge, attempt, at)).toBe(true);
		expect(isOwnChallenge(challenge, attempt, at + 10 * MINUTE - 1)).toBe(true);
		expect(isOwnChallenge(challenge, attempt, at + 10 * MINUTE)).toBe(false);
		expect(isOwnChallenge(challenge, attempt, at - 24 * 60 * MINUTE)).toBe(false);
		expect(isOwnChallenge(challenge, { purpose: 'step', of: 'two' }, at)).toBe(false);
		expect(isOwnChallenge(challenge, { purpose: 'proof', of: 'one' }, at)).toBe(false);
	});

	it('is another each time, and none is made elsewhere', () => {
		const attempt = { purpose: 'login', of: '' } as const;
		const made = Array.from({ length: 20 }, () => passkeys.makeChallenge(attempt, at));
		expect(new Set(made).size).toBe(20);
		for (const junk of ['', 'x', Buffer.alloc(54).toString('base64url'), `${made[0]}AA`]) {
			expect(passkeys.isOwnChallenge(junk, attempt, at)).toBe(false);
		}
	});
});

it('what is asked of the browser names the site of SITE_URL, and wants to know who holds the device when nobody is known', () => {
	expect(passkeys.requestOptions({ purpose: 'login', of: '' }, at, null)).toMatchObject({
		rpId: 'portail.exemple.org',
		userVerification: 'required',
		allowCredentials: [],
	});
	expect(passkeys.requestOptions({ purpose: 'step', of: 'x' }, at, [{ credentialId: 'abc', transports: 'usb,nfc' }])).toMatchObject({
		userVerification: 'preferred',
		allowCredentials: [{ id: 'abc', type: 'public-key', transports: ['usb', 'nfc'] }],
	});
});

it.each(['', '{}', 'null', '[]', '{"id":1}', '"x"', '{'.repeat(1_000), 'x'.repeat(100_000)])('no browser sends %.20s', (field) => {
	expect(passkeys.readShown(field)).toBeNull();
});
