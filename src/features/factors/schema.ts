import { z } from 'zod';
import { LONGEST_PASSKEY_NAME } from '#src/features/factors/rules.ts';
import { line } from '#src/lib/form.ts';

const hidden = z.preprocess((value) => (Array.isArray(value) ? value[0] : value) ?? '', z.string().max(60_000, 'too_long'));

/** What the script of the page put into the form: the browser's answer. Empty without it. */
export const credential = hidden;
export const codeSetupForm = z.object({ sealed: hidden, code: line(40) });
export const recoveryForm = z.object({ sealed: hidden });
export const passkeyForm = z.object({ name: line(LONGEST_PASSKEY_NAME), credential });
/** An identifier the page put into a form. */
export const handleForm = z.object({ handle: line(100) });
/** A one-time code or a recovery code; both are read by rules. */
export const codeForm = z.object({ code: line(100) });
export const credentialForm = z.object({ credential });
