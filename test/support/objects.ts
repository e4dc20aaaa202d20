/** What there is to knock at: for each page with parameters, what exists, what is another's, and what does not exist. */
import { eq } from 'drizzle-orm';
import { type Database, write } from '#db/client.ts';
import { account, accountEmail, accountLink } from '#db/schema/accounts.ts';
import { contactMessage } from '#db/schema/contact.ts';
import { application, invitation, organisation } from '#db/schema/membership.ts';
import { serviceRequest } from '#db/schema/requests.ts';
import { statusNotice } from '#db/schema/status.ts';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { grantIn } from '#src/features/access/index.ts';
import { confirmApplication, saveDraft } from '#src/features/applications/mutations.ts';
import { parseDraft } from '#src/features/applications/schema.ts';
import { inviteMember } from '#src/features/people/mutations.ts';
import { subscribe } from '#src/features/status/mutations.ts';
import { askPlace } from '#src/features/trainings/index.ts';
import type { RouteKey, routes } from '#src/i18n/routes.ts';
import { HOUR, now } from '#src/lib/clock.ts';
import { hashToken, newIdempotencyKey, newToken } from '#src/lib/ids.ts';
import { anAct } from '#test/factories/accounts.ts';
import { applicationValues, sendForm, tokenIn } from '#test/factories/membership.ts';
import type { Actor, GroupName, GroupsByName } from '#test/support/actors.ts';

/** One object of a page. */
export interface Example {
	readonly name: string;
	/** Without `group` on a page of a group's space: each of these is tried in each group. */
	readonly params: Readonly<Record<string, string>>;
	/** In whose space it exists; every one when the page is of no group. */
	readonly existsIn: readonly GroupName[] | 'everywhere' | 'nowhere';
	/** The one actor it exists for, by name. */
	readonly owner?: string;
}

type WithParameters = { [K in RouteKey]: (typeof routes)[K]['fr'] extends `${string}[${string}` ? K : never }[RouteKey];

/** A page with parameters without its examples does not type-check. */
export type Examples = { readonly [K in WithParameters]: readonly Example[] };

export interface Objects {
	readonly groups: GroupsByName;
	readonly examples: Examples;
	/** An invitation of one's own group that was taken back: a form that names it changes nothing. */
	readonly deadInvitation: string;
}

const there = (params: Example['params'], name = 'one that exists'): Example => ({ name, params, existsIn: 'everywhere' });
const missing = (params: Example['params']): Example => ({ name: 'one that does not exist', params, existsIn: 'nowhere' });
const ofSpace: readonly Example[] = [{ name: 'the space', params: {}, existsIn: ['own', 'other', 'former'] }];
const fixed = (params: Example['params']): readonly Example[] => [there(params)];
const link = (token: string): readonly Example[] => [there({ token }, 'a live link'), missing({ token: newToken() })];

function first<T>(rows: readonly T[], what: string): T {
	const [row] = rows;
	if (row === undefined) throw new Error(`the demonstration has no ${what}`);
	return row;
}

/** Three groups of the demonstration; the third has left. */
export async function makeGroups({ read, write }: Database): Promise<GroupsByName> {
	const rows = await read.select({ id: organisation.id, slug: organisation.slug }).from(organisation).orderBy(organisation.slug);
	const [own, other, former] = rows;
	if (!own || !other || !former) throw new Error('the demonstration has fewer than three groups');
	await write((tx) => tx.update(organisation).set({ status: 'former' }).where(eq(organisation.id, former.id)));
	return { own, other, former };
}

async function tokensOf(database: Database, groups: GroupsByName) {
	const at = now();
	const act = anAct({ at });
	const moment = { at, requestId: null };
	const draft = parseDraft(applicationValues());
	if (!draft.ok) throw new Error('the draft is refused');
	const source = { kind: 'new', submissionKey: newIdempotencyKey() } as const;
	await write((tx) => saveDraft(tx, moment, { source, draft: draft.data, locale: 'fr' }));
	await write((tx) => sendForm(tx, applicationValues(), at));
	const toFollow = await tokenIn(database, 'membership.confirm');
	const confirmed = await write((tx) => confirmApplication(tx, moment, toFollow));
	if (!confirmed.ok) throw new Error(`the confirmation is refused: ${confirmed.reason}`);
	await write((tx) => sendForm(tx, applicationValues(), at));
	const address = 'abonnee@exemple.org';
	await write((tx) => subscribe(tx, act, { address, normalized: address, submissionKey: newIdempotencyKey(), locale: 'fr' }));
	const slug = 'courriel-demonstration';
	const place = {
		slug,
		submissionKey: newIdempotencyKey(),
		name: 'Sacha',
		email: 'place@exemple.org',
		group: '',
		needs: '',
		locale: 'fr',
	} as const;
	const asked = await write((tx) => askPlace(tx, moment, place));
	if (!asked.ok) throw new Error(`the place is refused: ${asked.reason}`);
	const [owner] = await database.read
		.select({ accountId: account.id, personId: account.personId })
		.from(account)
		.innerJoin(accountEmail, eq(accountEmail.accountId, account.id))
		.where(eq(accountEmail.normalized, DEMONSTRATION.administrator));
	if (!owner) throw new Error('the demonstration has no administrator');
	const { id, slug: group } = groups.own;
	const access = {
		personId: owner.personId,
		coopRoles: [],
		groups: [{ id, slug: group, usualName: group, standing: 'member' as const, roles: ['administrator' as const] }],
	};
	const manage = grantIn(access, group, 'people.manage');
	const invited = { address: 'invitee@exemple.org', name: 'Personne invitée', roles: ['member' as const], locale: 'fr' as const };
	await write((tx) => inviteMember(tx, anAct({ at, actor: { kind: 'person', personId: owner.personId } }), manage, invited));
	const password = newToken();
	await write(async (tx) => {
		const lasts = { createdAt: at, expiresAt: at + HOUR };
		await tx.insert(accountLink).values({ tokenHash: hashToken(password), accountId: owner.accountId, purpose: 'password', ...lasts });
	});
	const mail = (template: string) => tokenIn(database, template);
	return {
		password,
		joinResume: await mail('membership.resume'),
		joinConfirm: await mail('membership.confirm'),
		joinStatus: confirmed.statusToken,
		subscription: await mail('status.confirm'),
		place: await mail('trainings.confirm'),
		invitation: await mail('membership.invite_member'),
	};
}

