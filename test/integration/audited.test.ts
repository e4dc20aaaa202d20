/** Every write is in the trail: read from the code itself, so that a mutation to come can't forget. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';

interface Found {
	readonly exported: boolean;
	readonly file: string;
	writes: boolean;
	readonly calls: Set<string>;
}

/** What each function of the mutations does by itself, by name. */
function readMutations(files: readonly string[]): Map<string, Found> {
	const found = new Map<string, Found>();
	for (const file of files) {
		const source = ts.createSourceFile(file, readFileSync(path.join(projectRoot, file), 'utf8'), ts.ScriptTarget.Latest, true);
		const look = (name: string, node: ts.Node, exported: boolean) => {
			const one: Found = { exported, file, writes: false, calls: new Set() };
			const visit = (inner: ts.Node): void => {
				if (ts.isCallExpression(inner)) {
					const called = inner.expression;
					if (ts.isIdentifier(called)) one.calls.add(called.text);
					if (ts.isPropertyAccessExpression(called) && called.expression.getText() === 'tx') {
						if (['insert', 'update', 'delete'].includes(called.name.text)) one.writes = true;
					}
				}
				ts.forEachChild(inner, visit);
			};
			visit(node);
			found.set(found.has(name) ? `${file}:${name}` : name, one);
		};
		for (const statement of source.statements) {
			const exported =
				ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
			if (ts.isFunctionDeclaration(statement) && statement.name) look(statement.name.text, statement, exported === true);
			if (ts.isVariableStatement(statement)) {
				for (const { name, initializer } of statement.declarationList.declarations) {
					if (ts.isIdentifier(name) && initializer) look(name.text, initializer, exported === true);
				}
			}
		}
	}
	return found;
}

function reaches(found: ReadonlyMap<string, Found>, name: string, holds: (name: string, one: Found | undefined) => boolean): boolean {
	const seen = new Set<string>();
	const walk = (at: string): boolean => {
		if (seen.has(at)) return false;
		seen.add(at);
		const one = found.get(at);
		return holds(at, one) || [...(one?.calls ?? [])].some(walk);
	};
	return walk(name);
}

/** Mutations that write and leave no line, each with the reason. Nothing that someone does to another's data may be here. */
const NOT_IN_THE_TRAIL: Readonly<Record<string, string>> = {
	addKnownApp: 'the demonstration alone',
	announce: 'turns a notice that is in the trail into messages',
	announceDemonstration: 'the demonstration alone',
	answerLoginRequests: 'turns what was asked into messages; the log-in by the link is in the trail',
	appendEntry: 'the ledger, which is a chain of its own; those who call it are in the trail',
	askLoginLink: 'asked by nobody known, for an address that may not exist; what comes of it is in the trail',
	askPasswordLink: 'asked by nobody known, for an address that may not exist; what comes of it is in the trail',
	askPlace: 'the public signs itself up, without an account; the row bears its dates',
	beginStep: 'a log-in under way, of somebody who is not in yet',
	cancelPlace: 'the same, by its private link',
	confirmPlace: 'the same, by its private link',
	deleteNeverConfirmed: 'forgets what nobody confirmed',
	dropFactors: 'part of a merge or of an erasure, which are in the trail with what each part did',
	dropLogins: 'the same',
	enterByPasskey: 'a log-in; the key keeps when it last served',
	erasePerson: 'part of an erasure, which is in the trail with what each part did',
	expireSubscriptions: 'forgets what nobody confirmed',
	forgetContactLinks: 'forgets links that open nothing any more',
	forgetDeadLinks: 'forgets links that open nothing any more',
	forgetLogins: 'forgets log-ins that were never finished',
	forgetMessages: 'each message forgotten is in the trail where it is deleted',
	forgetOldHandovers: 'empties what its time is over for; the count is in the daily report',
	forgetOldInvitations: 'forgets what its time is over for; the count is in the daily report',
	forgetOldMessages: 'empties what was sent long ago',
	forgetSpent: 'forgets codes and challenges too old to come again',
	forgetTickets: 'forgets links to archives that open nothing any more',
	forgetUnproven: 'forgets what nobody confirmed; the count is in the daily report',
	forgetViewReasons: 'empties what its time is over for; the count is in the daily report',
	keepApplicationConsent: 'follows from an act that is in the trail',
	leaseDue: 'the state of a sending',
	markFailed: 'the state of a sending',
	markSent: 'the state of a sending',
	noteRun: 'is the daily report itself',
	queueMessage: 'follows from an act that is in the trail',
	receiveMessage: 'the public writes, without an account; the row is the record',
	subscribe: 'asked for an address nobody has proven; the confirmation is in the trail',
	tellKeepers: 'a message about an act that is in the trail',
	tellOwner: 'a message about an act that is in the trail',
	usePasskey: 'the count and the last day of a key that served; what it served for is in the trail',
	useTicket: 'the link to an archive serves; asking for it is in the trail',
};

describe('every mutation', () => {
	const found = readMutations(globSync('src/features/*/mutations.ts', { cwd: projectRoot }).toSorted());
	const writing = [...found].filter(([name, { exported }]) => exported && reaches(found, name, (_, one) => one?.writes === true));

	it('that changes a row leaves a line in the trail, but for those listed with their reason', () => {
		expect(writing.length).toBeGreaterThan(40);
		const silent = writing.filter(([name]) => !reaches(found, name, (at) => at === 'recordAudit')).map(([name]) => name.split(':').at(-1));
		// Slices share the name of what each does of an erasure.
		expect([...new Set(silent)].toSorted()).toEqual(Object.keys(NOT_IN_THE_TRAIL).toSorted());
	});
});
