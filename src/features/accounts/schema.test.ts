import { describe, expect, it } from 'vitest';
import { newPassword } from '#src/features/accounts/schema.ts';

const mistake = (text: unknown) => {
	const parsed = newPassword.safeParse(text);
	return parsed.success ? null : parsed.error.issues[0]?.message;
};

describe('a new password', () => {
	it.each([
		['8 letters, all the same kind', 'aaaaaaaa'],
		['8 figures', '84736251'],
		['only spaces and letters', 'quatre sillons'],
		['another script', 'пароль из слов'],
		['8 emoji, each of two UTF-16 units', '🌱🌾🚜🐎🌧🌞🌻🌽'],
		['128 emoji', '🌱'.repeat(128)],
		['letters with their accents apart', 'e\u0301'.repeat(4)],
		['128 letters', 'a'.repeat(128)],
	])('may be %s: no rule of composition', (_, text) => {
		expect(mistake(text)).toBeNull();
	});

	it('is taken as typed: nothing is cut off or taken away', () => {
		const typed = '  deux  espaces\u00a0et plus  ';
		expect(newPassword.parse(typed)).toBe(typed);
	});

	it.each([
		['a'.repeat(7), 'password_too_short'],
		['🌱'.repeat(7), 'password_too_short'],
		['a'.repeat(129), 'password_too_long'],
		['🌱'.repeat(129), 'password_too_long'],
		['', 'required'],
		[undefined, 'required'],
	])('counts what people see: %.20s', (text, key) => {
		expect(mistake(text)).toBe(key);
	});
});
