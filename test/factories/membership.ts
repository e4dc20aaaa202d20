/** Applications as groups fill them, and groups that are members. */
import type { Database, Tx } from '#db/client.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { readConsentVersion, readScale } from '#src/adapters/settings/index.ts';
import { acceptApplication, confirmApplication, draftValues, parseApplication, sendApplication } from '#src/features/applications/index.ts';
import { adoptScale, findScaleOn } from '#src/features/contributions/index.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import type { FormValues } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aGrant, anAct, aWorker, NOW } from '#test/factories/accounts.ts';

let serial = 0;

/** A complete form as a small non-profit fills it. Each has an address of its own. */
export function applicationValues(over: FormValues = {}): FormValues {
	serial += 1;
	return {
		submissionKey: newIdempotencyKey(),
		consentVersion: readConsentVersion(),
		kind: 'nonprofit',
		usualName: 'Cuisine collective du Plateau',
		legalName: 'Cuisine collective du Plateau inc.',
		mission: 'Nous cuisinons ensemble chaque semaine.',
		applicantName: 'Camille Tremblay',
		email: `camille${serial}@exemple.org`,
		locale: 'fr',
		needs: ['email', 'unknown'],
		needsOther: '',
		hasDomain: 'unknown',
		domainName: '',
		people: 'unknown',
		hosted: 'unknown',
		hostName: '',
		budgetBand: 'under_25k',
		contribution: 'suggested',
		otherAmount: '',
		frequency: 'monthly',
		consent: 'on',
		...over,
	};
}

/** The scale of content/, in force since long before {@link NOW}. */
export async function adoptExampleScale(database: Database): Promise<void> {
	await database.write((tx) => adoptScale(tx, anAct(), readScale()));
}

/** Sends a form as the action does. @throws when the form is not good. */
export async function sendForm(tx: Tx, values: FormValues, at = NOW): Promise<string> {
	const parsed = parseApplication(values, await findScaleOn(tx, civilDateOf(at)), readConsentVersion());
	if (!parsed.ok) throw new Error(`the form is refused: ${JSON.stringify(parsed.errors)}`);
	const source = { kind: 'new', submissionKey: String(values.submissionKey) } as const;
	const sent = await sendApplication(tx, { at, requestId: null }, { source, application: parsed.data, values: draftValues(values) });
	if (!sent.ok) throw new Error(`the application is refused: ${sent.reason}`);
	return sent.applicationId;
}

/** Messages written so far, with the token at the end of their link. */
export async function readMail(database: Database) {
	const rows = await database.read.select().from(outboxMessage).orderBy(outboxMessage.createdAt, outboxMessage.id);
	return rows.map((row) => {
		const content = JSON.parse(row.content ?? '{}') as MailContent;
		const url = content.action?.url ?? '';
		return {
			template: row.template,
			to: row.toAddress,
			content,
			url,
			token: new URL(url === '' ? 'http://none.invalid/' : url).pathname.split('/').at(-2) ?? '',
		};
	});
}

/** The token of the latest message of that kind. @throws when there is none. */
export async function tokenIn(database: Database, template: string): Promise<string> {
	const found = (await readMail(database)).findLast((mail) => mail.template === template);
	if (!found) throw new Error(`no message ${template}`);
	return found.token;
}

/** An application whose address is confirmed. */
export async function aSubmittedApplication(
	database: Database,
	over: FormValues = {},
): Promise<{ id: string; statusToken: string; confirmToken: string }> {
	const id = await database.write((tx) => sendForm(tx, applicationValues(over)));
	const confirmToken = await tokenIn(database, 'membership.confirm');
	const confirmed = await database.write((tx) => confirmApplication(tx, { at: NOW, requestId: null }, confirmToken));
	if (!confirmed.ok) throw new Error(`the confirmation is refused: ${confirmed.reason}`);
	return { id, statusToken: confirmed.statusToken, confirmToken };
}

export interface MemberGroup {
	readonly organisationId: string;
	readonly slug: string;
	readonly memberNumber: number;
	/** Of the invitation its applicant received. */
	readonly invitationToken: string;
}

/** A group that applied and was accepted, by the same steps as in the portal. The scale must be adopted. */
export async function aMemberGroup(database: Database, over: FormValues = {}): Promise<MemberGroup> {
	const { id } = await aSubmittedApplication(database, over);
	const accepted = await database.write(async (tx) => {
		const { personId } = await aWorker(tx);
		return acceptApplication(tx, actBy(personId), aGrant(personId, 'applications.decide'), { applicationId: id, version: 2 });
	});
	if (!accepted.ok) throw new Error(`the application is not accepted: ${accepted.reason}`);
	const { organisationId, slug, memberNumber } = accepted;
	return { organisationId, slug, memberNumber, invitationToken: await tokenIn(database, 'membership.accepted') };
}