/** The link that proves an address added to the account of an actor: opens for nobody else. */
async function addressLinkOf(actor: Actor): Promise<string> {
	const token = newToken();
	await write(async (tx) => {
		const [row] = await tx.select({ id: account.id }).from(account).where(eq(account.personId, actor.personId));
		if (!row) throw new Error(`${actor.name} has no account`);
		const [emailId, at, address] = [newIdempotencyKey(), now(), 'seconde@exemple.org'];
		await tx.insert(accountEmail).values({ id: emailId, accountId: row.id, address, normalized: address, primary: false, createdAt: at });
		const lasts = { createdAt: at, expiresAt: at + HOUR };
		await tx.insert(accountLink).values({ tokenHash: hashToken(token), accountId: row.id, purpose: 'address', emailId, ...lasts });
	});
	return token;
}

/** Puts into the demonstration what it lacks. @param stranger an actor whose own link is tried by all. */
export async function makeObjects(database: Database, groups: GroupsByName, stranger: Actor): Promise<Objects> {
	const { read } = database;
	const tokens = await tokensOf(database, groups);
	const addressLink = await addressLinkOf(stranger);
	const requests = await read.select({ number: serviceRequest.number, group: serviceRequest.organisationId }).from(serviceRequest);
	const numberIn = (name: GroupName) =>
		first(
			requests.filter(({ group }) => group === groups[name].id),
			`request of the ${name} group`,
		).number;
	const [applied] = await read.select({ id: application.id }).from(application).where(eq(application.status, 'submitted'));
	const [notice] = await read.select({ number: statusNotice.number }).from(statusNotice);
	const [message] = await read.select({ number: contactMessage.number }).from(contactMessage);
	if (!applied || !notice || !message) throw new Error('the demonstration lacks an application, a notice or a message');
	const [dead] = await read.select({ id: invitation.id }).from(invitation).where(eq(invitation.normalized, 'invitee@exemple.org'));
	const deadInvitation = newIdempotencyKey();
	await write(async (tx) => {
		const [row] = await tx
			.select()
			.from(invitation)
			.where(eq(invitation.id, dead?.id ?? ''));
		if (!row) throw new Error('no invitation to copy');
		await tx.insert(invitation).values({ ...row, id: deadInvitation, tokenHash: hashToken(newToken()), status: 'revoked' });
	});

	const training = [there({ slug: 'courriel-demonstration' }), missing({ slug: 'inconnue' })];
	const notices = [there({ number: notice.number }), missing({ number: 'P-1999-0001' })];
	const examples: Examples = {
		service: fixed({ slug: 'listes' }),
		newsPage: [],
		newsTag: fixed({ tag: 'logiciel-libre' }),
		newsAuthor: fixed({ author: 'koumbit' }),
		newsArchive: fixed({ year: '2018' }),
		newsItem: fixed({ slug: '2018-konbit-numerique' }),
		guide: fixed({ slug: 'espace-de-votre-groupe' }),
		statusNotice: notices,
		training,
		error: [],

		statusSubscription: link(tokens.subscription),
		trainingPlace: link(tokens.place),
		joinResume: link(tokens.joinResume),
		joinConfirm: link(tokens.joinConfirm),
		joinStatus: link(tokens.joinStatus),
		passwordReset: link(tokens.password),
		invitation: link(tokens.invitation),
		accountAddress: [{ ...there({ token: addressLink }, 'the link of one account'), owner: stranger.name }, missing({ token: newToken() })],

		space: ofSpace,
		spacePeople: ofSpace,
		spaceServices: ofSpace,
		spaceRequests: ofSpace,
		spaceContributions: ofSpace,
		spaceRequestNew: [
			{ name: 'a service offered', params: { slug: 'courriel' }, existsIn: ['own', 'other', 'former'] },
			missing({ slug: 'inconnu' }),
		],
		spaceRequest: [
			{ name: 'a request of the own group', params: { number: numberIn('own') }, existsIn: ['own'] },
			{ name: 'a request of the other group', params: { number: numberIn('other') }, existsIn: ['other'] },
			missing({ number: 'D-1999-0001' }),
		],

		workApplication: [there({ id: applied.id }), missing({ id: newIdempotencyKey() })],
		workRequest: [there({ number: numberIn('own') }), missing({ number: 'D-1999-0001' })],
		workGroupContributions: [there({ group: groups.own.slug }), missing({ group: 'inconnu' })],
		workStatusNotice: notices,
		workInboxMessage: [there({ number: message.number }), missing({ number: 'C-1999-0001' })],
		workTraining: training,
	};
	return { groups, examples, deadInvitation };
}
