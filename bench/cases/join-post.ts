import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Bench, BenchContext } from '#bench/bench.ts';
import { copyDatabase } from '#bench/copy.ts';
import { assertSame, exchange, measureRate, ownHeaders, postRequest } from '#bench/http.ts';
import { chainAudit, freshValues, planOf } from '#bench/plan.ts';
import { launch, type Running } from '#bench/process.ts';
import { recordApplication } from '#bench/record.ts';
import { compare } from '#bench/report.ts';
import { drizzleOver } from '#db/engine.ts';
import { readConsentVersion } from '#src/adapters/settings/index.ts';
import { CONTRIBUTIONS, FREQUENCIES, HAS_DOMAIN, HOSTED, NEEDS, PEOPLE } from '#src/features/applications/index.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { KINDS } from '#src/features/membership/index.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import type { FormValues } from '#src/lib/form.ts';

const REQUESTS = 400;
/** Each side's requests of a round are sent in so many turns. */
const TURNS = 4;
const CONNECTIONS = 16;

const ORIGIN = 'http://localhost';
const TARGET = `${pathOf('join', 'fr')}?_action=applications.apply`;

/** Everything but the address and the form's key, which differ each time. */
const FIELDS = {
	kind: 'nonprofit',
	usualName: 'Banc d’essai des amis du vélo',
	legalName: 'Les amis du vélo de la mesure inc.',
	mission: 'Nous réparons des vélos « à plusieurs » & nous montrons comment faire.\nUne fois par semaine, toute l’année.',
	applicantName: 'Mesure D’Essai',
	locale: 'fr',
	needsOther: '',
	hasDomain: 'no',
	domainName: '',
	people: 'some',
	hosted: 'no',
	hostName: '',
	budgetBand: 'under_100k',
	contribution: 'suggested',
	otherAmount: '',
	frequency: 'monthly',
	website: '',
	intent: 'send',
	consent: 'on',
} as const;
const NEEDED = ['email', 'list'];

const consentVersion = () => readConsentVersion();
const addressOf = (number: number) => `mesure-${String(number).padStart(7, '0')}@exemple.org`;
/** A client of its own each time: one address may send only so many. */
const clientOf = (number: number) => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;

/** Makes requests that never repeat. */
function applications(): () => string {
	const fixed = new URLSearchParams([
		...Object.entries(FIELDS),
		['consentVersion', consentVersion()],
		...NEEDED.map((need) => ['needs', need]),
	] as [string, string][]).toString();
	let number = 0;
	return () => {
		number += 1;
		const body = `${fixed}&email=${encodeURIComponent(addressOf(number))}&submissionKey=${randomUUID()}`;
		return postRequest(TARGET, body, { Origin: ORIGIN, 'X-Forwarded-For': clientOf(number) });
	};
}

type Counts = Readonly<Record<string, number>>;

