import type { Command } from 'commander';
import { read } from '#db/client.ts';
import { printChain } from '#src/cli/chain.ts';
import { verifyAudit } from '#src/features/audit/index.ts';

export function addAuditCommands(program: Command): void {
	program
		.command('audit')
		.description('The trail of who did what.')
		.command('verify')
		.description('Walk the whole trail; name the first row that does not fit.')
		.option('--json', 'print JSON')
		.action(async ({ json }: { json?: boolean }) => printChain(json, 'audit_event', await verifyAudit(read)));
}
