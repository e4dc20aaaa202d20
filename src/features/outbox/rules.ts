import type { Locale } from '#src/i18n/routes.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#src/lib/clock.ts';

/** Who a message went to, and about what, is kept for this long. */
export const KEPT = 180 * DAY;

/** A message as its slice writes it; both the text and the HTML part are made from it. */
export interface MailContent {
	readonly subject: string;
	readonly greeting: string;
	readonly paragraphs: readonly string[];
	/** Words of a person, set apart from the portal's own. */
	readonly quote?: string;
	/** The one thing to do. */
	readonly action?: { readonly label: string; readonly url: string };
	/** After the action: validity of the link, what happens if nothing is done. */
	readonly after?: readonly string[];
	/** For what people subscribed to: the link at the end, which mail programs also show as a button of their own. */
	readonly unsubscribe?: { readonly label: string; readonly url: string };
}

/** How long one sender may hold a message before another may take it over. */
export const LEASE = 2 * MINUTE;
/** About two days of trying, as mail servers do. */
export const MOST_ATTEMPTS = 18;

/** When to try again after so many failed attempts: 30 s, 1 min, 2 min … at most 6 h. */
export function nextAttemptAt(attempt: number, at: Instant): Instant {
	return at + Math.min(30_000 * 2 ** Math.max(0, attempt - 1), 6 * HOUR);
}

const SIGNATURE = {
	fr: ['Koumbit', 'Ce message vient du portail de Koumbit.'],
	en: ['Koumbit', 'This message comes from Koumbit’s portal.'],
} as const;

const wrap = (text: string, width = 76): string =>
	text
		.split('\n')
		.map((row) => {
			const rows: string[] = [];
			let current = '';
			for (const word of row.split(' ')) {
				if (current !== '' && current.length + 1 + word.length > width) {
					rows.push(current);
					current = word;
				} else current = current === '' ? word : `${current} ${word}`;
			}
			rows.push(current);
			return rows.join('\n');
		})
		.join('\n');

export function renderText(content: MailContent, locale: Locale): string {
	const parts = [content.greeting, ...content.paragraphs];
	if (content.quote !== undefined) parts.push(wrap(content.quote, 72).replace(/^/gm, '> '));
	if (content.action) parts.push(`${content.action.label}${locale === 'fr' ? '\u00a0' : ''}:\n${content.action.url}`);
	parts.push(...(content.after ?? []));
	if (content.unsubscribe) parts.push(`${content.unsubscribe.label}${locale === 'fr' ? '\u00a0' : ''}:\n${content.unsubscribe.url}`);
	const body = parts.map((part) => (part.startsWith('> ') || part.includes('\nhttp') ? part : wrap(part))).join('\n\n');
	return `${body}\n\n-- \n${SIGNATURE[locale].join('\n')}\n`;
}

const escapeHtml = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const withBreaks = (text: string) => escapeHtml(text).replaceAll('\n', '<br>');

/** Plain, legible HTML: no picture, no remote content, readable without its styles. */
export function renderHtml(content: MailContent, locale: Locale): string {
	const paragraph = (text: string) => `<p style="margin:0 0 16px">${withBreaks(text)}</p>`;
	const rows = [paragraph(content.greeting), ...content.paragraphs.map(paragraph)];
	if (content.quote !== undefined) {
		rows.push(
			`<blockquote style="margin:0 0 16px;padding:4px 16px;border-left:3px solid #a8411f">${withBreaks(content.quote)}</blockquote>`,
		);
	}
	if (content.action) {
		const url = escapeHtml(content.action.url);
		rows.push(
			`<p style="margin:0 0 16px"><a href="${url}" style="display:inline-block;padding:12px 20px;background:#1f5c45;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:bold">${escapeHtml(content.action.label)}</a></p>`,
			`<p style="margin:0 0 16px;font-size:14px;word-break:break-all">${url}</p>`,
		);
	}
	rows.push(...(content.after ?? []).map(paragraph));
	if (content.unsubscribe) {
		const { label, url } = content.unsubscribe;
		rows.push(`<p style="margin:0 0 16px;font-size:14px"><a href="${escapeHtml(url)}" style="color:#8c3212">${escapeHtml(label)}</a></p>`);
	}
	const [name, sentence] = SIGNATURE[locale];
	return `<!doctype html>
<html lang="${locale === 'fr' ? 'fr-CA' : 'en-CA'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(content.subject)}</title></head>
<body style="margin:0;padding:24px;background:#faf6ec;color:#231c15;font:17px/1.5 system-ui,sans-serif">
<div style="max-width:36em;margin:0 auto">
${rows.join('\n')}
<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #d9cfbb;font-size:14px"><strong>${name}</strong><br>${sentence}</p>
</div>
</body>
</html>
`;
}
