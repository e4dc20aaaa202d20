/**
 * Every page and every form × everyone who may knock × what they knock at, on the running server: the answer expected is worked
 * out from the table of rights (src/features/access/policy.ts, src/actions/rights.ts) and compared with the one given.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTION_RIGHTS, type ActionNeed } from '#src/actions/rights.ts';
import {
	COOP_RIGHTS,
	type CoopRight,
	GROUP_RIGHTS,
	type GroupRight,
	holds,
	holdsIn,
	holdsOver,
	needOf,
} from '#src/features/access/index.ts';
import { LOCALES, type Locale, matchRoute, pathOf, type RouteKey, routes } from '#src/i18n/routes.ts';
import { type Actor, GROUPS, type GroupName, makeActors } from '#test/support/actors.ts';
import { inFolder } from '#test/support/database.ts';
import { FORMS, type Form } from '#test/support/forms.ts';
import { type Example, type Examples, makeGroups, makeObjects, type Objects } from '#test/support/objects.ts';
import { seedPortal } from '#test/support/operator.ts';
import { startServer, type TestServer } from '#test/support/server.ts';

/**
 * `login`: sent to the log-in. `accountSteps`, `loginStep`: sent to where a second step is set up, or given. `gone`: there is nothing to see. `heard`: not refused for who one is. `undone`: heard, and nothing
 * came of it, for the form is about nothing that is there (it may say so, or that it is not whole).
 */
type Answer = 'login' | 'accountSteps' | 'loginStep' | 403 | 404 | 'gone' | 'heard' | 'undone';

/** Empty forms that are whole forms, and write only what their sender may: nothing else may be written in the whole run. */
const MAY_WRITE = ['accounts.end_sessions', 'takeout.person', 'takeout.group'];

let server: TestServer;
let dataDir: string;
let actors: readonly Actor[];
let objects: Objects;
let rowsBefore: Readonly<Record<string, number>>;
let auditBefore: number;
let cells = 0;

const database = () => new DatabaseSync(path.join(dataDir, 'koumbit.db'), { readOnly: true });
const UNWRITTEN = [
	'role_assignment',
	'organisation',
	'membership',
	'invitation',
	'application',
	'service_request',
	'payment',
	'ledger_entry',
	'suspension',
	'standing_decision',
	'leaving_notice',
	'complaint',
	'complaint_message',
	'handover',
	'group_contact',
	'code_app',
	'passkey',
	'consent',
	'erasure_request',
	'confidentiality_incident',
	'viewing',
];

function countRows(): Record<string, number> {
	const opened = database();
	try {
		return Object.fromEntries(UNWRITTEN.map((table) => [table, Number(opened.prepare(`select count(*) as n from ${table}`).get()?.n)]));
	} finally {
		opened.close();
	}
}

function actionsSince(seq: number): string[] {
	const opened = database();
	try {
		return opened
			.prepare('select distinct action from audit_event where seq > ?')
			.all(seq)
			.map(({ action }) => String(action));
	} finally {
		opened.close();
	}
}

beforeAll(async () => {
	dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-access-'));
	await seedPortal(dataDir);
	await inFolder(dataDir, async (opened) => {
		const groups = await makeGroups(opened);
		actors = await makeActors(groups);
		const stranger = actors.find(({ name }) => name === 'every role, ended');
		if (!stranger) throw new Error('nobody to add an address');
		objects = await makeObjects(opened, groups, stranger);
	});
	server = await startServer({ dataDir, env: { TRUST_PROXY: '127.0.0.1,::1', WORKER: 'off' } });
	rowsBefore = countRows();
	const opened = database();
	auditBefore = Number(opened.prepare('select max(seq) as n from audit_event').get()?.n);
	opened.close();
}, 60_000);

afterAll(async () => {
	await server.stop();
	rmSync(dataDir, { recursive: true, force: true });
});

const isGroupRight = (need: string): need is GroupRight => need in GROUP_RIGHTS;
const isCoopRight = (need: string): need is CoopRight => need in COOP_RIGHTS;

/** What the table and the policy say to someone who comes for `need`. `heard` when they may. */
function entitled({ access }: Actor, need: ActionNeed, group: string | undefined): 403 | 404 | 'heard' {
	if (need === 'anyone' || need === 'link') return 'heard';
	if (need === 'own') return access ? 'heard' : 403;
	if (isGroupRight(need)) {
		if (!access?.groups.some(({ slug }) => slug === group)) return 404;
		return holdsIn(access, group ?? '', need) ? 'heard' : 403;
	}
	if (!isCoopRight(need)) throw new Error(`${need} is a right of neither table`);
	return holds(access, need) ? 'heard' : 403;
}

