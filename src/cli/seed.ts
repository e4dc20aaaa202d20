/** `npm run seed`: a demonstration in an empty database, and how to log in to it; `npm run seed -- code` gives its workers' code of now. */
import { closeDatabase } from '#db/client.ts';
import { codeOfStep } from '#src/adapters/one-time-codes/index.ts';
import { DEMONSTRATION, seedDemonstration } from '#src/cli/demonstration.ts';
import { now } from '#src/lib/clock.ts';
import { prepareDatabase } from '#src/server/setup.ts';

const codeOfNow = () => codeOfStep(DEMONSTRATION.codeKey, Math.floor(now() / 30_000));

async function seed(): Promise<void> {
	await prepareDatabase();
	if (await seedDemonstration()) {
		const { password, codeKey, worker, finance, systems, administrator, treasurer } = DEMONSTRATION;
		process.stdout.write(
			`The demonstration is ready. Log in at /connexion/ (or /en/login/) with the password « ${password} » as:
  ${administrator}\tadministrator of a group
  ${treasurer}\tits treasurer
  ${worker}\ta worker
  ${finance}\ta worker with the finance role
  ${systems}\ta worker with the systems role, who gives roles
The workers' second step: put the key ${codeKey} into an application of codes, or run: npm run seed -- code
`,
		);
	} else {
		process.stderr.write('The database is not empty: a demonstration is only put into an empty one. Choose another DATA_DIR.\n');
		process.exitCode = 1;
	}
}

try {
	if (process.argv[2] === 'code') process.stdout.write(`${codeOfNow()}\n`);
	else await seed();
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
	process.exitCode = 1;
} finally {
	closeDatabase();
}
