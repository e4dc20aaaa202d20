import { Command } from 'commander';
import { addAccountCommands } from '#src/cli/account.ts';
import { addAuditCommands } from '#src/cli/audit.ts';
import { addDoctorCommand } from '#src/cli/doctor.ts';
import { addImportCommands } from '#src/cli/import.ts';
import { addIncidentCommands } from '#src/cli/incident.ts';
import { addLedgerCommands } from '#src/cli/ledger.ts';
import { addMigrateCommand } from '#src/cli/migrate.ts';
import { addPrivacyCommands } from '#src/cli/privacy.ts';
import { addWorkCommand } from '#src/cli/work.ts';
import { addWorkerCommands } from '#src/cli/worker.ts';

export function buildProgram(): Command {
	const program = new Command('koumbit')
		.description('Operator’s commands of Koumbit’s portal.')
		.exitOverride()
		.showHelpAfterError()
		.configureHelp({ showGlobalOptions: true });
	addMigrateCommand(program);
	addDoctorCommand(program);
	addWorkerCommands(program);
	addAccountCommands(program);
	addWorkCommand(program);
	addAuditCommands(program);
	addLedgerCommands(program);
	addIncidentCommands(program);
	addImportCommands(program);
	addPrivacyCommands(program);
	inheritExit(program);
	return program;
}

/** Subcommands report wrong usage by throwing, like their parent, so that one place decides the exit code. */
function inheritExit(command: Command): void {
	for (const child of command.commands) {
		child.exitOverride();
		inheritExit(child);
	}
}
