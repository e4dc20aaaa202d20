/** Numbers, money and dates as people in Québec read them, in both languages. */

import type { Locale } from '#src/i18n/routes.ts';
import type { CivilDate, Instant } from '#src/lib/clock.ts';

const TAG = { fr: 'fr-CA', en: 'en-CA' } as const;
const cache = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function once<T extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: () => T): T {
	let found = cache.get(key) as T | undefined;
	if (!found) {
		found = make();
		cache.set(key, found);
	}
	return found;
}

/** A figure stays on the line of its unit: « 15 h 30 », « 22 novembre ». */
const unbroken = (text: string) => text.replace(/^1 (?=\p{L})/u, '1er\u00a0').replace(/(\d) (?=\p{L})|(?<=\bh) (?=\d)/gu, '$1\u00a0');

/** 123456 → « 1 234,56 $ » or "$1,234.56". */
export function formatMoney(amountCents: number, locale: Locale): string {
	return once(
		`money${locale}`,
		() => new Intl.NumberFormat(TAG[locale], { style: 'currency', currency: 'CAD', currencyDisplay: 'narrowSymbol' }),
	).format(amountCents / 100);
}

/** « 22 novembre 2026 », "November 22, 2026". */
export function formatDate(date: CivilDate | string, locale: Locale): string {
	const format = once(`date${locale}`, () => new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'long', timeZone: 'UTC' }));
	return unbroken(format.format(Date.parse(`${date}T12:00:00Z`)));
}

/** A month as "2004-03": « mars 2004 », "March 2004". */
export function formatMonth(month: string, locale: Locale): string {
	const format = once(`month${locale}`, () => new Intl.DateTimeFormat(TAG[locale], { year: 'numeric', month: 'long', timeZone: 'UTC' }));
	return format.format(Date.parse(`${month}-15T12:00:00Z`));
}

/** An instant as Montréal's clocks show it: « 22 novembre 2026, 15 h 30 ». */
export function formatInstant(instant: Instant, locale: Locale): string {
	const day = once(`day${locale}`, () => new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'long', timeZone: 'America/Toronto' })).format(
		instant,
	);
	return `${unbroken(day)}, ${formatTime(instant, locale)}`;
}

/** What Montréal's clocks show: « 15 h 30 », « 6 h », "3:30 p.m.". French as the Office québécois de la langue française writes it. */
export function formatTime(instant: Instant, locale: Locale): string {
	const format = once(`time${locale}`, () => new Intl.DateTimeFormat(TAG[locale], { timeStyle: 'short', timeZone: 'America/Toronto' }));
	const text = format.format(instant);
	return unbroken(locale === 'fr' ? text.replace(/^0(?=\d)/, '').replace(/(?<=h)\s00$/, '') : text);
}

/** With its day of the week: « dimanche 22 novembre 2026 », "Sunday, November 22, 2026". */
export function formatWeekday(date: CivilDate | string, locale: Locale): string {
	const format = once(`weekday${locale}`, () => new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'full', timeZone: 'UTC' }));
	return unbroken(format.format(Date.parse(`${date}T12:00:00Z`)).replace(/ 1 (?=\p{L})/u, ' 1er\u00a0'));
}

export function formatNumber(value: number, locale: Locale): string {
	return once(`number${locale}`, () => new Intl.NumberFormat(TAG[locale])).format(value);
}
