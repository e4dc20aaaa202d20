import type { Tx } from '#db/client.ts';
import { importedGroup } from '#db/schema/imports.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { recordOpening } from '#src/features/contributions/index.ts';
import { listKnown, wasThere } from '#src/features/imports/data.ts';
import { importedMail } from '#src/features/imports/mail.ts';
import type { ImportedGroup } from '#src/features/imports/schema.ts';
import { beginMembership } from '#src/features/membership/index.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { inviteToGroup } from '#src/features/people/index.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';

export interface ReportLine {
	readonly line: number;
	/** The file's key of the group. */
	readonly group: string;
	readonly outcome: 'created' | 'unchanged' | 'refused';
	/** What was done, or why not. */
	readonly reason: string;
}

/**
 * Brings one group in: membership, opening balance and an invitation for each person, or only what is not there yet. What a group or
 * a person has changed since stays: the portal is right, not the file.
 */
export async function importGroup(tx: Tx, act: Act, group: ImportedGroup): Promise<ReportLine[]> {
	const report: ReportLine[] = [];
	let organisationId = (await listKnown(tx, [group.key])).get(group.key)?.organisationId;
	const isNew = organisationId === undefined;
	if (organisationId === undefined) {
		const { usualName, legalName, kind, mission, locale, fromOn } = group;
		const begun = await beginMembership(tx, act, {
			usualName,
			legalName,
			kind,
			mission,
			locale,
			budgetBand: 'unknown',
			...(fromOn === null ? {} : { fromOn }),
		});
		organisationId = begun.organisationId;
		await tx.insert(importedGroup).values({ key: group.key, organisationId, openingCents: group.openingCents, createdAt: act.at });
		await recordAudit(tx, act, {
			action: 'imports.group',
			subject: { kind: 'organisation', id: organisationId },
			organisationId,
			delta: { memberNumber: begun.memberNumber, openingCents: group.openingCents, people: group.people.length },
		});
		if (group.openingCents !== 0) {
			const onDate = group.openingOn ?? civilDateOf(act.at);
			await recordOpening(tx, act, { organisationId, signedCents: group.openingCents, onDate, key: group.key });
		}
	}
	for (const person of group.people) {
		const { line, name, address, normalized, roles } = person;
		if (!isNew && (await wasThere(tx, organisationId, normalized))) {
			report.push({ line, group: group.key, outcome: 'unchanged', reason: 'already there' });
			continue;
		}
		const { invitationId, token } = await inviteToGroup(tx, act, {
			organisationId,
			roles,
			address,
			name,
			locale: group.locale,
			invitedBy: 'operator',
		});
		await queueMessage(tx, act, {
			dedupeKey: `imports.invite:${invitationId}`,
			to: { name, address },
			locale: group.locale,
			template: 'imports.invite',
			content: importedMail(group.locale, {
				name,
				group: group.usualName,
				roles,
				url: `${env().siteUrl}${pathOf('invitation', group.locale, { token })}`,
			}),
			relates: { kind: 'invitation', id: invitationId },
			organisationId,
		});
		const first = isNew && person === group.people[0];
		report.push({ line, group: group.key, outcome: 'created', reason: first ? 'group created, person invited' : 'person invited' });
	}
	return report;
}