/** What a page's own need says. */
function admitted(actor: Actor, page: RouteKey, group: string | undefined): 'login' | 'accountSteps' | 'loginStep' | 403 | 404 | 'heard' {
	const need = needOf(page);
	if (need === null) return 'heard';
	if (actor.awaits && routes[page].audience === 'worker') return actor.awaits;
	return actor.access ? entitled(actor, need, group) : 'login';
}

interface Target {
	readonly page: RouteKey;
	readonly path: string;
	readonly group: string | undefined;
	readonly example: string;
	readonly exists: boolean;
	/** Of a committee. */
	readonly slug: string | undefined;
	readonly seenBy: Example['seenBy'];
}

const hasExamples = (page: RouteKey): page is keyof Examples => page in objects.examples;
const NONE: Example = { name: 'the page', params: {}, existsIn: 'everywhere' };

/** Everything there is to knock at on a page: each example, and in a space each of them in each group and in none. */
function targetsOf(page: RouteKey, locale: Locale): Target[] {
	const examples = hasExamples(page) ? objects.examples[page] : [NONE];
	const inSpace = routes[page].audience === 'member' && routes[page].fr.includes('[group]');
	return examples.flatMap((example): Target[] => {
		const target = (group: string | undefined, exists: boolean): Target => {
			const params = group === undefined ? example.params : { ...example.params, group };
			const { name, seenBy } = example;
			const { group: place, slug } = params as Record<string, string | undefined>;
			return { page, path: pathOf(page, locale, params), group: place, slug, example: name, exists, seenBy };
		};
		if (!inSpace) return [target(undefined, example.existsIn !== 'nowhere')];
		const exists = (group: GroupName) => example.existsIn === 'everywhere' || example.existsIn.includes(group);
		return [...GROUPS.map((group) => target(objects.groups[group].slug, exists(group))), target('inconnu', false)];
	});
}

const isThere = ({ exists, seenBy }: Target, actor: Actor) => exists && (seenBy?.(actor) ?? true);

let knocks = 0;

async function knock(actor: Actor, address: string, init: RequestInit = {}): Promise<{ status: number; location: string }> {
	knocks += 1;
	const response = await fetch(`${server.url}${address}`, {
		...init,
		redirect: 'manual',
		headers: {
			accept: 'text/html',
			// An address of one's own each time: limits are another test's.
			'x-forwarded-for': `10.${(knocks >> 16) & 255}.${(knocks >> 8) & 255}.${knocks & 255}`,
			...(actor.cookie === '' ? {} : { cookie: actor.cookie }),
			...(init.headers as Record<string, string>),
		},
	});
	await response.arrayBuffer();
	return { status: response.status, location: response.headers.get('location') ?? '' };
}

const post = (actor: Actor, address: string, action: string, fields: Readonly<Record<string, string>> = {}) =>
	knock(actor, `${address}?_action=${action}`, {
		method: 'POST',
		body: new URLSearchParams(fields).toString(),
		headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
	});

const pageOf = (location: string) => matchRoute(new URL(location, server.url).pathname)?.key;

function isAnswer(expected: Answer, { status, location }: { status: number; location: string }): boolean {
	switch (expected) {
		case 'accountSteps':
		case 'loginStep':
			return status === 303 && pageOf(location) === expected;
		case 'login':
			return status === 303 && pageOf(location) === 'login' && location.includes('next=');
		case 403:
		case 404:
			return status === expected;
		case 'gone':
			return [404, 410].includes(status);
		case 'undone':
			return [404, 409, 410, 422].includes(status);
		case 'heard':
			return [200, 409, 422].includes(status) || (status === 303 && !location.includes('next='));
	}
}

const AT_ONCE = 6;

interface Cell {
	readonly says: string;
	readonly expected: Answer;
	ask(): Promise<{ status: number; location: string }>;
}

