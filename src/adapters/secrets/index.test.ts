import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let folder: string;
const load = async () => {
	vi.resetModules();
	vi.stubEnv('DATA_DIR', folder);
	return import('#src/adapters/secrets/index.ts');
};

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'koumbit-secrets-'));
});
afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true, force: true });
});

describe('what the server seals', () => {
	it('opens for the same context only, also after a restart, and not once a bit of it changed', async () => {
		const one = await load();
		const sealed = one.seal('app eve', 'un secret');
		expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('secret');
		expect(one.seal('app eve', 'un secret')).not.toBe(sealed);
		const again = await load();
		expect(again.unseal('app eve', sealed)).toBe('un secret');
		expect(again.unseal('app bob', sealed)).toBeNull();
		const bytes = Buffer.from(sealed, 'base64url');
		for (const at of [0, 14, bytes.length - 1]) {
			const other = Buffer.from(bytes);
			other[at] = (other[at] ?? 0) ^ 1;
			expect(again.unseal('app eve', other.toString('base64url'))).toBeNull();
		}
		for (const junk of ['', 'x', '%%%', 'a'.repeat(1_000)]) expect(again.unseal('app eve', junk)).toBeNull();
	});

	it('opens in the one way it was written: not padded, in the other alphabet, nor with idle bits set', async () => {
		const { seal, unseal } = await load();
		const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
		let idle = 0;
		for (const text of ['a', 'ab', 'abc']) {
			const sealed = seal('app eve', text);
			expect(unseal('app eve', sealed)).toBe(text);
			for (const junk of ['=', '==', ' ', '\n', '%']) {
				expect(unseal('app eve', `${sealed}${junk}`)).toBeNull();
				expect(unseal('app eve', `${sealed.slice(0, 5)}${junk}${sealed.slice(5)}`)).toBeNull();
			}
			const last = alphabet.indexOf(sealed.at(-1) ?? '');
			for (let bit = 1; bit < 16; bit += 1) {
				const other = `${sealed.slice(0, -1)}${alphabet[last ^ bit]}`;
				if (Buffer.from(other, 'base64url').equals(Buffer.from(sealed, 'base64url'))) idle += 1;
				expect(unseal('app eve', other)).toBeNull();
			}
		}
		expect(idle).toBeGreaterThan(0);
	});

	it('opens nothing with the key of another server', async () => {
		const sealed = (await load()).seal('app eve', 'un secret');
		rmSync(path.join(folder, 'secret.key'));
		expect((await load()).unseal('app eve', sealed)).toBeNull();
	});

	it('keeps one key, which only its owner reads', async () => {
		const one = await load();
		one.seal('a', 'b');
		one.sign('a', Buffer.from('b'));
		expect(readdirSync(folder)).toEqual(['secret.key']);
		expect(statSync(path.join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
	});

	it('knows its own signature, for its context, and takes no stump of it', async () => {
		const { sign, isSigned } = await load();
		const bytes = Buffer.from('un défi');
		const signature = sign('a', bytes);
		expect(isSigned('a', bytes, signature)).toBe(true);
		expect(isSigned('b', bytes, signature)).toBe(false);
		expect(isSigned('a', Buffer.from('un defi'), signature)).toBe(false);
		expect(isSigned('a', bytes, signature.subarray(0, 8))).toBe(false);
	});
});
