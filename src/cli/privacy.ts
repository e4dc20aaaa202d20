import type { Command } from 'commander';
import { read, write } from '#db/client.ts';
import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import { applyRetention, askErasure, eraseNow, rehearseErasure } from '#src/features/privacy/index.ts';
import { now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { prepareDatabase } from '#src/server/setup.ts';

const REFUSED = {
	not_found: 'no account has that address; nothing was changed.',
	holds_coop_role: 'this person has a role in the network; end it first.',
	last_administrator: 'this person is the last administrator of a group that is a member; have the group name another one first.',
} as const;

export function addPrivacyCommands(program: Command): void {
	const privacy = program.command('privacy').description('Personal information: erasing a person, retention rules.');
	privacy
		.command('erase')
		.description('Erase someone who can’t log in, after their identity was checked. Their addresses are told; it happens in seven days.')
		.argument('<email>', 'a proven address of the person')
		.option('--now', 'erase at once, without the seven days')
		.option('--dry-run', 'say what would be erased, and do nothing')
		.option('--json', 'print JSON')
		.action(async (email: string, options: { now?: boolean; dryRun?: boolean; json?: boolean }) => {
			await prepareDatabase();
			const found = await findAccountByAddress(read, normalizeAddress(email) ?? '');
			if (!found) throw new Refused(`${email}: ${REFUSED.not_found}`);
			const act = { actor: { kind: 'operator' } as const, at: now(), requestId: null };
			if (!options.dryRun && !options.now) {
				const asked = await write((tx) => askErasure(tx, act, found.personId));
				if (!asked.ok) throw new Refused(`${email}: ${REFUSED[asked.reason]}`);
				const dueAt = new Date(asked.dueAt).toISOString();
				print(options.json, { dryRun: false, dueAt, lines: [] }, `Every address was told. Erased after ${dueAt} unless it is taken back.`);
				return;
			}
			const done = options.dryRun ? await rehearseErasure(act, found.personId) : await write((tx) => eraseNow(tx, act, found.personId));
			if (!done.ok) throw new Refused(`${email}: ${REFUSED[done.reason]}`);
			const lines = done.lines.map(({ table, how, count }) => `${table}\t${how}\t${count}`);
			print(options.json, { dryRun: options.dryRun ?? false, pseudonym: done.pseudonym, lines: done.lines }, lines.join('\n'));
		});
	privacy
		.command('retention')
		.description('Apply the retention rules now, as the worker does by itself, and say what each erased.')
		.option('--dry-run', 'say what would be erased, and do nothing')
		.option('--json', 'print JSON')
		.action(async (options: { dryRun?: boolean; json?: boolean }) => {
			await prepareDatabase();
			const report = await applyRetention({ dryRun: options.dryRun ?? false });
			print(options.json, report, report.rules.map(({ rule, removed }) => `${rule}\t${removed}`).join('\n'));
		});
}
