import type { Command } from 'commander';
import { read, write } from '#db/client.ts';
import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import { hasFactor, resetFactors } from '#src/features/factors/index.ts';
import { now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { prepareDatabase } from '#src/server/setup.ts';

export function addAccountCommands(program: Command): void {
	const account = program.command('account').description('The accounts of persons.');
	account
		.command('reset-steps')
		.description(
			'Take every second step off an account whose owner lost them all, end its sessions and tell its addresses. Make sure of who they are first (docs/runbooks/second-steps.md).',
		)
		.argument('<email>', 'a verified address of the account')
		.option('--json', 'print JSON')
		.action(async (email: string, options: { json?: boolean }) => {
			await prepareDatabase();
			const found = await findAccountByAddress(read, normalizeAddress(email) ?? '');
			if (!found) throw new Refused(`${email} is not a verified address of any account.`);
			if (!(await hasFactor(read, found.accountId))) throw new Refused(`${email} has no second step: nothing was changed.`);
			const act = { actor: { kind: 'operator' } as const, at: now(), requestId: null };
			const { sessionsEnded } = await write((tx) => resetFactors(tx, act, found));
			print(options.json, { sessionsEnded }, `No second step is left. Sessions ended: ${sessionsEnded}. Every verified address is told.`);
		});
}
