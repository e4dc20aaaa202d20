/** Text into HTML and XML by hand, for what no page of Astro's makes: feeds, copies, the band on the home page. */

/** Safe in text and in quoted attributes, of HTML and of XML 1.0, which has no place for the last two units. */
export function escapeText(text: string): string {
	return text
		.replace(/[\ufffe\uffff]/g, '')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}

/** Paragraphs where people left an empty line, line breaks where they went to the next. */
export function paragraphs(text: string): string {
	return text
		.split(/\n{2,}/)
		.map((part) => `<p>${escapeText(part).replaceAll('\n', '<br>')}</p>`)
		.join('');
}
