import { describe, expect, it } from 'vitest';
import { isCommonPassword } from '#src/adapters/passwords/common.ts';

describe('the passwords tried first', () => {
	it.each(['password', 'Password', '12345678', 'iloveyou', 'qwertyuiop', 'PASSWORD1'])('« %s » is one', async (password) => {
		expect(await isCommonPassword(password)).toBe(true);
	});

	it.each(['quatre sillons et un champ', 'tr0mpette-violette', '🌾🌾🌾🌾🌾🌾🌾🌾'])('« %s » is none', async (password) => {
		expect(await isCommonPassword(password)).toBe(false);
	});
});
