import { z } from 'zod';
import { line } from '#src/lib/form.ts';

export const SHORTEST_PASSWORD = 8;
export const LONGEST_PASSWORD = 128;

const typed = z.preprocess((value) => (Array.isArray(value) ? value[0] : value) ?? '', z.string('required'));

export const loginForm = z.object({
	email: line(254),
	// Limits here only keep the hash from being fed a megabyte: a wrong password and a silly one get the same answer.
	password: typed.pipe(z.string().min(1, 'required').max(4_000, 'too_long')),
});

/** All of Unicode, no rules of composition; the length counts code points (NIST SP 800-63B, 3.1.1.2). */
export const newPassword = typed.pipe(
	z
		.string()
		.min(1, 'required')
		.refine((text) => text === '' || [...text].length >= SHORTEST_PASSWORD, 'password_too_short')
		.refine((text) => [...text].length <= LONGEST_PASSWORD, 'password_too_long'),
);
