import type { Command } from 'commander';
import { read, write } from '#db/client.ts';
import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';
import { endAllSessions, findAccountByAddress, lockAccount, unlockAccount } from '#src/features/accounts/index.ts';
import { hasFactor, resetFactors } from '#src/features/factors/index.ts';
import { now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { prepareDatabase } from '#src/server/setup.ts';

/** Whose account it is. @throws {Refused} when the address is nobody's. */
async function findOwner(email: string) {
	await prepareDatabase();
	const found = await findAccountByAddress(read, normalizeAddress(email) ?? '');
	if (!found) throw new Refused(`${email} is not a verified address of any account.`);
	return found;
}

const act = () => ({ actor: { kind: 'operator' } as const, at: now(), requestId: null });

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
			const found = await findOwner(email);
			if (!(await hasFactor(read, found.accountId))) throw new Refused(`${email} has no second step: nothing was changed.`);
			const { sessionsEnded } = await write((tx) => resetFactors(tx, act(), found));
			print(options.json, { sessionsEnded }, `No second step is left. Sessions ended: ${sessionsEnded}. Every verified address is told.`);
		});
	account
		.command('end-sessions')
		.description('End every session of an account, at once. Its owner logs in again (docs/runbooks/account-taken-over.md).')
		.argument('<email>', 'a verified address of the account')
		.option('--json', 'print JSON')
		.action(async (email: string, options: { json?: boolean }) => {
			const found = await findOwner(email);
			const sessionsEnded = await write((tx) => endAllSessions(tx, act(), found));
			print(options.json, { sessionsEnded }, `Sessions ended: ${sessionsEnded}.`);
		});
	account
		.command('lock')
		.description('Lock an account: its sessions and links end at once, and nothing opens it until it is unlocked.')
		.argument('<email>', 'a verified address of the account')
		.option('--json', 'print JSON')
		.action(async (email: string, options: { json?: boolean }) => {
			const found = await findOwner(email);
			const done = await write((tx) => lockAccount(tx, act(), found));
			if (!done.ok) throw new Refused(`The account of ${email} is not open: nothing was changed.`);
			print(options.json, { sessionsEnded: done.sessionsEnded }, `The account is locked. Sessions ended: ${done.sessionsEnded}.`);
		});
	account
		.command('unlock')
		.description('Let the owner of a locked account log in again.')
		.argument('<email>', 'a verified address of the account')
		.option('--json', 'print JSON')
		.action(async (email: string, options: { json?: boolean }) => {
			const found = await findOwner(email);
			const done = await write((tx) => unlockAccount(tx, act(), found));
			if (!done.ok) throw new Refused(`The account of ${email} is not locked: nothing was changed.`);
			print(options.json, { locked: false }, 'The account is open again.');
		});
}
