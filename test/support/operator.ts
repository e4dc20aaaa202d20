/** The operator at the command line, against the folder of a portal under test. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '#src/lib/root.ts';
import { serverEnv } from '#test/support/server.ts';

const run = promisify(execFile);

export interface CommandResult {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs `koumbit …` as an operator would. */
export async function koumbit(args: readonly string[], portal: { dataDir: string; url?: string }): Promise<CommandResult> {
	const env = serverEnv({
		DATA_DIR: portal.dataDir,
		DATABASE_URL: process.env.DATABASE_URL,
		...(portal.url === undefined ? {} : { SITE_URL: portal.url }),
	});
	try {
		const { stdout, stderr } = await run(process.execPath, [path.join(projectRoot, 'src/cli/main.ts'), ...args], { env, cwd: projectRoot });
		return { code: 0, stdout, stderr };
	} catch (error) {
		const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
		return { code, stdout, stderr };
	}
}

/** Invites a worker. @returns the path of the invitation. */
export async function inviteWorkerByCommand(
	portal: { dataDir: string; url: string },
	email: string,
	options: { name?: string; roles?: readonly string[]; locale?: 'fr' | 'en' } = {},
): Promise<string> {
	const roles = (options.roles ?? []).flatMap((role) => ['--role', role]);
	const args = ['worker', 'invite', email, '--json', '--locale', options.locale ?? 'fr', '--name', options.name ?? 'Julien Roy', ...roles];
	const { code, stdout, stderr } = await koumbit(args, portal);
	if (code !== 0) throw new Error(`worker invite: ${stderr}`);
	return new URL((JSON.parse(stdout) as { link: string }).link).pathname;
}

/** Fills an empty folder with the demonstration, as `npm run seed` does. */
export async function seedPortal(dataDir: string): Promise<void> {
	await run(process.execPath, [path.join(projectRoot, 'src/cli/seed.ts')], { env: serverEnv({ DATA_DIR: dataDir }), cwd: projectRoot });
}
