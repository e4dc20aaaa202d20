/** After the build: every link of every page leads somewhere; exit 1, with a sentence for each, when one does not. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '#src/lib/root.ts';
import { printProblems } from './content/problem.ts';
import { checkLinks } from './site/links.ts';
import { siteOf } from './stamps.mjs';

const { values } = parseArgs({ options: { root: { type: 'string', default: projectRoot } } });
const problems = checkLinks(path.resolve(values.root), siteOf());
if (problems.length > 0) {
	process.stderr.write(`\n${printProblems(problems)}\n`);
	process.exitCode = 1;
}
