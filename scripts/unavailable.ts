/**
 * Writes dist/down/indisponible.html: what the proxy shows while the portal itself does not run. One file, in both
 * languages, with its few styles inside: nothing else can be asked for at that moment.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale } from '#src/i18n/routes.ts';
import { furrowsPath } from '#src/lib/furrows.ts';
import { projectRoot } from '#src/lib/root.ts';

const tokens = readFileSync(path.join(projectRoot, 'src/styles/tokens.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
const STYLE = `${tokens}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif}
main{flex:1;max-width:38rem;padding:2rem clamp(1rem,5vw,4rem)}
p:first-child{font-weight:700;font-size:1.25rem;color:var(--earth)}
h1,h2{line-height:1.2;margin:2rem 0 .5rem}
p{margin:0 0 1rem}
a{color:var(--earth)}
a:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
hr{border:0;border-top:1px solid var(--line);margin:2rem 0}
svg{display:block;width:100%;height:9rem;background:var(--band);color:var(--furrow)}`.replace(/\s+/g, ' ');

// A link to « here » loads the address that was asked for again.
const part = (locale: Locale, heading: 'h1' | 'h2') => {
	const { unavailableTitle, unavailableText, retry } = messages(locale).errorPage;
	return `<section lang="${locale}-CA"><${heading}>${unavailableTitle}</${heading}><p>${unavailableText}</p><p><a href="">${retry}</a></p></section>`;
};

const { siteName, errorPage } = messages('fr');
const field = furrowsPath({ centre: 800, top: 2, bottom: 300, furrows: 22, near: 150, far: 17 });
const html = [
	'<!doctype html><html lang="fr-CA"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
	`<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${errorPage.unavailableTitle} – ${siteName}</title>`,
	`<style>${STYLE}</style></head><body><main><p>${siteName}</p>`,
	LOCALES.map((locale, at) => part(locale, at === 0 ? 'h1' : 'h2')).join('<hr>'),
	`</main><svg viewBox="0 0 1600 300" preserveAspectRatio="xMidYMin slice" aria-hidden="true" focusable="false"><path fill="currentColor" d="${field}"/></svg>`,
	'</body></html>\n',
].join('');

const folder = path.join(projectRoot, 'dist', 'down');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'indisponible.html'), html);
