/** `npm run seed`: a demonstration in an empty database, and how to log in to it. */
import { closeDatabase } from '#db/client.ts';
import { DEMONSTRATION, seedDemonstration } from '#src/cli/demonstration.ts';
import { prepareDatabase } from '#src/server/setup.ts';

try {
	await prepareDatabase();
	if (await seedDemonstration()) {
		const { password, worker, finance, systems, administrator, treasurer } = DEMONSTRATION;
		process.stdout.write(
			`The demonstration is ready. Log in at /connexion/ (or /en/login/) with the password « ${password} » as:
  ${administrator}\tadministrator of a group
  ${treasurer}\tits treasurer
  ${worker}\ta worker
  ${finance}\ta worker with the finance role
  ${systems}\ta worker with the systems role, who gives roles
`,
		);
	} else {
		process.stderr.write('The database is not empty: a demonstration is only put into an empty one. Choose another DATA_DIR.\n');
		process.exitCode = 1;
	}
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
	process.exitCode = 1;
} finally {
	closeDatabase();
}
