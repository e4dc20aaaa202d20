/** A notice in words, for every place that tells of it: pages, feed, mail, copies. */
import type { ServiceName } from '#src/features/status/data.ts';
import { durationText, type Notice, readIn, stateAt, type Update } from '#src/features/status/rules.ts';
import { formatInstant } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

/** The name of one service; its slug when the catalogue no longer has it. */
export function serviceTitle(slug: string, names: readonly ServiceName[], locale: Locale): string {
	const m = messages(locale).status;
	if (slug === 'all') return m.all;
	if (slug === 'portal') return m.portal;
	return names.find((one) => one.slug === slug)?.title[locale] ?? slug;
}

export function servicesText(services: readonly string[], names: readonly ServiceName[], locale: Locale): string {
	return services.map((slug) => serviceTitle(slug, names, locale)).join(', ');
}

/** The day and the hour of an instant, each as it is said alone. */
function dayAndHour(at: Instant, locale: Locale): readonly [day: string, hour: string] {
	const text = formatInstant(at, locale);
	const comma = text.lastIndexOf(', ');
	return [text.slice(0, comma), text.slice(comma + 2)];
}

/** The day is said once when it is one day. */
function spanText(from: Instant, to: Instant, locale: Locale): string {
	const m = messages(locale).status;
	const [[day, hour], [otherDay, otherHour]] = [dayAndHour(from, locale), dayAndHour(to, locale)];
	return day === otherDay ? m.onOneDay(day, hour, otherHour) : m.fromTo(formatInstant(from, locale), formatInstant(to, locale));
}

/** A sentence whose last word may bring its own full stop ("7:00 a.m."). */
const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);

/** When it was, is or will be. */
export function whenText(notice: Notice, at: Instant, locale: Locale): string {
	const m = messages(locale).status;
	const from = formatInstant(notice.startsAt, locale);
	if (notice.endedAt !== null && notice.state !== 'cancelled') {
		const lasted = m.lasted(durationText(notice.endedAt - notice.startsAt, locale));
		return `${sentence(spanText(notice.startsAt, notice.endedAt, locale))} ${sentence(lasted)}`;
	}
	const to = notice.expectedEndAt === null ? null : formatInstant(notice.expectedEndAt, locale);
	const begun = notice.startsAt <= at && notice.state !== 'cancelled';
	if (!begun) return notice.expectedEndAt === null ? from : sentence(spanText(notice.startsAt, notice.expectedEndAt, locale));
	if (to === null) return `${sentence(m.since(from))} ${m.noExpectedEnd}`;
	return sentence(`${m.since(from)}; ${m.expectedBy(to)}`);
}

/** What kind of step an update is, in words. */
export function stepText(update: Pick<Update, 'kind'>, kind: Notice['kind'], locale: Locale): string {
	const m = messages(locale).status.updates;
	return update.kind === 'opened' ? m.opened[kind] : m[update.kind];
}

/** What an update changed, as sentences. */
export function changesText(update: Update, names: readonly ServiceName[], locale: Locale): string[] {
	const m = messages(locale).status;
	const changes: string[] = [];
	if (update.severity !== null) changes.push(m.nowSeverity(m.severities[update.severity]));
	if (update.services !== null) changes.push(m.nowTouches(servicesText(update.services, names, locale)));
	if (update.expectedEndAt !== null) changes.push(m.nowExpected(formatInstant(update.expectedEndAt, locale)));
	return changes;
}

/** Whose words an update is: a role, never a name; null when there is nothing to say. */
export function authorText({ authorRole }: Pick<Update, 'authorRole'>, locale: Locale): string | null {
	const m = messages(locale).status;
	return authorRole === null ? null : m.saidBy(m.roles[authorRole]);
}

export interface Passage {
	readonly label: string;
	readonly text: string;
	/** Language of the text; the label is in the page's. */
	readonly locale: Locale;
}

export interface NoticeWords {
	readonly title: string;
	/** Language of the title and of the texts below. */
	readonly locale: Locale;
	/** Set when it is not the language of the page. */
	readonly onlyInOther: string | null;
	/** « Panne », « Entretien ». */
	readonly kind: string;
	readonly state: string;
	/** Services, when, extent, then what people wrote, in the order in which it is read. */
	readonly facts: readonly Passage[];
	/** For a maintenance that may still be objected to. */
	readonly objection: Passage | null;
}

export function noticeWords(notice: Notice, names: readonly ServiceName[], at: Instant, locale: Locale): NoticeWords {
	const m = messages(locale).status;
	const read = readIn(notice.texts, locale);
	const own = (label: string, text: string): Passage => ({ label, text, locale });
	const said = (label: string, text: string): Passage[] => (text === '' ? [] : [{ label, text, locale: read?.locale ?? locale }]);
	const state = stateAt(notice, at);
	const texts = read?.text;
	return {
		title: texts?.title ?? notice.number,
		locale: read?.locale ?? locale,
		onlyInOther: read && read.locale !== locale ? m.onlyInOther : null,
		kind: m.kinds[notice.kind],
		state: m.states[state],
		facts: [
			own(m.fields.services, servicesText(notice.services, names, locale)),
			own(m.fields.when, whenText(notice, at, locale)),
			own(m.fields.severity, m.severities[notice.severity]),
			...said(m.fields.who, texts?.who ?? ''),
			...said(notice.kind === 'maintenance' ? m.fields.whatPlanned : m.fields.what, texts?.what ?? ''),
			...said(m.fields.why, texts?.why ?? ''),
			...said(m.fields.how, texts?.how ?? ''),
		],
		objection:
			notice.kind === 'maintenance' && state === 'planned'
				? (said(m.fields.objection, texts?.objection ?? '')[0] ?? own(m.fields.objection, m.objectionDefault))
				: null,
	};
}

/** « novembre 2026 », from `2026-11`. */
export function formatMonth(month: string, locale: Locale): string {
	const format = new Intl.DateTimeFormat(`${locale}-CA`, { year: 'numeric', month: 'long', timeZone: 'UTC' });
	const text = format.format(Date.parse(`${month}-15T12:00:00Z`));
	return text.charAt(0).toLocaleUpperCase(`${locale}-CA`) + text.slice(1);
}
