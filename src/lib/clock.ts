/** Instants are milliseconds since 1970 UTC; civil dates are `YYYY-MM-DD` as the calendar stands in Montréal. */
export type Instant = number;
export type CivilDate = string & { readonly __brand: 'CivilDate' };

const MONTREAL = 'America/Toronto';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const civilFormat = new Intl.DateTimeFormat('en-CA', {
	timeZone: MONTREAL,
	year: 'numeric',
	month: '2-digit',
	day: '2-digit',
});

const clockFormat = new Intl.DateTimeFormat('en-CA', {
	timeZone: MONTREAL,
	hourCycle: 'h23',
	year: 'numeric',
	month: '2-digit',
	day: '2-digit',
	hour: '2-digit',
	minute: '2-digit',
});

export function now(): Instant {
	return Date.now();
}

/** The date shown by a calendar in Montréal at that instant. */
export function civilDateOf(instant: Instant): CivilDate {
	return civilFormat.format(instant) as CivilDate;
}

/** What Montréal's clocks and calendars show, as a form's field takes it: `2026-11-22T15:30`. */
export function clockTime(at: Instant): string {
	const parts = Object.fromEntries(clockFormat.formatToParts(at).map(({ type, value }) => [type, value]));
	return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** When Montréal's clocks show `2026-11-22T15:30`. Null for an hour that spring skips; of one that comes twice in the fall, the first. */
export function instantOfClock(shown: string): Instant | null {
	// Summer time first: in the hour that comes twice, it is the earlier one.
	const found = [4, 5].map((hours) => Date.parse(`${shown}:00Z`) + hours * HOUR).find((at) => clockTime(at) === shown);
	return found ?? null;
}

/** Null unless the text is a date that exists (no February 30), from year 1900 to 2200. */
export function parseCivilDate(text: string): CivilDate | null {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
	if (!match) return null;
	const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
	if (year < 1900 || year > 2200) return null;
	const date = new Date(Date.UTC(year, month - 1, day));
	const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
	return exists ? (text as CivilDate) : null;
}

const utcNoon = (date: CivilDate) => Date.parse(`${date}T12:00:00Z`);
const fromUtc = (instant: number) => new Date(instant).toISOString().slice(0, 10) as CivilDate;

export function addDays(date: CivilDate, days: number): CivilDate {
	return fromUtc(utcNoon(date) + days * DAY);
}

/** The same day so many months later; the last day of that month when the day does not exist there. */
export function addMonths(date: CivilDate, months: number): CivilDate {
	const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
	const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
	return fromUtc(Date.UTC(year, month - 1 + months, Math.min(day, last), 12));
}

/** Days from `from` (included) to `to` (excluded). */
export function daysBetween(from: CivilDate, to: CivilDate): number {
	return Math.round((utcNoon(to) - utcNoon(from)) / DAY);
}
