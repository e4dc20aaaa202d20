import { and, asc, eq, exists, isNotNull, or } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { account, accountEmail } from '#db/schema/accounts.ts';
import { application } from '#db/schema/membership.ts';
import { consent } from '#db/schema/privacy.ts';
import { readPurposes } from '#src/adapters/settings/index.ts';
import { type ConsentAct, type PurposeStanding, standingOf } from '#src/features/consents/rules.ts';
import { type ExportPart, isoOf } from '#src/lib/export-part.ts';

/** Everything a person agreed to or took back, in order: in their account, and in an application from an address proven theirs. */
export async function listConsents(read: Read | Tx, personId: string): Promise<ConsentAct[]> {
	const own = read
		.select({ id: application.id })
		.from(application)
		.innerJoin(accountEmail, and(eq(accountEmail.normalized, application.applicantEmailNormalized), isNotNull(accountEmail.verifiedAt)))
		.innerJoin(account, eq(account.id, accountEmail.accountId))
		.where(and(eq(account.personId, personId), eq(application.id, consent.applicationId)));
	return read
		.select({ purpose: consent.purpose, version: consent.version, act: consent.act, how: consent.how, at: consent.at })
		.from(consent)
		.where(or(eq(consent.personId, personId), exists(own)))
		.orderBy(asc(consent.at), asc(consent.id));
}

/** How each purpose of today stands for a person, and every act there was. */
export async function loadConsents(read: Read | Tx, personId: string): Promise<{ standings: PurposeStanding[]; history: ConsentAct[] }> {
	const history = await listConsents(read, personId);
	return { history, standings: readPurposes().map((purpose) => standingOf(purpose, history)) };
}

export function consentPartsOfPerson(read: Read, personId: string): ExportPart[] {
	return [
		{
			name: 'consents',
			table: 'consent',
			async *rows() {
				for (const { purpose, version, act, how, at } of await listConsents(read, personId))
					yield { purpose, version, act, how, at: isoOf(at) };
			},
		},
	];
}
