/** A catalogue, a group that may ask, workers who may answer: what the tests of requests begin with. */
import type { Tx } from '#db/client.ts';
import { organisation } from '#db/schema/membership.ts';
import type { CatalogueSettings, Question } from '#src/adapters/settings/index.ts';
import {
	type Access,
	assignRole,
	type CoopRole,
	type Grant,
	type GroupGrant,
	type GroupRole,
	grantIn,
	grantTo,
} from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { openRequest, syncCatalogue } from '#src/features/requests/index.ts';
import type { Act } from '#src/lib/act.ts';
import type { Instant } from '#src/lib/clock.ts';
import { newId, newIdempotencyKey } from '#src/lib/ids.ts';

/** Noon in Montréal on 10 March 2026. */
export const START: Instant = Date.parse('2026-03-10T16:00:00Z');

export function actOf(personId: string | null, at: Instant = START): Act {
	return { actor: personId === null ? { kind: 'system' } : { kind: 'person', personId }, at, requestId: 'test-request' };
}

export function aQuestion(over: Partial<Question> = {}): Question {
	return { name: 'about', type: 'text', required: true, allowUnknown: false, label: { fr: 'À quel sujet?', en: 'What about?' }, ...over };
}

export function anItem(over: Partial<CatalogueSettings> = {}): CatalogueSettings {
	return {
		example: true,
		slug: 'wiki',
		kind: 'wiki',
		order: 1,
		fulfilment: 'manual',
		committee: 'soutien',
		committeeName: { fr: 'Soutien', en: 'Support' },
		startsContribution: true,
		yearlyCents: 0,
		grants: { wikis: 1, megabytes: 1_000 },
		form: [aQuestion()],
		title: { fr: 'Wiki', en: 'Wiki' },
		...over,
	};
}

/** Help: it sets nothing running. */
export function helpItem(over: Partial<CatalogueSettings> = {}): CatalogueSettings {
	return anItem({
		slug: 'soutien',
		kind: 'support',
		order: 2,
		startsContribution: false,
		grants: {},
		title: { fr: 'Soutien', en: 'Support' },
		...over,
	});
}

let people = 0;

async function anAccount(tx: Tx, fullName: string, locale: 'fr' | 'en'): Promise<{ personId: string; address: string }> {
	people += 1;
	const address = `personne${people}@exemple.org`;
	const { personId } = await createAccount(tx, actOf(null), { fullName, locale, address, normalized: address, passwordHash: 'x' });
	return { personId, address };
}

export interface TestWorker {
	readonly personId: string;
	readonly address: string;
	readonly grant: Grant<'requests.handle'>;
}

export async function aWorkerOf(
	tx: Tx,
	{ name = 'Claude Travail', locale = 'fr' as 'fr' | 'en', role = 'worker' as CoopRole } = {},
): Promise<TestWorker> {
	const { personId, address } = await anAccount(tx, name, locale);
	await assignRole(tx, actOf(null), personId, { kind: 'coop', role }, 'operator');
	return { personId, address, grant: grantTo({ personId, coopRoles: [role], groups: [] }, 'requests.handle') };
}

export interface TestGroup {
	readonly id: string;
	readonly slug: string;
}

export interface TestMember {
	readonly personId: string;
	readonly address: string;
	readonly access: Access;
	readonly reads: GroupGrant<'requests.read'>;
	readonly writes: GroupGrant<'requests.write'>;
}

export async function aGroup(tx: Tx, over: Partial<typeof organisation.$inferInsert> = {}): Promise<TestGroup> {
	const id = newId<'organisation'>();
	const group = { id, slug: `groupe-${id.slice(-12)}`, ...over };
	await tx.insert(organisation).values({
		legalName: 'Les Jardins inc.',
		usualName: 'Les Jardins',
		kind: 'nonprofit',
		mission: 'Cultiver.',
		budgetBand: 'small',
		locale: 'fr',
		status: 'member',
		createdAt: START,
		...group,
	});
	return group;
}

/** Someone of a group who may ask for services. */
export async function aMemberOf(
	tx: Tx,
	group: TestGroup,
	{ name = 'Dominique Membre', locale = 'fr' as 'fr' | 'en', role = 'administrator' as GroupRole } = {},
): Promise<TestMember> {
	const { personId, address } = await anAccount(tx, name, locale);
	await assignRole(tx, actOf(null), personId, { kind: 'organisation', id: group.id, role }, 'operator');
	const access: Access = {
		personId,
		coopRoles: [],
		groups: [{ id: group.id, slug: group.slug, usualName: 'Les Jardins', standing: 'member', roles: [role] }],
	};
	return {
		personId,
		address,
		access,
		reads: grantIn(access, group.slug, 'requests.read'),
		writes: grantIn(access, group.slug, 'requests.write'),
	};
}

/** Puts services on offer. @returns their rows' ids, by slug. */
export async function aCatalogue(tx: Tx, items: readonly CatalogueSettings[] = [anItem(), helpItem()], at: Instant = START): Promise<void> {
	await syncCatalogue(tx, actOf(null, at), items);
}

/** A request sent from the catalogue. @returns its number. */
export async function aRequest(
	tx: Tx,
	member: TestMember,
	{ itemId, submissionKey = newIdempotencyKey(), at = START }: { itemId: string; submissionKey?: string; at?: Instant },
): Promise<string> {
	const opened = await openRequest(tx, actOf(member.personId, at), member.writes, {
		submissionKey,
		itemId,
		urgency: 'when_you_can',
		answers: { about: { value: 'Nos recettes' } },
		locale: 'fr',
	});
	if (!opened.ok) throw new Error(opened.reason);
	return opened.number;
}
