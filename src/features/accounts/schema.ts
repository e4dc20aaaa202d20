import { z } from 'zod';
import { choice, emailAddress, line } from '#src/lib/form.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '#src/lib/password.ts';

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

/** Longest name of a person, as people count characters. */
export const LONGEST_NAME = 120;

export const profileForm = z.object({ fullName: line(LONGEST_NAME), locale: choice(['fr', 'en']) });
export const addressForm = z.object({ email: emailAddress });
/** An identifier the page put into a form. */
export const handleForm = z.object({ handle: line(100) });
export const proofForm = z.object({ password: typed.pipe(z.string().min(1, 'required').max(4_000, 'too_long')) });
export const newPasswordForm = z.object({ newPassword });
