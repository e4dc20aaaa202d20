import { describe, expect, it } from 'vitest';
import { CHAIN_START, chainHash, type Link, verifyChain } from '#src/lib/chain.ts';

function chainOf(count: number): Link[] {
	const links: Link[] = [];
	for (let seq = 1; seq <= count; seq += 1) {
		const prevHash = links.at(-1)?.hash ?? CHAIN_START;
		const values = [seq, `action ${seq}`, null];
		links.push({ seq, prevHash, hash: chainHash(prevHash, values), values });
	}
	return links;
}

async function* paged(links: readonly Link[], size: number) {
	for (let at = 0; at < links.length; at += size) yield links.slice(at, at + size);
}
const verify = (links: readonly Link[], size = 2) => verifyChain(paged(links, size));
const changed = (links: readonly Link[], seq: number, change: Partial<Link>) =>
	links.map((link) => (link.seq === seq ? { ...link, ...change } : link));

describe('a chain', () => {
	it('holds over any number of pages and gives its head', async () => {
		const links = chainOf(7);
		for (const size of [1, 3, 7, 100]) expect(await verify(links, size)).toEqual({ ok: true, entries: 7, head: links[6]?.hash });
		expect(await verify([])).toEqual({ ok: true, entries: 0, head: CHAIN_START });
	});

	it('names a row whose content has changed', async () => {
		expect(await verify(changed(chainOf(5), 3, { values: [3, 'another', null] }))).toEqual({
			ok: false,
			entries: 2,
			seq: 3,
			reason: 'content',
		});
	});

	it('names the row after one that was replaced together with its hash', async () => {
		const links = chainOf(5);
		const values = [3, 'another', null];
		const forged = changed(links, 3, { values, hash: chainHash(links[1]?.hash ?? '', values) });
		expect(await verify(forged)).toEqual({ ok: false, entries: 3, seq: 4, reason: 'link' });
	});

	it('names the place of a row that is gone, from the beginning, the middle or twice there', async () => {
		const links = chainOf(5);
		expect(await verify(links.filter((link) => link.seq !== 3))).toMatchObject({ seq: 3, reason: 'gap' });
		expect(await verify(links.slice(1))).toMatchObject({ seq: 1, reason: 'gap' });
		expect(await verify(links.flatMap((link) => (link.seq === 2 ? [link, link] : [link])))).toMatchObject({ seq: 3, reason: 'gap' });
	});
});

describe('a hash', () => {
	it('is SHA-256 over the previous one and the values, as every later version must compute it', () => {
		// printf '["",1,"a",null]' | sha256sum
		expect(chainHash('', [1, 'a', null])).toBe('7316b507fcbaf96d5d91935e3cdec2a521b9cf8f03c70897b3f7a74025dd6845');
	});

	it('tells apart null and empty, a number and its digits, and where one value ends', () => {
		const hashes = [
			chainHash('p', [null]),
			chainHash('p', ['']),
			chainHash('p', [1]),
			chainHash('p', ['1']),
			chainHash('p', ['a', 'b']),
			chainHash('p', ['ab']),
			chainHash('p', ['a","b']),
			chainHash('', ['p', 'a', 'b']),
		];
		expect(new Set(hashes).size).toBe(hashes.length);
	});
});
