/** docs/security/asvs.md says for each requirement which test shows it: the list is whole and no test it names is gone. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';

/** Numbers of levels 1 and 2 of ASVS 5.0.0, by section. */
const SECTIONS: Readonly<Record<string, readonly number[]>> = {
	'6.1': [1, 2, 3],
	'6.2': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
	'6.3': [1, 2, 3, 4],
	'6.4': [1, 2, 3, 4],
	'6.5': [1, 2, 3, 4, 5],
	'6.6': [1, 2, 3],
	'6.8': [1, 2, 3, 4],
	'7.1': [1, 2, 3],
	'7.2': [1, 2, 3, 4],
	'7.3': [1, 2],
	'7.4': [1, 2, 3, 4, 5],
	'7.5': [1, 2],
	'7.6': [1, 2],
	'8.1': [1, 2],
	'8.2': [1, 2, 3],
	'8.3': [1],
	'8.4': [1],
	'9.1': [1, 2, 3],
	'9.2': [1, 2, 3, 4],
};
const STATES = ['met', 'differs', 'planned', 'falls short', 'does not apply'];

const page = readFileSync(path.join(projectRoot, 'docs/security/asvs.md'), 'utf8');
const rows = page
	.split('\n')
	.filter((line) => /^\| \d/.test(line))
	.map((line) => {
		const [number = '', asked = '', state = '', how = '', shown = ''] = line.slice(2, -2).split(' | ');
		const tests = shown.split('; `').filter((text) => text.trim() !== '');
		return { number, asked, state, how, tests: tests.map((text) => text.replace(/^\s*`?/, '').split('` › ') as [string, string?]) };
	});

it('every requirement of levels 1 and 2 has one line, in order', () => {
	const numbers = Object.entries(SECTIONS).flatMap(([section, list]) => list.map((number) => `${section}.${number}`));
	expect(rows.map(({ number }) => number)).toEqual(numbers);
});

it.each(rows)('$number says how it stands: by tests that exist when it is met, by a reason when it is not', ({ state, how, tests }) => {
	expect(STATES).toContain(state);
	if (state === 'met') expect(tests.length).toBeGreaterThan(0);
	else expect(how.length).toBeGreaterThan(10);
	for (const [file, title = ''] of tests) {
		expect(existsSync(path.join(projectRoot, file)), file).toBe(true);
		expect(title, file).not.toBe('');
		expect(readFileSync(path.join(projectRoot, file), 'utf8'), `${file} › ${title}`).toMatch(quoted(title));
	}
});

/** As the code writes it, and no part of a longer title. */
const quoted = (title: string) => new RegExp(`['"\`]${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}['"\`]`);
