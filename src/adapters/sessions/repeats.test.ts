import { expect, it } from 'vitest';
import { findAnswer, keepAnswer, REPEAT_LASTS } from '#src/adapters/sessions/repeats.ts';

const cookie = { name: 'koumbit', value: 'nouvelle', attributes: {} };

it('an answer is given again to the same id with the same secret, for a few seconds', () => {
	keepAnswer('ancienne', 'secret', cookie, 1_000);
	expect(findAnswer('ancienne', 'secret', 1_000)).toEqual(cookie);
	expect(findAnswer('ancienne', 'secret', 1_000 + REPEAT_LASTS - 1)).toEqual(cookie);
	expect(findAnswer('ancienne', 'secret', 1_000 + REPEAT_LASTS)).toBeNull();
	expect(findAnswer('ancienne', 'autre', 1_000)).toBeNull();
	expect(findAnswer('autre', 'secret', 1_000)).toBeNull();
});

it('no more than a thousand are kept, the oldest going first', () => {
	for (let one = 0; one < 1_500; one += 1) keepAnswer(`${one}`, 'secret', cookie, 50_000);
	expect(findAnswer('1499', 'secret', 50_000)).toEqual(cookie);
	expect(findAnswer('400', 'secret', 50_000)).toBeNull();
});
