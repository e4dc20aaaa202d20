/** Fields that several kinds of content share, with what is said to whoever edits them. Sentences are in both languages: editors read either. */
import { z } from 'zod';
import { parseCivilDate } from '#src/lib/clock.ts';

export const text = (what: string) =>
	z
		.string({ error: `« ${what} » : un texte est attendu / a text is expected` })
		.trim()
		.min(1, `« ${what} » est vide / is empty`);

export const texts = (what: string) =>
	z
		.array(text(what), { error: `« ${what} » : une liste de textes est attendue / a list of texts is expected` })
		.min(1, `« ${what} » : au moins une ligne / at least one line`);

/** A civil date between quotes, as "2026-11-22". */
export const date = (what: string) =>
	z
		.string({ error: `« ${what} » : mettez la date entre guillemets, comme "2026-11-22" / put the date between quotes, like "2026-11-22"` })
		.refine(
			(value) => parseCivilDate(value) !== null,
			`« ${what} » : une date qui existe, comme "2026-11-22", est attendue / a date that exists, like "2026-11-22", is expected`,
		);

export const address = (what: string) => z.url(`« ${what} » : une adresse complète est attendue / a full address is expected`);

/** A name that goes into an address: small letters, figures, hyphens. */
export const slug = (what: string) =>
	z
		.string({ error: `« ${what} » : un texte est attendu / a text is expected` })
		.regex(
			/^[a-z0-9]+(-[a-z0-9]+)*$/,
			`« ${what} » : de petites lettres sans accent, des chiffres et des traits d’union / small letters without accents, figures and hyphens`,
		);

/** One text in each language, for files that both languages share. */
export const both = (what: string) => z.strictObject({ fr: text(`${what}.fr`), en: text(`${what}.en`) });

export const source = z.strictObject({ label: text('sources.label'), url: address('sources.url').optional() });
