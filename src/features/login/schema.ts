import { z } from 'zod';
import { emailAddress, line } from '#src/lib/form.ts';

const typed = z.preprocess((value) => (Array.isArray(value) ? value[0] : value) ?? '', z.string('required'));
// Limits here only keep the hash from being fed a megabyte: a wrong password and a silly one get the same answer.
const password = typed.pipe(z.string().min(1, 'required').max(4_000, 'too_long'));

export const loginForm = z.object({ email: line(254), password });
export const proofForm = z.object({ password });
export const addressForm = z.object({ email: emailAddress });
