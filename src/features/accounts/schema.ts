import { z } from 'zod';
import { choice, emailAddress, line } from '#src/lib/form.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '#src/lib/password.ts';

const typed = z.preprocess((value) => (Array.isArray(value) ? value[0] : value) ?? '', z.string('required'));

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
export const newPasswordForm = z.object({ newPassword });