/** Rows of every table. */
export function countRows(file: string): Counts {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const tables = database.prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`).all();
		return Object.fromEntries(
			tables.map(({ name }) => [String(name), Number(database.prepare(`select count(*) as n from "${String(name)}"`).get()?.n)]),
		);
	} finally {
		database.close();
	}
}

/** Which tables have more rows than before, and by how many. */
export function added(before: Counts, after: Counts): Counts {
	return Object.fromEntries(
		Object.entries(after)
			.map(([table, rows]) => [table, rows - (before[table] ?? 0)] as const)
			.filter(([, more]) => more !== 0),
	);
}

async function verifyTrail(file: string): Promise<void> {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const read = drizzleOver(async (sql, params) => {
			const statement = database.prepare(sql);
			statement.setReturnArrays(true);
			return { rows: statement.all(...(params as SQLInputValue[])) };
		});
		const result = await verifyAudit(read);
		if (!result.ok) throw new Error(`the trail breaks at ${result.seq} (${result.reason}) in ${file}`);
	} finally {
		database.close();
	}
}

export interface JoinFloor {
	readonly floor: Running;
	readonly floorFile: string;
	/** A request that was never sent before. */
	next(): string;
	/** Sends one application to each. @throws unless both answer the same. */
	check(): Promise<void>;
	/** @throws unless each database holds so many applications more, all else in proportion, and its trail verifies. */
	verify(applicationsEach: number): Promise<void>;
}

export async function openJoinFloor({ portal, folder, freePort }: BenchContext): Promise<JoinFloor> {
	const next = applications();
	const floorFile = path.join(folder, 'join.db');
	await copyDatabase(portal.databaseFile, floorFile);
	const before = countRows(floorFile);
	const answer = await exchange(portal.port, next());
	if (answer.status !== 303) throw new Error(`an application answers ${answer.status}`);

	const at = now();
	const sample = { ...FIELDS, email: addressOf(0), submissionKey: randomUUID() };
	const values: FormValues = { ...sample, needs: NEEDED, consentVersion: consentVersion() };
	const { statements, requestId } = await recordApplication(floorFile, values, sample.submissionKey, at);
	const fields = Object.fromEntries(Object.entries(sample).map(([name, value]) => [`field.${name}`, value]));
	const made = freshValues(statements);
	const steps = chainAudit(planOf(statements, { ...fields, ...made, requestId, today: civilDateOf(at), at }));
	if (!/dues_scale/.test(steps[0]?.sql ?? '') || !/"submission_key" = \?/.test(steps[1]?.sql ?? '')) {
		throw new Error('the floor expects the scale to be read first, then the form’s key: see bench/floors/join.mjs');
	}
	const countOf = (prefix: RegExp) => Object.keys(made).filter((name) => prefix.test(name)).length;
	const fresh = { ids: countOf(/^id\d/), tokens: countOf(/^token\d/) };
	const choices = {
		kind: KINDS,
		locale: ['fr', 'en'],
		needs: NEEDS,
		hasDomain: HAS_DOMAIN,
		people: PEOPLE,
		hosted: HOSTED,
		contribution: CONTRIBUTIONS,
		frequency: FREQUENCIES,
		consentVersion: [consentVersion()],
	};
	const file = path.join(folder, 'join.json');
	writeFileSync(
		file,
		JSON.stringify({ databaseFile: floorFile, target: TARGET, origin: ORIGIN, fresh, steps, choices, headers: ownHeaders(answer).flat() }),
	);
	const { running: floor } = await launch('bench/floors/join.mjs', await freePort(), '/readyz', { FLOOR_FILE: file });
	try {
		assertSame('join.post', answer, await exchange(floor.port, next()));
	} catch (error) {
		await floor.stop();
		throw error;
	}
	let checks = 1;
	return {
		floor,
		floorFile,
		next,
		async check() {
			checks += 1;
			assertSame('join.post', await exchange(portal.port, next()), await exchange(floor.port, next()));
		},
		async verify(applicationsEach) {
			const expected = applicationsEach + checks;
			for (const [who, database] of [
				['portal', portal.databaseFile],
				['floor', floorFile],
			] as const) {
				const more = added(before, countRows(database));
				const wrong = ['application', 'application_link', 'outbox_message', 'audit_event'].filter((table) => more[table] !== expected);
				if (wrong.length > 0)
					throw new Error(`${expected} applications were acknowledged by the ${who}, and it kept ${JSON.stringify(more)}`);
				await verifyTrail(database);
			}
		},
	};
}

export const joinPost: Bench = {
	name: 'join.post',
	async run(context) {
		const { floor, next, check, verify } = await openJoinFloor(context);
		try {
			const rate = (port: number) => measureRate({ port, request: next, status: 303, bodyBytes: 0 }, REQUESTS / TURNS, CONNECTIONS);
			const result = await compare({
				name: 'join.post',
				against: 'hand-written node:http: same statements in one transaction on @libsql/client’s file driver, synchronous FULL',
				unit: 'per_s',
				goal: 0.5,
				higherIsBetter: true,
				rounds: context.rounds,
				turns: TURNS,
				ours: () => rate(context.portal.port),
				floor: () => rate(floor.port),
				cpu: { ours: context.portal.cpu, floor: floor.cpu, requests: REQUESTS },
			});
			await check();
			// The round that warms up counts too: it was acknowledged.
			await verify((context.rounds + 1) * REQUESTS);
			return [result];
		} finally {
			await floor.stop();
		}
	},
};
