/**
 * A believable demonstration, made by the same mutations as the web, at dates spread over the last months. Every group and
 * person is invented and says so in its name; no message of it ever leaves.
 */
import { and, desc, eq, inArray } from 'drizzle-orm';
import { read, type Tx, write } from '#db/client.ts';
import { account } from '#db/schema/accounts.ts';
import { application, organisation } from '#db/schema/membership.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { catalogueItem, serviceRequest } from '#db/schema/requests.ts';
import { hashPassword } from '#src/adapters/passwords/index.ts';
import { readConsentVersion } from '#src/adapters/settings/index.ts';
import { assignRole, type CoopRole, type GroupRole, grantIn, grantOver, grantTo, loadAccess } from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import {
	acceptApplication,
	answerQuestion,
	askApplicant,
	confirmApplication,
	parseApplication,
	sendApplication,
	takeApplication,
} from '#src/features/applications/index.ts';
import { placeInCommittee } from '#src/features/committees/index.ts';
import { complain } from '#src/features/complaints/index.ts';
import { recordIncident } from '#src/features/confidentiality/index.ts';
import { answerMessage, noteMessage, receiveMessage, setAsideMessage } from '#src/features/contact/index.ts';
import { chargeDuePledges, findScaleOn, recordPayment } from '#src/features/contributions/index.ts';
import { addKnownApp } from '#src/features/factors/index.ts';
import { askOutsideContact, changeContact, changeGroupProfile, confirmOutsideContact, readProfile } from '#src/features/groups/index.ts';
import { askHandover, verifyAsker } from '#src/features/handover/index.ts';
import { depart } from '#src/features/leaving/index.ts';
import { acceptInvitation, inviteWorker } from '#src/features/people/index.ts';
import { type Answers, answerRequest, openRequest, replyToRequest, resolveRequest, takeRequest } from '#src/features/requests/index.ts';
import { openNotice, parseClockTime, updateNotice } from '#src/features/status/index.ts';
import { announceDemonstration, askPlace, confirmPlace } from '#src/features/trainings/index.ts';
import { setTerm } from '#src/features/workers/index.ts';
import type { Act } from '#src/lib/act.ts';
import { addDays, civilDateOf, DAY, HOUR, type Instant, MINUTE, now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import type { FormValues } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { cents } from '#src/lib/money.ts';

/** Everyone of the demonstration logs in with this password; these are the addresses to try. */
export const DEMONSTRATION = {
	password: 'quatre sillons et un champ',
	/** Key of the workers' application of codes: known like the password, for a demonstration only. */
	codeKey: 'KOUMBITDEMONSTRATIONQUATRESILLON',
	worker: 'julien@exemple.org',
	finance: 'maude@exemple.org',
	systems: 'solange@exemple.org',
	administrator: 'amina@exemple.org',
	treasurer: 'rosalie@exemple.org',
} as const;

/** Of the register, as one would be written. */
const INCIDENT = {
	submissionKey: newIdempotencyKey(),
	knownOn: addDays(civilDateOf(now()), -30),
	happened: 'Le même jour, vers midi (exemple)',
	information: 'Une adresse de courriel, dans la copie visible d’un message (exemple).',
	people: '1',
	circumstances: 'Une réponse est partie avec une adresse de trop en copie (exemple).',
	risk: 'not_serious',
	sensitivity: 'Faible : une adresse publique du groupe.',
	consequences: 'Peu à craindre.',
	likelihood: 'Faible : la personne qui l’a reçue l’a effacée.',
	measures: 'La personne a été prévenue; les réponses partent du fil des demandes.',
	commissionOn: null,
	peopleOn: null,
	publicNotice: '',
} as const;

interface DemoGroup {
	readonly kind: 'nonprofit' | 'cooperative' | 'collective' | 'individual' | 'union';
	readonly name: string;
	readonly mission: string;
	readonly person: string;
	readonly address: string;
	readonly locale: 'fr' | 'en';
	readonly needs: readonly string[];
	readonly band: string;
	readonly contribution: 'minimum' | 'suggested' | 'unable';
	readonly frequency: 'yearly' | 'quarterly' | 'monthly';
	/** Days ago. */
	readonly appliedDaysAgo: number;
}

const LIEU_COMMUN: DemoGroup = {
	kind: 'nonprofit',
	name: 'Comité de locataires Lieu commun (exemple)',
	mission: 'Nous aidons les locataires d’un quartier de Montréal à connaître leurs droits et à agir ensemble.',
	person: 'Amina Diallo',
	address: DEMONSTRATION.administrator,
	locale: 'fr',
	needs: ['email', 'list', 'wiki'],
	band: 'under_100k',
	contribution: 'suggested',
	frequency: 'monthly',
	appliedDaysAgo: 120,
};

const GROUPS: readonly DemoGroup[] = [
	LIEU_COMMUN,
	{
		kind: 'cooperative',
		name: 'Coopérative Le Sillon (exemple)',
		mission: 'Une coopérative maraîchère qui livre des paniers de légumes.',
		person: 'Noé Gagnon',
		address: 'noe@exemple.org',
		locale: 'fr',
		needs: ['site', 'email'],
		band: 'under_500k',
		contribution: 'minimum',
		frequency: 'yearly',
		appliedDaysAgo: 90,
	},
	{
		kind: 'collective',
		name: 'Saint-Henri Repair Café (example)',
		mission: 'Neighbours who mend things together, once a month.',
		person: 'Grace Okafor',
		address: 'grace@exemple.org',
		locale: 'en',
		needs: ['list', 'unknown'],
		band: 'under_25k',
		contribution: 'unable',
		frequency: 'yearly',
		appliedDaysAgo: 60,
	},
];

/** Left by its own notice, so that the register, the departures and a former member's space have something to show. */
const GONE: DemoGroup = {
	kind: 'collective',
	name: 'Ciné-club du canal (exemple)',
	mission: 'Des projections gratuites au bord de l’eau.',
	person: 'Sacha Bélanger',
	address: 'sacha@exemple.org',
	locale: 'fr',
	needs: ['list'],
	band: 'under_25k',
	contribution: 'minimum',
	frequency: 'yearly',
	appliedDaysAgo: 110,
};

const WAITING: readonly DemoGroup[] = [
	{
		kind: 'nonprofit',
		name: 'Radio du quartier (exemple)',
		mission: 'Une radio communautaire tenue par des bénévoles.',
		person: 'Camille Lévesque',
		address: 'camille@exemple.org',
		locale: 'fr',
		needs: ['site', 'list'],
		band: 'under_100k',
		contribution: 'suggested',
		frequency: 'quarterly',
		appliedDaysAgo: 6,
	},
	{
		kind: 'individual',
		name: 'Zoé Ménard (exemple)',
		mission: 'Je tiens un carnet sur les luttes urbaines.',
		person: 'Zoé Ménard',
		address: 'zoe@exemple.org',
		locale: 'fr',
		needs: ['blog'],
		band: 'individual',
		contribution: 'minimum',
		frequency: 'yearly',
		appliedDaysAgo: 2,
	},
];

const daysAgo = (days: number, hours = 0): Instant => now() - days * DAY + hours * HOUR;
const moment = (at: Instant) => ({ at, requestId: null });
const operator = (at: Instant): Act => ({ actor: { kind: 'operator' }, ...moment(at) });
const by = (personId: string, at: Instant): Act => ({ actor: { kind: 'person', personId }, ...moment(at) });

/** An expected outcome that did not come: the demonstration no longer fits the rules, which is a defect to mend here. */
function must<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { ok: true }> {
	if (!outcome.ok) throw new Error(`the demonstration does not fit the rules: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { ok: true }>;
}

/** The private link in the newest message to someone: what they would click. */
async function tokenFor(address: string): Promise<string> {
	const [row] = await read
		.select({ content: outboxMessage.content })
		.from(outboxMessage)
		.where(and(eq(outboxMessage.toAddress, address), inArray(outboxMessage.status, ['queued'])))
		.orderBy(desc(outboxMessage.id))
		.limit(1);
	const url = row?.content ? (JSON.parse(row.content) as { action?: { url: string } }).action?.url : undefined;
	const token = url?.split('/').at(-2);
	if (!token) throw new Error(`no link was sent to ${address}`);
	return token;
}

/** Nothing of a demonstration is ever sent, whatever mail server is configured. */
function cancelMessages(tx: Tx) {
	return tx
		.update(outboxMessage)
		.set({ status: 'cancelled', content: null })
		.where(inArray(outboxMessage.status, ['queued', 'sending']));
}

const accessOf = (personId: string) => loadAccess(read, personId, civilDateOf(now()));

async function addWorker(name: string, address: string, roles: readonly CoopRole[], passwordHash: string): Promise<string> {
	const at = daysAgo(200);
	const { link } = await write((tx) => inviteWorker(tx, operator(at), { address, name, roles, locale: 'fr' }));
	const token = link.split('/').at(-2) ?? '';
	const invitee = { kind: 'new', fullName: name, passwordHash, locale: 'fr' } as const;
	return write(async (tx) => {
		const { personId, accountId } = must(await acceptInvitation(tx, moment(at + HOUR), { token, invitee }));
		await addKnownApp(tx, at + HOUR, accountId, DEMONSTRATION.codeKey);
		return personId;
	});
}

function formOf(group: DemoGroup): FormValues {
	return {
		kind: group.kind,
		usualName: group.name,
		legalName: group.name,
		mission: group.mission,
		applicantName: group.person,
		email: group.address,
		locale: group.locale,
		needs: [...group.needs],
		needsOther: '',
		hasDomain: 'unknown',
		domainName: '',
		people: 'some',
		hosted: 'unknown',
		hostName: '',
		budgetBand: group.band,
		contribution: group.contribution,
		otherAmount: '',
		frequency: group.frequency,
		consent: 'on',
		consentVersion: readConsentVersion(),
	};
}

async function apply(group: DemoGroup): Promise<{ id: string; version: number; statusToken: string }> {
	const at = daysAgo(group.appliedDaysAgo);
	const scale = await findScaleOn(read, civilDateOf(now()));
	const values = formOf(group);
	const parsed = must(parseApplication(values, scale, readConsentVersion()));
	const source = { kind: 'new', submissionKey: newIdempotencyKey() } as const;
	const { applicationId } = must(await write((tx) => sendApplication(tx, moment(at), { source, application: parsed.data, values })));
	const token = await tokenFor(group.address);
	const { statusToken } = must(await write((tx) => confirmApplication(tx, moment(at + HOUR), token)));
	return { id: applicationId, version: await versionOf(applicationId), statusToken };
}

async function versionOf(id: string): Promise<number> {
	const [row] = await read.select({ version: application.version }).from(application).where(eq(application.id, id));
	return row?.version ?? 0;
}

/** From the application to the group's administrator, logged in for the first time. */
async function join(
	group: DemoGroup,
	workerId: string,
	passwordHash: string,
): Promise<{ organisationId: string; slug: string; personId: string }> {
	const { id, version } = await apply(group);
	const grant = grantTo(await accessOf(workerId), 'applications.decide');
	const at = daysAgo(group.appliedDaysAgo - 3);
	must(await write((tx) => takeApplication(tx, by(workerId, at), grant, { id, version })));
	const { organisationId } = must(
		await write((tx) => acceptApplication(tx, by(workerId, at + HOUR), grant, { applicationId: id, version: version + 1 })),
	);
	const token = await tokenFor(group.address);
	const invitee = { kind: 'new', fullName: group.person, passwordHash, locale: group.locale } as const;
	const { personId } = must(await write((tx) => acceptInvitation(tx, moment(at + DAY), { token, invitee })));
	const [row] = await read.select({ slug: organisation.slug }).from(organisation).where(eq(organisation.id, organisationId));
	return { organisationId, slug: row?.slug ?? '', personId };
}

async function addPerson(organisationId: string, name: string, address: string, role: GroupRole, grantedBy: string, passwordHash: string) {
	const at = daysAgo(80);
	await write(async (tx) => {
		const normalized = normalizeAddress(address) ?? address;
		const { personId } = await createAccount(tx, operator(at), { fullName: name, locale: 'fr', address, normalized, passwordHash });
		await assignRole(tx, by(grantedBy, at), personId, { kind: 'organisation', id: organisationId, role }, grantedBy);
	});
}

async function ask(group: { slug: string; personId: string }, slug: string, answers: Answers, at: Instant): Promise<string> {
	const grant = grantIn(await accessOf(group.personId), group.slug, 'requests.write');
	const [item] = await read.select({ id: catalogueItem.id }).from(catalogueItem).where(eq(catalogueItem.slug, slug)).limit(1);
	const input = { submissionKey: newIdempotencyKey(), itemId: item?.id ?? '', urgency: 'when_you_can', answers, locale: 'fr' } as const;
	return must(await write((tx) => openRequest(tx, by(group.personId, at), grant, input))).number;
}

async function change(number: string) {
	const [row] = await read.select({ version: serviceRequest.version }).from(serviceRequest).where(eq(serviceRequest.number, number));
	return { number, submissionKey: newIdempotencyKey(), version: row?.version ?? 0 };
}

const unknown = { unknown: true } as const;
const say = (value: string | number) => ({ value });

async function runningList(group: { slug: string; personId: string }, workerId: string, daysBack: number, listName: string): Promise<void> {
	const handle = grantTo(await accessOf(workerId), 'requests.handle');
	const answers = { listName: say(listName), listKind: say('discussion'), caretakerEmail: unknown, peopleCount: unknown };
	const number = await ask(group, 'listes', answers, daysAgo(daysBack));
	const took = await change(number);
	must(await write((tx) => takeRequest(tx, by(workerId, daysAgo(daysBack, 5)), handle, took)));
	const solved = await change(number);
	const body = 'La liste fonctionne. Vous pouvez inviter vos membres quand vous voulez.';
	const runsFrom = civilDateOf(daysAgo(daysBack - 1));
	must(await write((tx) => resolveRequest(tx, by(workerId, daysAgo(daysBack - 1, 1)), handle, { ...solved, body, runsFrom })));
}

type Letter = Pick<Parameters<typeof receiveMessage>[2], 'name' | 'email' | 'about' | 'subject' | 'message' | 'locale'>;

async function writeIn(letter: Letter, at: Instant): Promise<string> {
	const input = { ...letter, submissionKey: newIdempotencyKey(), trapped: false };
	return must(await write((tx) => receiveMessage(tx, moment(at), input))).number;
}

/** What the public wrote: one message waits, one is answered, one is set aside. */
async function mailFromThePublic(workerId: string): Promise<void> {
	const inbox = grantTo(await accessOf(workerId), 'inbox.answer');
	const stamp = (number: string) => ({ number, submissionKey: newIdempotencyKey(), version: 1 });
	const answered = await writeIn(
		{
			name: 'Marie-Ève Lapointe (exemple)',
			email: 'marie-eve@exemple.org',
			about: 'joining',
			subject: 'Un collectif sans numéro d’entreprise',
			message: 'Bonjour,\n\nNous sommes un collectif de quartier sans statut légal. Pouvons-nous devenir membre?\n\nMerci!',
			locale: 'fr',
		},
		daysAgo(9),
	);
	const note = 'Vu avec le comité d’adhésion : les collectifs sont dans la liste du formulaire.';
	const noted = { number: answered, submissionKey: newIdempotencyKey(), note };
	must(await write((tx) => noteMessage(tx, by(workerId, daysAgo(8)), inbox, noted)));
	const answer = 'Oui : choisissez « collectif » dans le formulaire d’adhésion. Le nom légal est alors facultatif.';
	must(await write((tx) => answerMessage(tx, by(workerId, daysAgo(8, 1)), inbox, { ...stamp(answered), answer })));
	const offer = await writeIn(
		{
			name: 'Offre (exemple)',
			email: 'offre@exemple.org',
			about: null,
			subject: 'Première place garantie',
			message: 'Votre site en première place dans les moteurs de recherche. Répondez aujourd’hui.',
			locale: 'fr',
		},
		daysAgo(5),
	);
	must(await write((tx) => setAsideMessage(tx, by(workerId, daysAgo(5, 2)), inbox, stamp(offer))));
	await writeIn(
		{
			name: 'Devon Clarke (example)',
			email: 'devon@exemple.org',
			about: 'accessibility',
			subject: 'Reading your history page with a screen reader',
			message: 'The timeline reads well. Could each source say which language it is in?',
			locale: 'en',
		},
		daysAgo(1),
	);
}

const CLASSES = [
	{
		slug: 'courriel-demonstration',
		inDays: 24,
		seats: 3,
		language: 'fr',
		title: { fr: 'Le courriel d’un groupe (démonstration)', en: 'A group’s email (demonstration)' },
		people: ['Samuel Bédard', 'Fatou Sow'],
	},
	{
		slug: 'wiki-demonstration',
		inDays: 38,
		seats: 2,
		language: 'both',
		title: { fr: 'Un premier wiki (démonstration)', en: 'A first wiki (demonstration)' },
		people: ['Lou Nadeau', 'Inès Roy', 'Kim Tran'],
	},
	{
		slug: 'listes-demonstration',
		inDays: -12,
		seats: 8,
		language: 'fr',
		title: { fr: 'S’occuper d’une liste (démonstration)', en: 'Look after a list (demonstration)' },
		people: ['Ali Haddad'],
	},
] as const;

/** Training dates, with a few people in each; the second is full. */
async function trainingDates(): Promise<void> {
	for (const { slug, inDays, seats, language, title, people } of CLASSES) {
		const settings = {
			example: false as const,
			slug,
			title,
			summary: {
				fr: 'Une séance inventée, pour montrer comment on s’inscrit.',
				en: 'An invented session, to show how signing up works.',
			},
			text: {
				fr: 'Cette séance fait partie de la démonstration.\n\nLes personnes inscrites sont inventées elles aussi.',
				en: 'This session is part of the demonstration.\n\nThose who have signed up are invented too.',
			},
			language,
			seats,
			where: { kind: 'place' as const, text: { fr: 'Un lieu inventé', en: 'An invented place' } },
			on: addDays(civilDateOf(now()), inDays),
			from: '18:30',
			to: '20:30',
		};
		const at = daysAgo(30);
		await write((tx) => announceDemonstration(tx, operator(at), settings));
		for (const [place, name] of people.entries()) {
			const email = `${name.split(' ')[0]?.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}@exemple.org`;
			const asked = {
				slug,
				submissionKey: newIdempotencyKey(),
				name: `${name} (exemple)`,
				email,
				group: '',
				needs: '',
				locale: 'fr' as const,
			};
			const needs = place === 0 ? 'Un accès sans marche.' : '';
			must(await write((tx) => askPlace(tx, moment(at + place * HOUR), { ...asked, needs })));
			const token = await tokenFor(email);
			must(await write((tx) => confirmPlace(tx, moment(at + place * HOUR + 1), token)));
		}
	}
}

/** An outage that is over and a maintenance to come, both marked as examples. */
async function tellOfServices(): Promise<void> {
	const began = daysAgo(10);
	const stamp = { submissionKey: newIdempotencyKey(), authorRole: 'sysadmin' } as const;
	const { number } = must(
		await write((tx) =>
			openNotice(tx, operator(began + 12 * MINUTE), 'operator', {
				...stamp,
				kind: 'outage',
				severity: 'partial',
				services: ['listes'],
				startsAt: began,
				expectedEndAt: null,
				texts: {
					fr: {
						title: 'Exemple : les messages aux listes arrivent en retard',
						who: 'Les groupes qui ont une liste de discussion ou de diffusion.',
						what: 'Les messages envoyés aux listes sont reçus, mais distribués avec une heure de retard. Aucun n’est perdu.',
						why: 'Nous cherchons la cause.',
						how: 'La file d’attente est surveillée en attendant.',
						objection: '',
					},
					en: {
						title: 'Example: messages to lists arrive late',
						who: 'Groups that have a discussion or announcement list.',
						what: 'Messages sent to lists are taken in, but given out an hour late. None is lost.',
						why: 'We are looking for the cause.',
						how: 'The queue is being watched meanwhile.',
						objection: '',
					},
				},
			}),
		),
	);
	const more = { number, version: null, authorRole: 'sysadmin', expectedEndAt: null } as const;
	const found = {
		fr: 'Exemple : un disque plein empêchait la distribution. Nous lui faisons de la place.',
		en: 'Example: a full disk held deliveries back. We are making room.',
	};
	const said = { ...more, submissionKey: newIdempotencyKey(), kind: 'identified', texts: found, endedAt: null } as const;
	must(await write((tx) => updateNotice(tx, operator(began + HOUR), 'operator', said)));
	const over = {
		fr: 'Exemple : tout est distribué. Une alerte préviendra l’équipe avant que le disque ne se remplisse.',
		en: 'Example: everything has been delivered. An alert will warn the team before the disk fills up.',
	};
	const solved = { ...more, submissionKey: newIdempotencyKey(), kind: 'closed', texts: over, endedAt: began + 2 * HOUR } as const;
	must(await write((tx) => updateNotice(tx, operator(began + 2 * HOUR), 'operator', solved)));
	const startsAt = parseClockTime(`${addDays(civilDateOf(now()), 6)} 06:00`) ?? now() + 6 * DAY;
	must(
		await write((tx) =>
			openNotice(tx, operator(daysAgo(1)), 'operator', {
				...stamp,
				submissionKey: newIdempotencyKey(),
				kind: 'maintenance',
				severity: 'full',
				services: ['wiki', 'blogue'],
				startsAt,
				expectedEndAt: startsAt + HOUR,
				texts: {
					fr: {
						title: 'Exemple : mise à jour des wikis et des blogues',
						who: 'Les groupes qui ont un wiki ou un blogue.',
						what: 'Les wikis et les blogues ne répondront pas pendant la mise à jour.',
						why: 'Une version plus récente corrige des failles.',
						how: 'Une sauvegarde d’abord, puis la mise à jour; en cas d’ennui, nous revenons à la sauvegarde.',
						objection: '',
					},
					en: {
						title: 'Example: update of wikis and blogs',
						who: 'Groups that have a wiki or a blog.',
						what: 'Wikis and blogs will not answer during the update.',
						why: 'A newer version fixes security flaws.',
						how: 'A backup first, then the update; should it go wrong, we go back to the backup.',
						objection: '',
					},
				},
			}),
		),
	);
}

/** Where two groups are written to; the first has an outside address that is proven. */
async function groupRecords(lieuCommun: { slug: string; personId: string }, sillon: { slug: string; personId: string }): Promise<void> {
	const manageAs = async ({ slug, personId }: { slug: string; personId: string }) =>
		grantIn(await accessOf(personId), slug, 'profile.manage');
	const at = daysAgo(75);
	const first = await manageAs(lieuCommun);
	const act = by(lieuCommun.personId, at);
	const { version, ...profile } = await readProfile(read, first);
	const postalAddress = '123, rue de l’Exemple\nMontréal (Québec)  H0H 0H0';
	must(await write((tx) => changeGroupProfile(tx, act, first, { ...profile, version, postalAddress })));
	for (const [purpose, address] of [
		['general', 'info@lieu-commun.example'],
		['billing', 'tresorerie@lieu-commun.example'],
		['technical', 'technique@lieu-commun.example'],
	] as const) {
		must(await write((tx) => changeContact(tx, act, first, { purpose, address, was: '' })));
	}
	const outside = 'lieu-commun@ailleurs.example';
	must(await write((tx) => askOutsideContact(tx, act, first, { address: outside, hosted: [] })));
	const token = await tokenFor(outside);
	must(await write((tx) => confirmOutsideContact(tx, moment(at + HOUR), token)));
	const second = await manageAs(sillon);
	const billing = { purpose: 'billing', address: 'comptes@lesillon.example', was: '' } as const;
	must(await write((tx) => changeContact(tx, by(sillon.personId, at), second, billing)));
}

/** Someone whose group's administrators no longer answer; a worker has still to find which group it is. */
async function accessToRegain(): Promise<void> {
	const address = 'lea@exemple.org';
	const at = daysAgo(2);
	const input = {
		submissionKey: newIdempotencyKey(),
		locale: 'fr',
		groupName: 'Le Sillon',
		name: 'Léa Fortin (exemple)',
		address,
		reason: 'Noé a déménagé et ne répond plus. Je suis au conseil depuis deux ans; le procès-verbal le montre.',
	} as const;
	await write((tx) => askHandover(tx, moment(at), input));
	const token = await tokenFor(address);
	must(await write((tx) => verifyAsker(tx, moment(at + HOUR), token)));
}

/** Committees with their people, and a board role with its term. */
async function composeCommittees(people: { julien: string; maude: string; solange: string; board: string }): Promise<void> {
	const { julien, maude, solange, board } = people;
	const at = daysAgo(150);
	const nextYear = addDays(civilDateOf(now()), 300);
	const keeping = grantTo(keeperOf(solange), 'workers.manage');
	must(await write((tx) => setTerm(tx, by(solange, at), keeping, { personId: board, role: 'board', until: nextYear })));
	for (const [committee, keeper, personId, role, until] of [
		['soutien', board, julien, 'member', null],
		['soutien', board, julien, 'referent', nextYear],
		['soutien', board, maude, 'member', null],
		['systemes', board, solange, 'member', null],
		['systemes', board, solange, 'referent', null],
		['adhesion', solange, julien, 'member', null],
		['adhesion', solange, board, 'member', nextYear],
		['finances', solange, maude, 'member', null],
		['finances', solange, maude, 'referent', nextYear],
	] as const) {
		const grant = grantOver(keeperOf(keeper), committee);
		must(await write((tx) => placeInCommittee(tx, by(keeper, at), grant, { personId, role, until })));
	}
}

const keeperOf = (personId: string) => ({ personId, coopRoles: ['sysadmin'], groups: [] }) as const;

/** Fills an empty database. @returns false, and does nothing, when someone has an account already. */
export async function seedDemonstration(): Promise<boolean> {
	const [anyone] = await read.select({ id: account.id }).from(account).limit(1);
	if (anyone) return false;
	const passwordHash = await hashPassword(DEMONSTRATION.password);
	const julien = await addWorker('Julien Roy (exemple)', DEMONSTRATION.worker, ['worker', 'vetting'], passwordHash);
	const maude = await addWorker('Maude Tremblay (exemple)', DEMONSTRATION.finance, ['worker', 'finance', 'board'], passwordHash);
	await write((tx) =>
		recordIncident(
			tx,
			by(maude, daysAgo(30)),
			grantTo({ personId: maude, coopRoles: ['board'], groups: [] }, 'confidentiality.manage'),
			INCIDENT,
		),
	);

	const solange = await addWorker('Solange Pierre (exemple)', DEMONSTRATION.systems, ['worker', 'sysadmin'], passwordHash);
	const board = await addWorker('Béatrice Lemay (exemple)', 'beatrice@exemple.org', ['board'], passwordHash);
	await composeCommittees({ julien, maude, solange, board });

	const [lieuCommun, sillon, repairCafe] = [
		await join(LIEU_COMMUN, julien, passwordHash),
		await join(GROUPS[1] as DemoGroup, julien, passwordHash),
		await join(GROUPS[2] as DemoGroup, maude, passwordHash),
	];
	await addPerson(lieuCommun.organisationId, 'Rosalie Côté', DEMONSTRATION.treasurer, 'treasurer', lieuCommun.personId, passwordHash);

	await runningList(lieuCommun, julien, 100, 'locataires');
	await runningList(sillon, maude, 70, 'paniers');
	await runningList(repairCafe, julien, 50, 'menders');

	const handle = grantTo(await accessOf(julien), 'requests.handle');
	const wiki = await ask(
		lieuCommun,
		'wiki',
		{ purpose: say('Garder les comptes rendus de nos assemblées.'), access: say('group'), domainName: unknown, caretakerEmail: unknown },
		daysAgo(4),
	);
	const took = await change(wiki);
	must(await write((tx) => takeRequest(tx, by(julien, daysAgo(3)), handle, took)));
	const asked = await change(wiki);
	const question = 'Voulez-vous que tout le monde puisse lire le wiki, ou seulement les personnes du comité?';
	must(await write((tx) => answerRequest(tx, by(julien, daysAgo(1)), handle, { ...asked, body: question, wait: true })));

	const mail = await ask(
		lieuCommun,
		'courriel',
		{ addresses: say('info\ncomite'), domainName: unknown, peopleCount: say(4), movesFromElsewhere: unknown },
		daysAgo(2),
	);
	const inHand = await change(mail);
	must(await write((tx) => takeRequest(tx, by(julien, daysAgo(1, 6)), handle, inHand)));
	const reply = await change(mail);
	const write1 = grantIn(await accessOf(lieuCommun.personId), lieuCommun.slug, 'requests.write');
	const body = 'Nous serons quatre à lire les messages, et une de nous depuis son téléphone.';
	must(await write((tx) => replyToRequest(tx, by(lieuCommun.personId, daysAgo(1, 8)), write1, { ...reply, body })));
	await ask(
		sillon,
		'nom-de-domaine',
		{ domainName: say('lesillon.example'), alreadyOwned: say('no'), registrar: unknown, usedFor: unknown },
		daysAgo(1),
	);

	const finance = grantTo(await accessOf(maude), 'payments.record');
	await write((tx) => chargeDuePledges(tx, { actor: { kind: 'system' }, ...moment(now()) }, civilDateOf(now())));
	for (const [organisationId, amount, method, days] of [
		[lieuCommun.organisationId, 6_000, 'interac', 60],
		[lieuCommun.organisationId, 3_000, 'interac', 30],
		[sillon.organisationId, 24_000, 'cheque', 40],
	] as const) {
		const received = { receivedOn: addDays(civilDateOf(now()), -days), amount: cents(amount), method, reference: '' };
		const input = { organisationId, ...received, submissionKey: newIdempotencyKey() };
		must(await write((tx) => recordPayment(tx, by(maude, daysAgo(days - 1)), finance, input)));
	}

	await groupRecords(lieuCommun, sillon);
	await accessToRegain();

	for (const group of WAITING) {
		const { id, version, statusToken } = await apply(group);
		if (group.kind !== 'nonprofit') continue;
		const decide = grantTo(await accessOf(julien), 'applications.decide');
		must(await write((tx) => takeApplication(tx, by(julien, daysAgo(4)), decide, { id, version })));
		const questionInput = {
			id,
			version: version + 1,
			submissionKey: newIdempotencyKey(),
			question: 'Combien de personnes écriront sur le site?',
		};
		must(await write((tx) => askApplicant(tx, by(julien, daysAgo(4, 1)), decide, questionInput)));
		const answerInput = {
			token: statusToken,
			version: await versionOf(id),
			submissionKey: newIdempotencyKey(),
			answer: 'Une douzaine, toutes bénévoles.',
		};
		must(await write((tx) => answerQuestion(tx, moment(daysAgo(3)), answerInput)));
	}
	const cineClub = await join(GONE, julien, passwordHash);
	await write((tx) =>
		depart(tx, by(cineClub.personId, daysAgo(12)), {
			organisationId: cineClub.organisationId,
			reason: 'dissolved',
			reference: null,
			contactId: cineClub.personId,
		}),
	);
	const complains = grantIn(await accessOf(lieuCommun.personId), lieuCommun.slug, 'complaints.write');
	const wrong = {
		submissionKey: newIdempotencyKey(),
		committee: 'soutien',
		decision: '',
		concerned: [],
		subject: 'Une question restée longtemps sans réponse',
		message: 'Nous avons attendu trois semaines avant qu’on nous réponde. Nous aimerions savoir pourquoi.',
	};
	must(await write((tx) => complain(tx, by(lieuCommun.personId, daysAgo(3)), complains, wrong)));
	await mailFromThePublic(julien);
	await trainingDates();
	await tellOfServices();
	await write(cancelMessages);
	return true;
}
