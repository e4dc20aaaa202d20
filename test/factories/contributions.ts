/** A scale, a chosen contribution, the finance role's grant: what the tests of money begin with. */
import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';
import type { ScaleSettings } from '#src/adapters/settings/index.ts';
import { type Grant, grantTo } from '#src/features/access/index.ts';
import { adoptScale, createPledge, type NewPayment, type NewPledge } from '#src/features/contributions/index.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, type Instant, parseCivilDate } from '#src/lib/clock.ts';
import { newId, newIdempotencyKey } from '#src/lib/ids.ts';
import { cents } from '#src/lib/money.ts';

/** @throws when the text is not a date. */
export function on(text: string): CivilDate {
	const date = parseCivilDate(text);
	if (date === null) throw new Error(`not a date: ${text}`);
	return date;
}

/** Noon in Montréal, more or less, of a day. */
export function noonOf(date: string): Instant {
	return Date.parse(`${on(date)}T17:00:00Z`);
}

export function anAct({ on: day = '2026-03-10', ...over }: Partial<Act> & { on?: string } = {}): Act {
	return { actor: { kind: 'system' }, at: noonOf(day), requestId: 'test-request', ...over };
}

export function aScale(over: Partial<ScaleSettings> = {}): ScaleSettings {
	return {
		example: true,
		id: 'scale-2026',
		effectiveFrom: '2026-01-01',
		resolution: null,
		currency: 'CAD',
		bands: [
			{
				id: 'small',
				kind: 'organisation',
				label: { fr: 'Petit groupe', en: 'Small group' },
				minimumCents: 12_000,
				suggestedCents: 18_000,
			},
			{
				id: 'person',
				kind: 'individual',
				label: { fr: 'Membre individuel', en: 'Individual member' },
				minimumCents: 6_000,
				suggestedCents: 9_600,
			},
		],
		...over,
	};
}

/** A row of its own: the ledger needs the organisation, not how it joined. @returns its id. */
export async function anAccountHolder(tx: Tx, over: Partial<typeof organisation.$inferInsert> = {}): Promise<string> {
	const id = over.id ?? newId<'organisation'>();
	await tx.insert(organisation).values({
		slug: `groupe-${id.slice(-12)}`,
		legalName: 'Groupe d’essai inc.',
		usualName: 'Groupe d’essai',
		kind: 'nonprofit',
		mission: 'Essayer.',
		budgetBand: 'small',
		locale: 'fr',
		status: 'member',
		createdAt: noonOf('2026-01-05'),
		...over,
		id,
	});
	return id;
}

/** A person with the finance role, and the proof of it. */
export async function aFinanceGrant(tx: Tx): Promise<Grant<'payments.record'>> {
	const personId = newId<'person'>();
	await tx.insert(person).values({ id: personId, fullName: 'Camille Finances', locale: 'fr', createdAt: noonOf('2026-01-05') });
	return grantTo({ personId, coopRoles: ['finance'], groups: [] }, 'payments.record');
}

/** A contribution on the default scale, which is adopted when it was not. @returns the pledge's id. */
export async function aPledge(tx: Tx, over: Partial<NewPledge> & { organisationId: string }): Promise<string> {
	const adopted = await adoptScale(tx, anAct(), aScale());
	if (!adopted.ok) throw new Error(adopted.reason);
	const made = await createPledge(tx, anAct(), {
		scaleId: 'scale-2026',
		bandId: 'small',
		choice: 'amount',
		yearlyCents: 24_000,
		frequency: 'quarterly',
		...over,
	});
	if (!made.ok) throw new Error(made.reason);
	return made.pledgeId;
}

export function aPayment(over: Partial<Omit<NewPayment, 'amount'>> & { organisationId: string; amountCents?: number }): NewPayment {
	const { amountCents = 6_000, ...rest } = over;
	return {
		receivedOn: on('2026-03-09'),
		amount: cents(amountCents),
		method: 'cheque',
		reference: 'no 101',
		submissionKey: newIdempotencyKey(),
		...rest,
	};
}

/** Takes the guards of a table away, as someone with the file in their hands could. */
export async function withoutGuards(tx: Tx, table: string): Promise<void> {
	const rows = await tx.all<[string]>(sql`select name from sqlite_master where type = 'trigger' and tbl_name = ${table}`);
	for (const [name] of rows) await tx.run(sql.raw(`drop trigger ${name}`));
}
