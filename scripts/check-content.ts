/**
 * `npm run check:content`: everything an editor has to correct in content/, in words; exit 1 when there is something.
 * `--root FOLDER` checks another folder that holds content/ and public/; `--json` prints the whole list for a program.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '#src/lib/root.ts';
import { checkContent } from './content/check.ts';
import { printProblems } from './content/problem.ts';

const { values } = parseArgs({ options: { root: { type: 'string', default: projectRoot }, json: { type: 'boolean', default: false } } });
const siteUrl = process.env.SITE_URL || 'http://localhost:4321';
const problems = await checkContent({ root: path.resolve(values.root), siteUrl });
if (values.json) process.stdout.write(`${JSON.stringify(problems)}\n`);
if (problems.length > 0) {
	if (!values.json) process.stderr.write(`\n${printProblems(problems)}\n`);
	process.exitCode = 1;
}
