/** The state of services as one file that needs nothing else: for another host, and for the day the portal is down. */
import { escapeText, paragraphs } from '#src/features/status/components/markup.ts';
import { authorText, changesText, noticeWords, serviceTitle, stepText } from '#src/features/status/components/words.ts';
import type { ServiceName, StatusReport } from '#src/features/status/data.ts';
import { DAYS_SHOWN, type NoticeWithUpdates, readIn } from '#src/features/status/rules.ts';
import { formatInstant } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

const TAG = { fr: 'fr-CA', en: 'en-CA' } as const;

/** The colours of src/styles/tokens.css, by hand: this page can't ask for a style sheet. */
const STYLE = `:root{color-scheme:light dark;--paper:#faf5e9;--surface:#fffdf7;--ink:#211b14;--soft:#594e42;--line:#e0d5c1;--link:#8c3212;--ok:#1d5c45;--bad:#9c1527;--work:#23406f}
@media (prefers-color-scheme:dark){:root{--paper:#121a15;--surface:#1a241e;--ink:#f3ecdd;--soft:#bdb5a3;--line:#35423a;--link:#f2a583;--ok:#86cfa6;--bad:#ffa39b;--work:#aac5f4}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 "Atkinson Hyperlegible Next",system-ui,sans-serif;overflow-wrap:anywhere}
.page{max-width:46rem;margin:0 auto;padding:1rem 1.25rem 4rem}
a{color:var(--link)}
h1{font-size:2rem;line-height:1.15;margin:.5rem 0}
h2{font-size:1.4rem;line-height:1.2;margin:2.5rem 0 .75rem}
h3{font-size:1.15rem;line-height:1.3;margin:0 0 .5rem}
.top{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;justify-content:space-between;border-bottom:1px solid var(--line);padding:.5rem 0}
.soft{color:var(--soft)}
.answer{border-left:.5rem solid var(--work);padding-left:1rem;margin:1.5rem 0}
.answer--ok{border-color:var(--ok)}
.answer--degraded,.answer--partial,.answer--full{border-color:var(--bad)}
article{background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.25rem;margin:0 0 1rem}
dl{margin:0}dt{color:var(--soft);margin-top:.5rem}dd{margin:0}dd p{margin:0 0 .5rem}
ul,ol{padding-left:1.25rem}
table{width:100%;border-collapse:collapse}th,td{text-align:left;padding:.4rem .5rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}thead th{color:var(--soft)}`;

const marked = (language: Locale, locale: Locale) => (language === locale ? '' : ` lang="${TAG[language]}"`);

function article(notice: NoticeWithUpdates, names: readonly ServiceName[], at: Instant, locale: Locale): string {
	const m = messages(locale).status;
	const words = noticeWords(notice, names, at, locale);
	const facts = [...words.facts, ...(words.objection ? [words.objection] : [])]
		.map(({ label, text, locale: language }) => `<dt>${escapeText(label)}</dt><dd${marked(language, locale)}>${paragraphs(text)}</dd>`)
		.join('');
	const steps = notice.updates
		.toReversed()
		.map((update) => {
			const said = readIn(update.texts, locale);
			const head = [formatInstant(update.at, locale), authorText(update, locale)].filter((part) => part !== null).join(' · ');
			const changes = changesText(update, names, locale).map(paragraphs).join('');
			const note = said && said.locale !== locale ? `<p class="soft">${escapeText(m.onlyInOther)}</p>` : '';
			const text = said ? `<div${marked(said.locale, locale)}>${paragraphs(said.text)}</div>` : '';
			return `<li><strong>${escapeText(stepText(update, notice.kind, locale))}</strong> <span class="soft">${escapeText(head)}</span>${note}${text}${changes}</li>`;
		})
		.join('');
	return `<article id="${notice.number}">
<h3${marked(words.locale, locale)}>${escapeText(words.title)}</h3>
<p><strong>${escapeText(`${words.kind} ${notice.number}`)}</strong> · ${escapeText(words.state)}</p>
${words.onlyInOther === null ? '' : `<p class="soft">${escapeText(words.onlyInOther)}</p>`}
<dl>${facts}</dl>
<ol>${steps}</ol>
<p class="soft">${escapeText(m.updatedAt(formatInstant(notice.updatedAt, locale)))}</p>
</article>`;
}

