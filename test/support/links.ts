/** A private link of each kind, in the demonstration: what whoever holds it would follow. */
import { eq } from 'drizzle-orm';
import { type Database, write } from '#db/client.ts';
import { account, accountEmail, accountLink } from '#db/schema/accounts.ts';
import { loginLink } from '#db/schema/factors.ts';
import { handover, handoverLink } from '#db/schema/handover.ts';
import { leavingTask, retentionItem } from '#db/schema/leaving.ts';
import { merge, mergeLink } from '#db/schema/merging.ts';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { grantIn, grantTo } from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { confirmApplication, saveDraft } from '#src/features/applications/mutations.ts';
import { parseDraft } from '#src/features/applications/schema.ts';
import { askOutsideContact } from '#src/features/groups/index.ts';
import { matchHandover } from '#src/features/handover/mutations.ts';
import { certifyNext } from '#src/features/leaving/mutations.ts';
import { inviteMember } from '#src/features/people/mutations.ts';
import { askErasure } from '#src/features/privacy/mutations.ts';
import { subscribe } from '#src/features/status/mutations.ts';
import { askPlace } from '#src/features/trainings/index.ts';
import { DAY, HOUR, now } from '#src/lib/clock.ts';
import { hashToken, newIdempotencyKey, newToken } from '#src/lib/ids.ts';
import { anAccount, anAct } from '#test/factories/accounts.ts';
import { applicationValues, sendForm, tokenIn } from '#test/factories/membership.ts';
import type { GroupsByName } from '#test/support/actors.ts';

/** Of someone with an account and no role, who asked to log in by a link and, another day, to be erased. */
async function linksOfNewcomer(database: Database): Promise<{ erasure: string; login: string }> {
	const at = now();
	const login = newToken();
	await write(async (tx) => {
		const { accountId, personId } = await createAccount(tx, anAct({ at }), anAccount());
		const browserHash = hashToken(newToken());
		await tx.insert(loginLink).values({ tokenHash: hashToken(login), accountId, browserHash, createdAt: at, expiresAt: at + HOUR });
		const asked = await askErasure(tx, anAct({ at, actor: { kind: 'person', personId } }), personId);
		if (!asked.ok) throw new Error(`the erasure is refused: ${asked.reason}`);
	});
	return { login, erasure: await tokenIn(database, 'privacy.erasure') };
}

/** Of the one handover of the demonstration, which is about the other group. */
async function handoverLinks(
	database: Database,
	groups: GroupsByName,
	personId: string,
): Promise<{ regainFollow: string; regainAnswer: string }> {
	const at = now();
	const [row] = await database.read.select({ id: handover.id, version: handover.version }).from(handover);
	if (!row) throw new Error('the demonstration has no handover');
	const grant = grantTo({ personId, coopRoles: ['worker'], groups: [] }, 'handovers.check');
	const actor = { kind: 'person', personId } as const;
	const matched = await write((tx) => matchHandover(tx, anAct({ at, actor }), grant, { ...row, slug: groups.other.slug }));
	if (!matched.ok) throw new Error(`the handover is refused: ${matched.reason}`);
	const regainFollow = newToken();
	const follows = { tokenHash: hashToken(regainFollow), handoverId: row.id, purpose: 'status', createdAt: at } as const;
	await write(async (tx) => {
		await tx.insert(handoverLink).values(follows);
	});
	return { regainFollow, regainAnswer: await tokenIn(database, 'handover.contact') };
}

/** Of a merge that two workers want and that nobody has objected to yet. */
async function mergeLinkOf(groups: GroupsByName, personId: string): Promise<string> {
	const [at, token] = [now(), newToken()];
	await write(async (tx) => {
		const other = await createAccount(tx, anAct({ at }), anAccount());
		const id = newIdempotencyKey();
		const about = { kind: 'groups', fromId: groups.other.id, intoId: groups.own.id } as const;
		await tx.insert(merge).values({ id, ...about, status: 'proposed', proposedBy: personId, proposedAt: at });
		const confirmed = { status: 'confirmed', confirmedBy: other.personId, confirmedAt: at, dueAt: at + 7 * DAY } as const;
		await tx.update(merge).set(confirmed).where(eq(merge.id, id));
		await tx.insert(mergeLink).values({ tokenHash: hashToken(token), mergeId: id, personId, createdAt: at });
	});
	return token;
}

/** Of the group that left, as if its calendar were over. */
async function certificateOf(database: Database, organisationId: string): Promise<string> {
	const at = now();
	await write(async (tx) => {
		await tx.update(retentionItem).set({ doneAt: at, doneCount: 1 }).where(eq(retentionItem.organisationId, organisationId));
		await tx.update(leavingTask).set({ doneAt: at, reference: 'Essai' }).where(eq(leavingTask.organisationId, organisationId));
		if (!(await certifyNext(tx, anAct({ at })))) throw new Error('no certificate could be made');
	});
	return tokenIn(database, 'leaving.certificate');
}

/** A token of each kind of private link, live. */
export async function makeLinks(database: Database, groups: GroupsByName) {
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
	const mine = anAct({ at, actor: { kind: 'person', personId: owner.personId } });
	const manage = grantIn(access, group, 'people.manage');
	const invited = { address: 'invitee@exemple.org', name: 'Personne invitée', roles: ['member' as const], locale: 'fr' as const };
	await write((tx) => inviteMember(tx, mine, manage, invited));
	const password = newToken();
	await write(async (tx) => {
		const lasts = { createdAt: at, expiresAt: at + HOUR };
		await tx.insert(accountLink).values({ tokenHash: hashToken(password), accountId: owner.accountId, purpose: 'password', ...lasts });
	});
	const profile = grantIn(access, group, 'profile.manage');
	const outside = await write((tx) => askOutsideContact(tx, mine, profile, { address: 'dehors@ailleurs.example', hosted: [] }));
	if (!outside.ok) throw new Error(`the outside address is refused: ${outside.reason}`);
	const mail = (template: string) => tokenIn(database, template);
	return {
		password,
		...(await linksOfNewcomer(database)),
		...(await handoverLinks(database, groups, owner.personId)),
		mergeAnswer: await mergeLinkOf(groups, owner.personId),
		certificate: await certificateOf(database, groups.former.id),
		outside: await mail('groups.verify_outside'),
		joinResume: await mail('membership.resume'),
		joinConfirm: await mail('membership.confirm'),
		joinStatus: confirmed.statusToken,
		subscription: await mail('status.confirm'),
		place: await mail('trainings.confirm'),
		invitation: await mail('membership.invite_member'),
	};
}