/** Asks the server for each cell. @returns the cells whose answer is another. */
async function tryAll(list: readonly Cell[]): Promise<string[]> {
	const wrong: string[] = [];
	const queue = list.values();
	const work = async () => {
		for (const cell of queue) {
			const given = await cell.ask();
			cells += 1;
			if (!isAnswer(cell.expected, given)) wrong.push(`${cell.says}: ${cell.expected} expected, ${given.status} ${given.location} given`);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return wrong;
}

const pages = Object.keys(routes) as RouteKey[];
const forms = Object.entries(FORMS).flatMap(([slice, row]) =>
	Object.entries(row as Record<string, Form | readonly Form[]>).flatMap(([action, form]) => {
		const need = (ACTION_RIGHTS as Record<string, Record<string, ActionNeed>>)[slice]?.[action];
		if (need === undefined) throw new Error(`${slice}.${action} has no row`);
		return [form].flat().map((one: Form) => ({ name: `${slice}.${action}`, need: one.also ?? need, row: need, form: one }));
	}),
);
/** Last, for it ends the session it is sent in. */
forms.sort((a, b) => Number(a.name === 'accounts.logOut') - Number(b.name === 'accounts.logOut'));

describe('reading', () => {
	it.each(LOCALES)(
		'each page of the route table answers each person as the table of rights says, in %s',
		async (locale) => {
			const list = pages.flatMap((page) =>
				targetsOf(page, locale).flatMap((target) =>
					actors.map((actor): Cell => {
						const may = admitted(actor, page, target.group);
						const expected = may === 'heard' && !isThere(target, actor) ? 'gone' : may;
						return { says: `${target.path} (${target.example}), ${actor.name}`, expected, ask: () => knock(actor, target.path) };
					}),
				),
			);
			expect(await tryAll(list)).toEqual([]);
		},
		300_000,
	);
});

function cellOf({ name, row, form }: (typeof forms)[number], target: Target, actor: Actor): Cell[] {
	const there = isThere(target, actor);
	// What a live link opens is for whoever holds it: pressing its button is other tests' to do, and would change things here.
	if (there && (row === 'link' || target.page === 'accountAddress')) return [];
	const may = admitted(actor, form.page, target.group);
	const byRow = may === 'heard' ? entitled(actor, row, target.group) : may;
	const granted = byRow === 'heard' ? alsoEntitled(actor, form, target) : byRow;
	const named = form.about === undefined || (form.about !== 'nothing' && objects.groups[form.about].slug === target.group);
	const expected = granted === 'heard' && !(there && named) ? 'undone' : granted;
	const fields = actor.access === null ? {} : form.fields?.(actor, objects);
	const says = `${target.path} (${target.example}), ${actor.name}`;
	return [{ says, expected, ask: () => post(actor, target.path, name, fields) }];
}

/** What the action itself asks for, once its row is satisfied. */
function alsoEntitled(actor: Actor, { also }: Form, { group, slug }: Target): 403 | 404 | 'heard' {
	if (also === undefined) return 'heard';
	if (also === 'committee') return holdsOver(actor.access, slug ?? '') ? 'heard' : 403;
	return entitled(actor, also, group);
}

describe('writing', () => {
	// First, while everyone is still logged in.
	it('a closed form sent to a public page is refused there to whoever lacks its right, and a group’s to all', async () => {
		const closed = forms.filter(({ row }) => row !== 'anyone');
		const list = closed.flatMap(({ name, row: need }) =>
			actors
				.map((actor) => ({ actor, expected: need === 'link' ? 404 : entitled(actor, need, undefined) }) as const)
				.filter(({ expected }) => expected !== 'heard')
				.map(
					({ actor, expected }): Cell => ({
						says: `${name} on the form to join, ${actor.name}`,
						expected,
						ask: () => post(actor, pathOf('join', 'fr'), name),
					}),
				),
		);
		expect(await tryAll(list)).toEqual([]);
	}, 120_000);

	it.each(forms)(
		'$name, for $need, is heard from those alone',
		async (one) => {
			const targets = LOCALES.flatMap((locale) => targetsOf(one.form.page, locale));
			const list = targets.flatMap((target) => actors.flatMap((actor) => cellOf(one, target, actor)));
			expect(await tryAll(list)).toEqual([]);
		},
		120_000,
	);
});

it('the whole run wrote nothing but what people may of their own, and says how many cells it tried', () => {
	expect(countRows()).toEqual(rowsBefore);
	expect(actionsSince(auditBefore).filter((action) => !MAY_WRITE.includes(action))).toEqual([]);
	process.stdout.write(`access table: ${cells} cells (${pages.length} pages, ${forms.length} forms, ${actors.length} people)\n`);
	expect(cells).toBeGreaterThan(10_000);
});
