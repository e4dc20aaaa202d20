/** The feed and the open data: what the page says, for programs. */
import { escapeText, paragraphs } from '#src/features/status/components/markup.ts';
import { changesText, noticeWords, stepText } from '#src/features/status/components/words.ts';
import type { Said, ServiceName, StatusReport } from '#src/features/status/data.ts';
import { type NoticeWithUpdates, readIn, stateAt } from '#src/features/status/rules.ts';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

/** How many updates the feed goes back. */
export const FEED_LENGTH = 40;

export const FEED_PATHS = {
	fr: { rss: '/etat/rss.xml', json: '/etat/etat.json' },
	en: { rss: '/en/status/rss.xml', json: '/en/status/status.json' },
} as const satisfies Record<Locale, { rss: string; json: string }>;

const TAG = { fr: 'fr-CA', en: 'en-CA' } as const;

function itemOf({ update, notice }: Said, names: readonly ServiceName[], siteUrl: string, locale: Locale) {
	const m = messages(locale).status;
	const opens = update.kind === 'opened';
	// As it began: what came after has items of its own.
	const then = opens ? { ...notice, state: notice.kind === 'outage' ? ('open' as const) : ('planned' as const), endedAt: null } : notice;
	const words = noticeWords(then, names, update.at, locale);
	const marked = (language: Locale, html: string) => (language === locale ? html : `<div lang="${TAG[language]}">${html}</div>`);
	const parts: string[] = [];
	const said = opens ? null : readIn(update.texts, locale);
	if (said ? said.locale !== locale : words.onlyInOther) parts.push(paragraphs(m.onlyInOther));
	if (said) parts.push(marked(said.locale, paragraphs(said.text)));
	parts.push(...changesText(update, names, locale).map(paragraphs));
	if (opens) {
		const facts = [...words.facts, ...(words.objection ? [words.objection] : [])];
		for (const { label, text, locale: language } of facts) {
			parts.push(`<p><strong>${escapeText(label)}</strong></p>${marked(language, paragraphs(text))}`);
		}
	}
	const step = stepText(update, notice.kind, locale);
	const content = parts.join('') || paragraphs(step);
	return {
		title: `${words.kind}${locale === 'fr' ? '\u00a0' : ''}: ${words.title} – ${step}`.replace(/[\ufffe\uffff]/g, ''),
		link: `${siteUrl}${pathOf('statusNotice', locale, { number: notice.number })}#maj-${update.seq}`,
		pubDate: new Date(update.at),
		content,
	};
}

/** RSS 2.0 with the whole text of the last updates, newest first; each item's guid is its own address and never changes. */
export async function feedXml(said: readonly Said[], names: readonly ServiceName[], siteUrl: string, locale: Locale): Promise<string> {
	// Loaded when asked for: no command and no start pays for it otherwise.
	const { getRssString } = await import('@astrojs/rss');
	const m = messages(locale).status;
	const self = `${siteUrl}${FEED_PATHS[locale].rss}`;
	return getRssString({
		title: m.feedTitle,
		description: m.description,
		site: `${siteUrl}${pathOf('status', locale)}`,
		xmlns: { atom: 'http://www.w3.org/2005/Atom' },
		customData: `<language>${TAG[locale]}</language><atom:link href="${escapeText(self)}" rel="self" type="application/rss+xml"/>`,
		items: said.map((one) => itemOf(one, names, siteUrl, locale)),
	});
}

const iso = (at: Instant | null) => (at === null ? null : new Date(at).toISOString());

function noticeData(notice: NoticeWithUpdates, at: Instant, siteUrl: string) {
	const { number, kind, severity, services, texts, startsAt, expectedEndAt, endedAt, updatedAt } = notice;
	return {
		number,
		kind,
		state: stateAt(notice, at),
		severity,
		services,
		texts,
		startsAt: iso(startsAt),
		expectedEndAt: iso(expectedEndAt),
		endedAt: iso(endedAt),
		updatedAt: iso(updatedAt),
		url: Object.fromEntries(LOCALES.map((locale) => [locale, `${siteUrl}${pathOf('statusNotice', locale, { number })}`])),
		updates: notice.updates.map((update) => ({
			id: update.seq,
			kind: update.kind,
			at: iso(update.at),
			texts: update.texts,
			by: update.authorRole,
			severity: update.severity,
			services: update.services,
			expectedEndAt: iso(update.expectedEndAt),
		})),
	};
}

/** Everything the page says, in both languages, as one JSON document. */
export function statusJson(report: StatusReport, siteUrl: string): string {
	const { at } = report;
	const both = (words: (locale: Locale) => string) => ({ fr: words('fr'), en: words('en') });
	const data = {
		writtenAt: iso(at),
		status: report.condition,
		summary: both((locale) => messages(locale).status.answer[report.condition]),
		services: report.services.map(({ slug, condition, outages }) => ({
			slug,
			title: report.names.find((one) => one.slug === slug)?.title ?? both((locale) => messages(locale).status.portal),
			status: condition,
			outagesInLast90Days: outages,
		})),
		now: report.now.map((notice) => noticeData(notice, at, siteUrl)),
		planned: report.planned.map((notice) => noticeData(notice, at, siteUrl)),
		past: report.past.map((notice) => noticeData(notice, at, siteUrl)),
	};
	return `${JSON.stringify(data, null, '\t')}\n`;
}
