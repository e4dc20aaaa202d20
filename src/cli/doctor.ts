import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import type { Command } from 'commander';
import { database } from '#db/client.ts';
import { listPending } from '#db/migrate.ts';
import { readCatalogue, readScale } from '#src/adapters/settings/index.ts';
import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';
import { env } from '#src/lib/env.ts';

interface Check {
	readonly name: string;
	readonly ok: boolean;
	/** What to do; a sentence also when all is well. */
	readonly advice: string;
}

const ENOUGH_BYTES = 1024 ** 3;

async function check(name: string, advice: string, look: () => Promise<string | null>): Promise<Check> {
	try {
		const problem = await look();
		return { name, ok: problem === null, advice: problem ?? 'Nothing to do.' };
	} catch (error) {
		return { name, ok: false, advice: `${advice} (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'})` };
	}
}

function reach(url: string): Promise<null> {
	const { hostname, port, protocol } = new URL(url);
	return new Promise((resolve, reject) => {
		const socket = dial({ host: hostname, port: Number(port) || (protocol === 'smtps:' ? 465 : 587), timeout: 5_000 });
		socket.once('connect', () => socket.end(() => resolve(null)));
		socket.once('timeout', () => socket.destroy(new Error('no answer within 5 s')));
		socket.once('error', reject);
	});
}

async function examine(): Promise<Check[]> {
	const settings = env();
	return [
		await check('data', 'Make DATA_DIR a folder this user may write.', async () => {
			await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
			await access(settings.dataDir, constants.W_OK);
			return null;
		}),
		await check('disk', 'Check the disk of DATA_DIR.', async () => {
			const { bavail, bsize } = await statfs(settings.dataDir);
			const free = bavail * bsize;
			return free < ENOUGH_BYTES ? `Only ${Math.round(free / 1024 ** 2)} MiB are free where DATA_DIR is; make room.` : null;
		}),
		await check('database', 'Check DATABASE_URL, and that its server answers.', async () => {
			const pending = await listPending(database());
			return pending.length > 0 ? `Run: npm run koumbit -- migrate (waiting: ${pending.join(', ')}).` : null;
		}),
		await check('mail', 'Check SMTP_URL, and that the mail server accepts connections from here.', async () => {
			if (settings.smtpUrl === undefined) return 'No mail leaves this machine: set SMTP_URL. Messages are written to DATA_DIR/mail.';
			return reach(settings.smtpUrl);
		}),
		await check('settings', 'Mend the file named.', async () => {
			readCatalogue();
			return readScale().example
				? 'content/contribution-scale.yaml is still the example; replace it by the scale the assembly adopted.'
				: null;
		}),
		await check('address', 'Set SITE_URL to the public address.', async () =>
			settings.siteUrl.startsWith('https:') ? null : 'SITE_URL is not https; set the public address before opening to the public.',
		),
		await check('proxy', 'Set TRUST_PROXY to the address of the reverse proxy.', async () =>
			settings.siteUrl.startsWith('https:') && settings.trustProxy.length === 0
				? 'TRUST_PROXY is not set: behind a reverse proxy everyone would seem to come from one address and share its limits.'
				: null,
		),
	];
}

export function addDoctorCommand(program: Command): void {
	program
		.command('doctor')
		.description('Check configuration, database, mail and disk, and say what to do.')
		.option('--json', 'print JSON')
		.action(async ({ json }: { json?: boolean }) => {
			const checks = await examine();
			const lines = checks.map((one) => `${one.ok ? 'ok ' : '!! '} ${one.name}: ${one.advice}`);
			print(json, { checks }, lines.join('\n'));
			const broken = checks.filter((one) => !one.ok && (one.name === 'data' || one.name === 'database'));
			if (broken.length > 0) throw new Refused(`The portal can't run: ${broken.map((one) => one.name).join(', ')}.`);
		});
}
