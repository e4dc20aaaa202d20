import { type Command, InvalidArgumentError, Option } from 'commander';
import { write } from '#db/client.ts';
import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';
import { COOP_ROLES, type CoopRole } from '#src/features/access/index.ts';
import { inviteWorker } from '#src/features/people/index.ts';
import { now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { cleanLine } from '#src/lib/text.ts';
import { prepareDatabase } from '#src/server/setup.ts';

interface InviteOptions {
	name?: string;
	role: CoopRole[];
	locale: 'fr' | 'en';
	json?: boolean;
}

function collectRole(role: string, before: CoopRole[]): CoopRole[] {
	if (!(COOP_ROLES as readonly string[]).includes(role)) throw new InvalidArgumentError(`A role is one of ${COOP_ROLES.join(', ')}.`);
	return [...before, role as CoopRole];
}

export function addWorkerCommands(program: Command): void {
	const worker = program.command('worker').description('The people who work in the network.');
	worker
		.command('invite')
		.description('Make or renew an invitation and send it. A worker always has the role worker; --role adds others.')
		.argument('<email>', 'address of the person')
		.option('--name <name>', 'name of the person')
		.option('--role <role>', `one of ${COOP_ROLES.join(', ')}; may be repeated`, collectRole, [] as CoopRole[])
		.addOption(new Option('--locale <locale>', 'language of the invitation').choices(['fr', 'en']).default('fr'))
		.option('--json', 'print JSON')
		.action(async (email: string, options: InviteOptions) => {
			if (normalizeAddress(email) === null) throw new Refused(`${email} is not an email address; write it as name@example.org.`);
			await prepareDatabase();
			const roles: CoopRole[] = [...new Set<CoopRole>(['worker', ...options.role])];
			const act = { actor: { kind: 'operator' } as const, at: now(), requestId: null };
			const { link } = await write((tx) =>
				inviteWorker(tx, act, { address: email.trim(), name: cleanLine(options.name ?? ''), roles, locale: options.locale }),
			);
			print(options.json, { link }, `The invitation is on its way. It can also be handed over:\n${link}`);
		});
}
