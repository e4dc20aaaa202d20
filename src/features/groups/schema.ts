import { z } from 'zod';
import { normalizeNeq, PURPOSES } from '#src/features/groups/rules.ts';
import { KINDS } from '#src/features/membership/index.ts';
import { choice, emailAddress, line, paragraph, version } from '#src/lib/form.ts';

export const LONGEST = { name: 200, mission: 1_000, postalAddress: 400 } as const;

const neq = line(30, { required: false }).transform((text, context) => {
	if (text === '') return null;
	const digits = normalizeNeq(text);
	if (digits === null) {
		context.addIssue({ code: 'custom', message: 'invalid_neq' });
		return z.NEVER;
	}
	return digits;
});

export const groupProfileForm = z.object({
	legalName: line(LONGEST.name),
	usualName: line(LONGEST.name),
	kind: choice(KINDS),
	mission: paragraph(LONGEST.mission),
	locale: choice(['fr', 'en']),
	neq,
	postalAddress: paragraph(LONGEST.postalAddress, { required: false }).transform((text) => (text === '' ? null : text)),
	version,
});

/** An address by function; empty takes it away. `was` is what the page showed. */
export const contactForm = z.object({
	purpose: choice(PURPOSES),
	address: z.union([
		z
			.literal('')
			.or(z.undefined())
			.transform(() => ''),
		emailAddress,
	]),
	was: line(254, { required: false }),
});

export const outsideForm = z.object({ outside: emailAddress });