/**
 * A whole HTML page; other files it names (the feed, the data, the other language) lie beside it.
 * @param portal `down` for the page a web server shows in place of the portal: it must not begin with « Tout fonctionne ».
 */
export function standaloneHtml(report: StatusReport, siteUrl: string, locale: Locale, portal: 'unknown' | 'down'): string {
	const m = messages(locale).status;
	const isDown = portal === 'down';
	const file = isDown ? 'down.html' : 'index.html';
	const { at, names } = report;
	const condition = isDown && report.condition === 'ok' ? 'full' : report.condition;
	const [title, lead] = isDown ? [m.copy.downTitle, m.copy.downLead] : [m.answer[condition], m.answerLead[condition]];
	const [other, otherHref, base] = locale === 'fr' ? (['en', `en/${file}`, ''] as const) : (['fr', `../${file}`, '../'] as const);
	const articles = (notices: readonly NoticeWithUpdates[]) => notices.map((notice) => article(notice, names, at, locale)).join('\n');
	const services = report.services
		.map(
			({ slug, condition: one }) =>
				`<tr><th scope="row">${escapeText(serviceTitle(slug, names, locale))}</th><td>${escapeText(m.conditions[isDown && slug === 'portal' ? 'full' : one])}</td></tr>`,
		)
		.join('');
	const written = `<time datetime="${new Date(at).toISOString()}">${escapeText(m.copy.written(formatInstant(at, locale)))}</time>`;
	return `<!DOCTYPE html>
<html lang="${TAG[locale]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeText(`${title} – ${m.feedTitle}`)}</title>
<link rel="canonical" href="${escapeText(`${siteUrl}${pathOf('status', locale)}`)}">
<link rel="alternate" type="application/rss+xml" title="${escapeText(m.feedTitle)}" href="rss.xml">
<style>${STYLE}</style>
</head>
<body>
<div class="page">
<header class="top"><span>Koumbit</span> <a href="${otherHref}" lang="${TAG[other]}" hreflang="${TAG[other]}">${escapeText(m.copy.otherLanguage)}</a></header>
<main>
<p class="soft">${escapeText(m.title)}</p>
<div class="answer answer--${condition}">
<h1>${escapeText(title)}</h1>
<p>${escapeText(lead)}</p>
<p>${written}</p>
</div>
<p class="soft">${escapeText(m.copy.stale)}</p>
${report.now.length > 0 ? `<h2>${escapeText(m.nowTitle)}</h2>\n${articles(report.now)}` : ''}
<h2>${escapeText(m.plannedTitle)}</h2>
${report.planned.length > 0 ? articles(report.planned) : `<p>${escapeText(m.nonePlanned)}</p>`}
<h2>${escapeText(m.servicesTitle)}</h2>
<table><thead><tr><th scope="col">${escapeText(m.serviceColumn)}</th><th scope="col">${escapeText(m.stateColumn)}</th></tr></thead><tbody>${services}</tbody></table>
<h2>${escapeText(m.pastTitle(DAYS_SHOWN))}</h2>
${report.past.length > 0 ? articles(report.past) : `<p>${escapeText(m.nonePast(DAYS_SHOWN))}</p>`}
</main>
<footer>
<ul>
<li><a href="${escapeText(`${siteUrl}${pathOf('status', locale)}`)}">${escapeText(m.copy.toPortal)}</a></li>
<li><a href="rss.xml">${escapeText(m.feed)}</a></li>
<li><a href="${base}status.json">${escapeText(m.data)}</a></li>
</ul>
</footer>
</div>
</body>
</html>
`;
}
