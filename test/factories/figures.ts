/** A network of many member groups, as rows: what figures are counted from, without each group's way through the portal. */
import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { duesScale, payment, pledge } from '#db/schema/contributions.ts';
import { membership } from '#db/schema/membership.ts';
import { catalogueItem, entitlement, requestMessage, serviceRequest } from '#db/schema/requests.ts';
import { readCatalogue, readScale } from '#src/adapters/settings/index.ts';
import { adoptScale } from '#src/features/contributions/index.ts';
import { syncCatalogue } from '#src/features/requests/index.ts';
import { type CivilDate, HOUR } from '#src/lib/clock.ts';
import { newId, newIdempotencyKey } from '#src/lib/ids.ts';
import { anAccountHolder, anAct, noonOf } from '#test/factories/contributions.ts';

export interface NetworkMember {
	readonly kind: 'nonprofit' | 'cooperative' | 'union' | 'collective' | 'individual';
	readonly band?: string;
	readonly fromOn?: CivilDate | string;
	readonly toOn?: string | null;
	/** Of content/services/*.yaml. */
	readonly services?: readonly string[];
	/** `none`: no contribution has begun. */
	readonly contribution?: 'chosen' | 'solidarity' | 'none';
	/** Day and cents of each payment. */
	readonly payments?: readonly (readonly [day: string, cents: number])[];
	/** Day of a request, and hours until a worker answered it. */
	readonly answered?: readonly (readonly [day: string, hours: number])[];
}

let serial = 0;

/** The scale and the catalogue of content/, then one row after the other for each member. @returns their ids. */
export async function aNetwork(database: Database, members: readonly NetworkMember[]): Promise<string[]> {
	return database.write(async (tx) => {
		const act = anAct({ on: '2026-01-05' });
		const [scale] = await tx.select().from(duesScale).where(eq(duesScale.id, readScale().id));
		if (!scale) {
			await adoptScale(tx, act, readScale());
			await syncCatalogue(tx, act, readCatalogue());
		}
		const items = new Map((await tx.select().from(catalogueItem)).map((item) => [item.slug, item.id]));
		const personId = newId<'person'>();
		await tx.insert(person).values({ id: personId, fullName: 'Camille Travail', locale: 'fr', createdAt: act.at });
		const ids: string[] = [];
		for (const member of members) {
			serial += 1;
			const { kind, band = 'under_25k', fromOn = '2026-01-10', toOn = null, contribution = 'chosen' } = member;
			const organisationId = await anAccountHolder(tx, {
				kind,
				budgetBand: kind === 'individual' ? 'individual' : band,
				usualName: `Membre ${serial}`,
			});
			ids.push(organisationId);
			await tx.insert(membership).values({
				id: newId<'membership'>(),
				organisationId,
				memberNumber: 10_000 + serial,
				class: kind === 'individual' ? 'individual' : 'organisation',
				fromOn,
				toOn,
				createdAt: act.at,
			});
			if (contribution !== 'none') {
				await tx.insert(pledge).values({
					id: newId<'pledge'>(),
					organisationId,
					scaleId: readScale().id,
					bandId: kind === 'individual' ? 'individual' : band,
					choice: contribution === 'solidarity' ? 'unable' : 'amount',
					yearlyCents: contribution === 'solidarity' ? 0 : 18_000,
					frequency: 'monthly',
					status: 'active',
					startedOn: fromOn,
					createdAt: act.at,
				});
			}
			const request = async (slug: string, at: number, granted: boolean) => {
				const id = newId<'service_request'>();
				const catalogueItemId = items.get(slug) ?? '';
				await tx.insert(serviceRequest).values({
					id,
					number: `D-2026-${10_000 + ++serial}`,
					submissionKey: newIdempotencyKey(),
					organisationId,
					catalogueItemId,
					subject: slug,
					answers: '{}',
					requesterId: personId,
					committee: 'soutien',
					urgency: 'when_you_can',
					status: 'resolved',
					createdAt: at,
					updatedAt: at,
					statusSince: at,
				});
				if (!granted) return id;
				await tx.insert(entitlement).values({
					id: newId<'entitlement'>(),
					organisationId,
					catalogueItemId,
					requestId: id,
					resources: '{}',
					status: 'active',
					fromOn,
					createdAt: at,
				});
				return id;
			};
			for (const slug of member.services ?? []) await request(slug, noonOf(fromOn), true);
			for (const [day, hours] of member.answered ?? []) {
				const requestId = await request('soutien', noonOf(day), false);
				await tx.insert(requestMessage).values({
					id: newId<'request_message'>(),
					requestId,
					submissionKey: newIdempotencyKey(),
					kind: 'message',
					side: 'worker',
					authorId: personId,
					visibility: 'public',
					body: 'Voici la réponse.',
					createdAt: noonOf(day) + hours * HOUR,
				});
			}
			for (const [receivedOn, amountCents] of member.payments ?? []) {
				await tx.insert(payment).values({
					id: newId<'payment'>(),
					submissionKey: newIdempotencyKey(),
					organisationId,
					receivedOn,
					amountCents,
					method: 'cheque',
					reference: '',
					recordedBy: personId,
					createdAt: noonOf(receivedOn),
				});
			}
		}
		return ids;
	});
}

const KINDS = ['nonprofit', 'nonprofit', 'nonprofit', 'cooperative', 'collective', 'collective', 'union'] as const;
const BANDS = ['under_25k', 'under_25k', 'under_100k', 'under_100k', 'under_500k'] as const;
const SERVICES = ['courriel', 'listes', 'site-web', 'wiki', 'blogue'] as const;
const STARTS = ['2026-01-10', '2026-02-02', '2026-04-15', '2026-07-08'] as const;

/** A network that has grown for three quarters, large enough for every figure. */
export function aGrownNetwork(size = 60): NetworkMember[] {
	return Array.from({ length: size }, (_, at) => ({
		kind: at % 9 === 8 ? 'individual' : (KINDS[at % KINDS.length] ?? 'nonprofit'),
		band: BANDS[at % BANDS.length] ?? 'under_25k',
		fromOn: STARTS[at % STARTS.length] ?? '2026-01-10',
		services: SERVICES.slice(0, 1 + (at % SERVICES.length)),
		contribution: at % 8 === 3 ? 'solidarity' : at % 11 === 5 ? 'none' : 'chosen',
		payments: at % 3 === 0 ? [['2026-08-10', 4_500 + at * 100]] : [],
		answered: at % 4 === 0 ? [['2026-08-03', 5 + at]] : [],
	}));
}
