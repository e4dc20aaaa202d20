import { expect, test } from 'vitest';
import { describeText } from '#src/server/console.ts';

test('a report keeps the kind of error and where it was thrown, not the address nor the message', () => {
	const report =
		'Could not render http://h/adhesion/suivi/s3cret/\nTypeError: bad value jane@example.org\n    at render (file:///p/page.mjs:1:2)\n    at run (a.mjs:3:4)';
	expect(describeText(report)).toEqual({ error: 'TypeError', where: 'at render (file:///p/page.mjs:1:2) < at run (a.mjs:3:4)' });
	expect(JSON.stringify(describeText('s3cret jane@example.org'))).not.toMatch(/s3cret|jane/);
});
