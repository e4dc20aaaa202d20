/**
 * Outages and maintenance: which state follows which, what a page says of the services as a whole, and in which language.
 * A language may be missing: the text there is stands in, marked as such.
 */
import type { Locale } from '#src/i18n/routes.ts';
import { type CivilDate, civilDateOf, DAY, HOUR, type Instant, instantOfClock, MINUTE, parseCivilDate } from '#src/lib/clock.ts';

export const KINDS = ['outage', 'maintenance'] as const;
export type Kind = (typeof KINDS)[number];

/** What people notice, from nothing to everything. An outage that nobody notices is none. */
export const SEVERITIES = ['none', 'degraded', 'partial', 'full'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type State = 'open' | 'closed' | 'planned' | 'under_way' | 'done' | 'cancelled';
export const LIVE_STATES = ['open', 'under_way', 'planned'] as const satisfies readonly State[];

export const UPDATE_KINDS = [
	'opened',
	'investigating',
	'identified',
	'watching',
	'note',
	'started',
	'closed',
	'done',
	'cancelled',
] as const;
export type UpdateKind = (typeof UPDATE_KINDS)[number];

/** What may be said of a notice, and what state that leads to. After its end only a correction or an explanation. */
const NEXT: Readonly<Record<State, Readonly<Partial<Record<UpdateKind, State>>>>> = {
	open: { investigating: 'open', identified: 'open', watching: 'open', note: 'open', closed: 'closed' },
	planned: { note: 'planned', started: 'under_way', cancelled: 'cancelled' },
	under_way: { note: 'under_way', done: 'done', cancelled: 'cancelled' },
	closed: { note: 'closed' },
	done: { note: 'done' },
	cancelled: { note: 'cancelled' },
};

/** The state an update leads to; null when it can't be said of a notice in that state. */
export function stateAfter(state: State, kind: UpdateKind): State | null {
	return NEXT[state][kind] ?? null;
}

/** What a person may say next, besides the end. */
export function stepsFrom(state: State): UpdateKind[] {
	return UPDATE_KINDS.filter((kind) => stateAfter(state, kind) !== null && endOf(state) !== kind && kind !== 'cancelled');
}

/** The update that ends a notice well; null when it has not begun or has ended. */
export function endOf(state: State): 'closed' | 'done' | null {
	if (state === 'open') return 'closed';
	return state === 'under_way' ? 'done' : null;
}

export function hasEnded(state: State): boolean {
	return state === 'closed' || state === 'done' || state === 'cancelled';
}

/** What was said at first, in one language; an empty text was left out. */
export interface NoticeTexts {
	readonly title: string;
	/** Who is affected. */
	readonly who: string;
	readonly what: string;
	readonly why: string;
	/** How it is, or will be, dealt with. */
	readonly how: string;
	/** How to object, for a maintenance. */
	readonly objection: string;
}

export const TEXT_FIELDS = ['title', 'who', 'what', 'why', 'how', 'objection'] as const satisfies readonly (keyof NoticeTexts)[];

export type InLanguages<T> = Readonly<Partial<Record<Locale, T>>>;

/** The text in that language, else the one there is; null when there is none. */
export function readIn<T>(texts: InLanguages<T>, locale: Locale): { readonly locale: Locale; readonly text: T } | null {
	const own = texts[locale];
	if (own !== undefined) return { locale, text: own };
	const other: Locale = locale === 'fr' ? 'en' : 'fr';
	const text = texts[other];
	return text === undefined ? null : { locale: other, text };
}

export interface Notice {
	readonly id: string;
	readonly number: string;
	readonly kind: Kind;
	readonly severity: Severity;
	/** Slugs of the catalogue, `portal`, or `all` alone. */
	readonly services: readonly string[];
	readonly texts: InLanguages<NoticeTexts>;
	readonly startsAt: Instant;
	readonly expectedEndAt: Instant | null;
	readonly endedAt: Instant | null;
	readonly state: State;
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
	readonly version: number;
}

export interface Update {
	readonly seq: number;
	readonly kind: UpdateKind;
	readonly texts: InLanguages<string>;
	readonly authorRole: 'worker' | 'sysadmin' | null;
	readonly at: Instant;
	/** Null where it stayed as it was. */
	readonly severity: Severity | null;
	readonly services: readonly string[] | null;
	readonly expectedEndAt: Instant | null;
}

export interface NoticeWithUpdates extends Notice {
	/** Oldest first. */
	readonly updates: readonly Update[];
}

/** `P-2026-0001`: panne; `E-2026-0001`: entretien. The count begins again each year. */
export function noticeNumber(kind: Kind, year: string, count: number): string {
	return `${kind === 'outage' ? 'P' : 'E'}-${year}-${String(count).padStart(4, '0')}`;
}

export const isNumber = (text: string) => /^[PE]-\d{4}-\d{4,6}$/.test(text);

/** A maintenance whose hour has come is under way for everyone, even before that was written down. */
export function stateAt({ state, startsAt }: Pick<Notice, 'state' | 'startsAt'>, at: Instant): State {
	return state === 'planned' && startsAt <= at ? 'under_way' : state;
}

/** How long before its hour a maintenance is announced on the home page. */
export const ANNOUNCED_BEFORE = 48 * HOUR;

/** What home says: what is not well now, the worst first, then maintenance under way or near. */
export function toAnnounce(notices: readonly Notice[], at: Instant): Notice[] {
	const rank = (notice: Notice) =>
		notice.state === 'open' ? -SEVERITIES.indexOf(notice.severity) : stateAt(notice, at) === 'under_way' ? 1 : 2;
	return notices
		.filter((notice) => !hasEnded(notice.state) && (notice.state !== 'planned' || notice.startsAt <= at + ANNOUNCED_BEFORE))
		.sort((a, b) => rank(a) - rank(b) || a.startsAt - b.startsAt);
}

/** What is true of a service, or of all together. */
export type Condition = 'ok' | 'maintenance' | 'degraded' | 'partial' | 'full';
const CONDITIONS: readonly Condition[] = ['ok', 'maintenance', 'degraded', 'partial', 'full'];

const worst = (conditions: readonly Condition[]): Condition =>
	conditions.reduce<Condition>((one, other) => (CONDITIONS.indexOf(other) > CONDITIONS.indexOf(one) ? other : one), 'ok');

function conditionOf(notice: Notice, at: Instant): Condition {
	if (notice.state === 'open') return notice.severity === 'none' ? 'ok' : notice.severity;
	return stateAt(notice, at) === 'under_way' && notice.severity !== 'none' ? 'maintenance' : 'ok';
}

export function overall(notices: readonly Notice[], at: Instant): Condition {
	return worst(notices.map((notice) => conditionOf(notice, at)));
}

/** « all » is every service there is, the portal among them. */
export function touches({ services }: Pick<Notice, 'services'>, slug: string): boolean {
	return services.includes('all') || services.includes(slug);
}

export function conditionFor(slug: string, notices: readonly Notice[], at: Instant): Condition {
	return overall(
		notices.filter((notice) => touches(notice, slug)),
		at,
	);
}

/** How long the page looks back. */
export const DAYS_SHOWN = 90;

export interface DayOfService {
	readonly on: CivilDate;
	readonly condition: Condition;
}

/** When something was not as it should be; a maintenance that was cancelled before its hour never was. */
function span(notice: Notice, at: Instant): readonly [Instant, Instant] | null {
	const state = stateAt(notice, at);
	if (state === 'planned' || state === 'cancelled' || notice.severity === 'none' || notice.startsAt > at) return null;
	return [notice.startsAt, Math.max(notice.endedAt ?? at, notice.startsAt)];
}

/** The last days of a service, oldest first: the worst of each day. */
export function daysOf(slug: string, notices: readonly Notice[], at: Instant): DayOfService[] {
	const days = new Map<CivilDate, Condition[]>();
	for (let back = DAYS_SHOWN - 1; back >= 0; back -= 1) days.set(civilDateOf(at - back * DAY), []);
	for (const notice of notices) {
		const lasted = touches(notice, slug) ? span(notice, at) : null;
		if (!lasted) continue;
		const [from, to] = lasted;
		const [first, last] = [civilDateOf(from), civilDateOf(to)];
		const condition: Condition = notice.kind === 'maintenance' || notice.severity === 'none' ? 'maintenance' : notice.severity;
		for (const [on, found] of days) if (on >= first && on <= last) found.push(condition);
	}
	return [...days].map(([on, found]) => ({ on, condition: worst(found) }));
}

/** Outages of a service that the page looks back on. */
export function countOutages(slug: string, notices: readonly Notice[], at: Instant): number {
	const since = at - DAYS_SHOWN * DAY;
	return notices.filter((notice) => {
		const lasted = notice.kind === 'outage' && touches(notice, slug) ? span(notice, at) : null;
		return lasted !== null && lasted[1] >= since;
	}).length;
}

/** Clocks differ by a little, and a worker writes the minute they see. */
const CLOCK_SLACK = 5 * MINUTE;
const FARTHEST = 366 * DAY;

export type TimeProblem =
	| 'starts_in_future'
	| 'starts_too_far'
	| 'end_before_start'
	| 'end_required'
	| 'end_passed'
	| 'end_too_far'
	| 'ended_in_future';

/** What is wrong with the hours of a new notice, and in which field; null when they hold. */
export function openingProblem(
	{ kind, startsAt, expectedEndAt }: Pick<Notice, 'kind' | 'startsAt' | 'expectedEndAt'>,
	at: Instant,
): { readonly field: 'startsAt' | 'expectedEndAt'; readonly reason: TimeProblem } | null {
	if (kind === 'outage' && startsAt > at + CLOCK_SLACK) return { field: 'startsAt', reason: 'starts_in_future' };
	if (Math.abs(startsAt - at) > FARTHEST) return { field: 'startsAt', reason: 'starts_too_far' };
	if (expectedEndAt === null) return kind === 'maintenance' ? { field: 'expectedEndAt', reason: 'end_required' } : null;
	const reason = endProblem(startsAt, expectedEndAt, at);
	return reason === null ? null : { field: 'expectedEndAt', reason };
}

/** What is wrong with an expected end. */
export function endProblem(startsAt: Instant, expectedEndAt: Instant, at: Instant): TimeProblem | null {
	if (expectedEndAt <= startsAt) return 'end_before_start';
	if (expectedEndAt <= at) return 'end_passed';
	return expectedEndAt - at > FARTHEST ? 'end_too_far' : null;
}

/** What is wrong with the hour at which it ended. */
export function endedProblem(startsAt: Instant, endedAt: Instant, at: Instant): TimeProblem | null {
	if (endedAt > at + CLOCK_SLACK) return 'ended_in_future';
	return endedAt < startsAt ? 'end_before_start' : null;
}

/**
 * An hour as people write it, by Montréal's clocks: `2026-11-22 15:30`, `2026-11-22T15:30`, `2026-11-22 15 h 30`; or with
 * an offset of its own (`…Z`, `…-05:00`). Null for an hour that does not exist; of one that exists twice (in the fall),
 * the first.
 */
export function parseClockTime(text: string): Instant | null {
	const match = /^(\d{4}-\d{2}-\d{2})(?:T|\s+)(\d{1,2})\s?(?:[:h]\s?(\d{2})?)(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/.exec(
		text.replace(/\u00a0/g, ' ').trim(),
	);
	if (!match) return null;
	const [, day = '', hour = '', minute = '00', offset] = match;
	if (parseCivilDate(day) === null || Number(hour) > 23 || Number(minute) > 59) return null;
	const wanted = `${day}T${hour.padStart(2, '0')}:${minute}`;
	if (offset !== undefined) {
		const at = Date.parse(`${wanted}:00${offset}`);
		return Number.isNaN(at) ? null : at;
	}
	return instantOfClock(wanted);
}

/** A year of Montréal's calendar, from its first instant to that of the next. */
export function yearSpan(year: number): [Instant, Instant] {
	const first = (one: number) => parseClockTime(`${one}-01-01 00:00`) ?? Date.UTC(one, 0, 1, 5);
	return [first(year), first(year + 1)];
}

/** The years a history has, newest first: from the first notice to today, always at least this one. */
export function yearsOf(first: Instant | null, at: Instant): number[] {
	const yearOf = (instant: Instant) => Number(civilDateOf(instant).slice(0, 4));
	const [from, to] = [yearOf(Math.min(first ?? at, at)), yearOf(at)];
	return Array.from({ length: to - from + 1 }, (_, back) => to - back);
}

/** How long something lasted, in the two largest units: « 2 h 10 min », « 3 jours 4 h »; at least a minute. */
export function durationText(milliseconds: number, locale: Locale): string {
	const minutes = Math.max(1, Math.round(milliseconds / MINUTE));
	const parts = [
		[Math.floor(minutes / 1_440), 'day', 'long'],
		[Math.floor(minutes / 60) % 24, 'hour', 'short'],
		[minutes % 60, 'minute', 'short'],
	] as const;
	const first = parts.findIndex(([count]) => count > 0);
	return parts
		.slice(first, first + 2)
		.filter(([count]) => count > 0)
		.map(([count, unit, unitDisplay]) => new Intl.NumberFormat(`${locale}-CA`, { style: 'unit', unit, unitDisplay }).format(count))
		.join(' ')
		.replaceAll(' ', '\u00a0');
}

/** How long a mailed confirmation waits. */
export const UNCONFIRMED_LASTS = 7 * DAY;
/** How long the link to leave, in each message, stays good. */
export const LEAVE_LINK_LASTS = 400 * DAY;
