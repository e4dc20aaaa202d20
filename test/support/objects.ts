/** What there is to knock at: for each page with parameters, what exists, what is another's, and what does not exist. */
import { eq } from 'drizzle-orm';
import { type Database, write } from '#db/client.ts';
import { account, accountEmail, accountLink } from '#db/schema/accounts.ts';
import { complaint } from '#db/schema/complaints.ts';
import { contactMessage } from '#db/schema/contact.ts';
import { handover } from '#db/schema/handover.ts';
import { application, invitation, organisation } from '#db/schema/membership.ts';
import { confidentialityIncident } from '#db/schema/privacy.ts';
import { serviceRequest } from '#db/schema/requests.ts';
import { standingDecision } from '#db/schema/standing.ts';
import { statusNotice } from '#db/schema/status.ts';
import { grantTo } from '#src/features/access/index.ts';
import { confirmDecision, proposeDecision } from '#src/features/standing/mutations.ts';
import type { RouteKey, routes } from '#src/i18n/routes.ts';
import { HOUR, now } from '#src/lib/clock.ts';
import { hashToken, newIdempotencyKey, newToken } from '#src/lib/ids.ts';
import { anAct } from '#test/factories/accounts.ts';
import { type Actor, GROUPS, type GroupName, type GroupsByName } from '#test/support/actors.ts';
import { makeLinks } from '#test/support/links.ts';

/** One object of a page. */
export interface Example {
	readonly name: string;
	/** Without `group` on a page of a group's space: each of these is tried in each group. */
	readonly params: Readonly<Record<string, string>>;
	/** In whose space it exists; every one when the page is of no group. */
	readonly existsIn: readonly GroupName[] | 'everywhere' | 'nowhere';
	/** Whom it exists for; everyone who may open the page without it. */
	readonly seenBy?: (actor: Actor) => boolean;
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
const ofSpace: readonly Example[] = [{ name: 'the space', params: {}, existsIn: [...GROUPS] }];
const fixed = (params: Example['params']): readonly Example[] => [there(params)];
const link = (token: string): readonly Example[] => [there({ token }, 'a live link'), missing({ token: newToken() })];

function first<T>(rows: readonly T[], what: string): T {
	const [row] = rows;
	if (row === undefined) throw new Error(`the demonstration has no ${what}`);
	return row;
}

const BY_NAME: Readonly<Record<GroupName, string>> = {
	own: 'Comité de locataires Lieu commun (exemple)',
	other: 'Coopérative Le Sillon (exemple)',
	suspended: 'Saint-Henri Repair Café (example)',
	former: 'Ciné-club du canal (exemple)',
};

/** The groups of the demonstration; one of them is suspended here by two who may. */
export async function makeGroups({ read, write }: Database): Promise<GroupsByName> {
	const rows = await read.select({ id: organisation.id, slug: organisation.slug, usualName: organisation.usualName }).from(organisation);
	const named = (name: GroupName) => {
		const { id, slug } = first(
			rows.filter(({ usualName }) => usualName === BY_NAME[name]),
			BY_NAME[name],
		);
		return { id, slug };
	};
	const groups = { own: named('own'), other: named('other'), suspended: named('suspended'), former: named('former') };
	const [one, another] = await read.select({ personId: account.personId }).from(account).orderBy(account.id).limit(2);
	if (!one || !another) throw new Error('the demonstration has too few people');
	const deciding = ({ personId }: { personId: string }) => {
		const grant = grantTo({ personId, coopRoles: ['worker'], groups: [] }, 'standing.decide');
		return [anAct({ at: now(), actor: { kind: 'person', personId } }), grant] as const;
	};
	const { slug: group } = groups.suspended;
	const proposal = {
		group,
		submissionKey: newIdempotencyKey(),
		kind: 'suspension',
		reason: 'Essai.',
		reference: 'CA',
		untilOn: null,
	} as const;
	const proposed = await write((tx) => proposeDecision(tx, ...deciding(one), proposal));
	const [row] = await read.select({ decision: standingDecision.id, version: standingDecision.version }).from(standingDecision);
	if (!proposed.ok || !row) throw new Error('the suspension is not proposed');
	const confirmed = await write((tx) => confirmDecision(tx, ...deciding(another), { ...row, group }));
	if (!confirmed.ok) throw new Error(`the suspension is refused: ${confirmed.reason}`);
	return groups;
}

const holdsRole = (access: Actor['access'], slug: string, role: 'administrator') =>
	access?.groups.some((group) => group.slug === slug && group.roles.includes(role)) ?? false;

/** Whether someone handles the requests of a committee: by their role, all of them; through their committee, its own. */
const reaches = (access: Actor['access'], committee: string | null) =>
	access !== null &&
	(access.coopRoles.some((role) => role === 'worker' || role === 'sysadmin') ||
		(access.committees ?? []).some(({ slug }) => slug === committee));

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
	const tokens = await makeLinks(database, groups);
	const addressLink = await addressLinkOf(stranger);
	const requests = await read
		.select({ number: serviceRequest.number, group: serviceRequest.organisationId, committee: serviceRequest.committee })
		.from(serviceRequest);
	const numberIn = (name: GroupName) =>
		first(
			requests.filter(({ group }) => group === groups[name].id),
			`request of the ${name} group`,
		).number;
	const numberOf = (ofSupport: boolean) =>
		first(
			requests.filter(({ committee }) => (committee === 'soutien') === ofSupport),
			`request ${ofSupport ? 'of' : 'outside'} the committee of support`,
		).number;
	const rows = async <T>(what: string, found: Promise<T[]>) => first(await found, what);
	const asker = await rows('handover', read.select({ id: handover.id }).from(handover));
	const complained = await rows('complaint', read.select({ number: complaint.number }).from(complaint));
	const incident = await rows('incident', read.select({ number: confidentialityIncident.number }).from(confidentialityIncident));
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
		loginLinkOpen: link(tokens.login),
		erasureLink: link(tokens.erasure),
		certificate: link(tokens.certificate),
		regainFollow: link(tokens.regainFollow),
		regainAnswer: link(tokens.regainAnswer),
		mergeAnswer: link(tokens.mergeAnswer),
		outsideContact: link(tokens.outside),
		accountAddress: [
			{ ...there({ token: addressLink }, 'the link of one account'), seenBy: ({ name }) => name === stranger.name },
			missing({ token: newToken() }),
		],

