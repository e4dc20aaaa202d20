import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { membership, organisation, standingDecision, suspension } from '#db/schema/index.ts';
import { exportRegister, registerOn } from '#src/features/standing/data.ts';
import { standingOn } from '#src/features/standing/rules.ts';
import { addDays, type CivilDate } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';
import { aGrant, aWorker } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;

beforeEach(async () => {
	database = await freshDatabase();
});

const START = '2020-01-01' as CivilDate;
const day = (days: number) => addDays(START, days);

interface Span {
	readonly from: number;
	readonly to: number | null;
}

/** Ranges that follow one another, the last one perhaps without an end; an empty one is possible. */
const spans = (gaps: readonly number[], open: boolean): Span[] => {
	const found: Span[] = [];
	let at = 0;
	for (let index = 0; index + 1 < gaps.length; index += 2) {
		const from = at + (gaps[index] ?? 0);
		const to = from + (gaps[index + 1] ?? 0);
		found.push({ from, to });
		at = to;
	}
	const last = found.pop();
	return last ? [...found, open ? { from: last.from, to: null } : last] : [];
};

const history = fc.record({
	memberships: fc.tuple(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 6 }), fc.boolean()),
	rests: fc.array(fc.tuple(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), fc.boolean()), { maxLength: 3 }),
});

describe('the register of members', () => {
	it('as of any day is what the rows say day by day, whatever the histories', async () => {
		const { personId } = await database.write((tx) => aWorker(tx));
		const { personId: otherId } = await database.write((tx) => aWorker(tx));
		const grant = aGrant(personId, 'register.read');
		let number = 0;
		let groups = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.array(history, { minLength: 1, maxLength: 4 }),
				fc.array(fc.integer({ min: -2, max: 130 }), { minLength: 6, maxLength: 6 }),
				async (histories, days) => {
					const known: { number: number; membership: Span; rests: Span[] }[] = [];
					await database.write(async (tx) => {
						for (const one of histories) {
							const organisationId = newId<'organisation'>();
							groups += 1;
							await tx.insert(organisation).values({
								id: organisationId,
								slug: `groupe-${groups}`,
								legalName: `Groupe ${groups} inc.`,
								usualName: `Groupe ${groups}`,
								kind: 'nonprofit',
								mission: '',
								budgetBand: '',
								locale: 'fr',
								status: 'member',
								createdAt: 1,
							});
							for (const [index, range] of spans(...one.memberships).entries()) {
								const membershipId = newId<'membership'>();
								number += 1;
								await tx.insert(membership).values({
									id: membershipId,
									organisationId,
									memberNumber: number,
									class: 'organisation',
									fromOn: day(range.from),
									toOn: range.to === null ? null : day(range.to),
									createdAt: 1,
								});
								const rests = one.rests[index] ? spans(...one.rests[index]) : [];
								for (const rest of rests) {
									const decisionId = newId<'standing_decision'>();
									const base = { organisationId, membershipId };
									await tx.insert(standingDecision).values({
										...base,
										id: decisionId,
										submissionKey: decisionId,
										kind: 'suspension',
										status: 'proposed',
										reason: 'x',
										reference: 'y',
										proposedBy: personId,
										proposedAt: 1,
									});
									await tx
										.update(standingDecision)
										.set({ status: 'confirmed', decidedBy: otherId, decidedAt: 1 })
										.where(eq(standingDecision.id, decisionId));
									await tx.insert(suspension).values({
										...base,
										id: newId<'suspension'>(),
										decisionId,
										fromOn: day(rest.from),
										toOn: rest.to === null ? null : day(rest.to),
										createdAt: 1,
									});
								}
								known.push({ number, membership: range, rests });
							}
						}
					});
					const holds = ({ from, to }: Span, at: number) => from <= at && (to === null || at < to);
					const first = known[0]?.number ?? number + 1;
					for (const at of days) {
						const found = (await registerOn(database.read, grant, day(at))).filter(({ memberNumber }) => memberNumber >= first);
						const expected = known
							.filter((one) => one.membership.from <= at)
							.map((one) => {
								const standing = !holds(one.membership, at) ? 'former' : one.rests.some((rest) => holds(rest, at)) ? 'suspended' : 'member';
								return { number: one.number, standing, toOn: standing === 'former' ? day(one.membership.to ?? 0) : null };
							});
						expect(found.map(({ memberNumber, standing, toOn }) => ({ number: memberNumber, standing, toOn }))).toEqual(expected);
						// The pure rule of a group's own page says the same.
						for (const one of known) {
							const range = ({ from, to }: Span) => ({ fromOn: day(from), toOn: to === null ? null : day(to) });
							const line = expected.find((other) => other.number === one.number);
							expect(standingOn(range(one.membership), one.rests.map(range), day(at))).toBe(line?.standing ?? null);
						}
					}
				},
			),
			{ numRuns: 40 },
		);
	}, 30_000);

	it('as a table for other programs never turns a name into a formula', () => {
		const line = {
			memberNumber: 1,
			legalName: '=HYPERLINK("http://evil.invalid")',
			slug: 'x',
			class: 'organisation',
			kind: 'nonprofit',
			fromOn: '2020-01-01',
			toOn: null,
			standing: 'member',
		} as const;
		expect(exportRegister([line])).toContain(`"'=HYPERLINK(""http://evil.invalid"")"`);
	});
});
