/** Is a page valid HTML, by the rules this site holds? One set of rules, for built pages and for those the server makes. */
import { HtmlValidate } from 'html-validate';

const html = new HtmlValidate({
	extends: ['html-validate:recommended', 'html-validate:a11y'],
	rules: {
		// Astro's compressed output: a matter of style, not of meaning.
		'no-trailing-whitespace': 'off',
		'void-style': 'off',
		'doctype-style': 'off',
		'attribute-boolean-style': 'off',
		'no-implicit-button-type': 'error',
		'long-title': 'off',
		// Words that must stay together are said with a no-break space in the text itself.
		'tel-non-breaking': 'off',
		// The browsers people have on old telephones still need role="list" on lists without bullets.
		'no-redundant-role': 'off',
		'attr-quotes': 'off',
		'valid-id': ['error', { relaxed: true }],
		// A list of boxes under one name is how a form sends several choices.
		'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'submit'] }],
	},
});

/** Each as « line:column rule sentence »; empty when the page is valid. */
export async function mistakesIn(page: string): Promise<string[]> {
	const { results } = await html.validateString(page);
	return results.flatMap(({ messages }) => messages.map((one) => `${one.line}:${one.column} ${one.ruleId} ${one.message}`));
}