		space: ofSpace,
		spacePeople: ofSpace,
		spaceProfile: ofSpace,
		spaceTrail: ofSpace,
		spaceMembership: ofSpace,
		spaceLeave: ofSpace,
		spaceComplaint: ofSpace,
		spaceData: ofSpace,
		spaceComplaintThread: [
			{
				name: 'a complaint of the own group',
				params: { number: complained.number },
				existsIn: ['own'],
				// Someone else's: those who look after the group read it too.
				seenBy: ({ access }) => holdsRole(access, groups.own.slug, 'administrator'),
			},
			missing({ number: 'PL-1999-0001' }),
		],
		spaceServices: ofSpace,
		spaceRequests: ofSpace,
		spaceContributions: ofSpace,
		spaceRequestNew: [{ name: 'a service offered', params: { slug: 'courriel' }, existsIn: [...GROUPS] }, missing({ slug: 'inconnu' })],
		spaceRequest: [
			{ name: 'a request of the own group', params: { number: numberIn('own') }, existsIn: ['own'] },
			{ name: 'a request of the other group', params: { number: numberIn('other') }, existsIn: ['other'] },
			missing({ number: 'D-1999-0001' }),
		],

		workApplication: [there({ id: applied.id }), missing({ id: newIdempotencyKey() })],
		workRequest: [
			{ ...there({ number: numberOf(true) }, 'a request of the committee of support'), seenBy: ({ access }) => reaches(access, 'soutien') },
			{ ...there({ number: numberOf(false) }, 'a request of another committee'), seenBy: ({ access }) => reaches(access, null) },
			missing({ number: 'D-1999-0001' }),
		],
		workGroup: [
			there({ group: groups.own.slug }),
			there({ group: groups.suspended.slug }, 'one that is suspended'),
			there({ group: groups.former.slug }, 'one that left'),
			missing({ group: 'inconnu' }),
		],
		workHandover: [there({ id: asker.id }), missing({ id: newIdempotencyKey() })],
		workStanding: [there({ group: groups.own.slug }), missing({ group: 'inconnu' })],
		workComplaint: [there({ number: complained.number }), missing({ number: 'PL-1999-0001' })],
		workConfidentialityIncident: [there({ number: incident.number }), missing({ number: 'I-1999-0001' })],
		workCommittee: [
			there({ slug: 'soutien' }, 'the committee of support'),
			there({ slug: 'adhesion' }, 'the committee of applications'),
			missing({ slug: 'inconnu' }),
		],
		workGroupContributions: [there({ group: groups.own.slug }), missing({ group: 'inconnu' })],
		workStatusNotice: notices,
		workInboxMessage: [there({ number: message.number }), missing({ number: 'M-1999-0001' })],
		workTraining: training,
	};
	return { groups, examples, deadInvitation };
}
