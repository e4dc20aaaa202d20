/** What the home page says while something is not well: put into the built page in memory, in place of {@link MARK}. */
import { escapeText } from '#src/features/status/components/markup.ts';
import { type Notice, readIn, stateAt, toAnnounce } from '#src/features/status/rules.ts';
import { formatInstant } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

/** Where the band goes; components/StatusBanner.astro leaves it in the page. */
export const MARK = '<!--status-->';

const MOST_SHOWN = 3;
const TAG = { fr: 'fr-CA', en: 'en-CA' } as const;

/** Empty when there is nothing to announce. */
export function bannerHtml(notices: readonly Notice[], at: Instant, locale: Locale): string {
	const announced = toAnnounce(notices, at);
	const [first] = announced;
	if (!first) return '';
	const m = messages(locale).status;
	const tone = first.kind === 'outage' ? 'outage' : 'maintenance';
	const rows = announced.slice(0, MOST_SHOWN).map((notice) => {
		const title = readIn(notice.texts, locale);
		const words =
			notice.kind === 'outage'
				? m.banner.outage
				: stateAt(notice, at) === 'planned'
					? m.banner.planned(formatInstant(notice.startsAt, locale))
					: m.banner.maintenance;
		const language = title && title.locale !== locale ? ` lang="${TAG[title.locale]}"` : '';
		const href = pathOf('statusNotice', locale, { number: notice.number });
		const colon = locale === 'fr' ? '\u00a0:' : ':';
		return `<li><strong>${escapeText(words)}${colon}</strong> <a href="${href}"${language}>${escapeText(title?.text.title ?? notice.number)}</a></li>`;
	});
	const others = announced.length - rows.length;
	if (others > 0) rows.push(`<li><a href="${pathOf('status', locale)}">${escapeText(m.banner.others(others))}</a></li>`);
	return `<aside class="status-band status-band--${tone}" aria-label="${escapeText(m.banner.label)}"><ul class="wrap">${rows.join('')}</ul></aside>`;
}
