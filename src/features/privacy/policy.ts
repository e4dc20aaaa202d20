/** The one register of what the portal erases by itself: the rule, its period and the work that carries it out stand in one row. */
import type { Tx } from '#db/client.ts';
import { deleteExpiredSessions } from '#src/adapters/sessions/index.ts';
import { forgetDeadLinks } from '#src/features/accounts/index.ts';
import { UNCONFIRMED_LASTS as APPLICATION_UNCONFIRMED, expireApplications } from '#src/features/applications/index.ts';
import { KEPT_DAYS as CONTACT_KEPT, deleteOverMessages } from '#src/features/contact/index.ts';
import { forgetLogins } from '#src/features/login/index.ts';
import { forgetOldMessages, MESSAGES_KEPT } from '#src/features/outbox/index.ts';
import { forgetOldInvitations, INVITATION_KEPT } from '#src/features/people/index.ts';
import { expireSubscriptions, UNCONFIRMED_LASTS as SUBSCRIPTION_UNCONFIRMED } from '#src/features/status/index.ts';
import { forgetTickets, TICKET_LASTS } from '#src/features/takeout/index.ts';
import { ASKED_DAYS, deleteNeverConfirmed, forgetSessions, KEPT_DAYS as TRAINING_KEPT } from '#src/features/trainings/index.ts';
import type { Act } from '#src/lib/act.ts';
import { DAY } from '#src/lib/clock.ts';

export interface RetentionRule {
	/** Its words are in `messages.privacy.retention.rules`. */
	readonly name: RetentionName;
	/** Periods in milliseconds, in the order its sentence names them; empty when it counts from the end of the thing itself. */
	readonly periods: readonly number[];
	/** Who decided: the portal's makers, until the organisation decides otherwise, or the law. */
	readonly source: 'portal' | 'law';
	/** One batch. @returns how many rows were erased or emptied; called again until it is 0. */
	apply(tx: Tx, act: Act): Promise<number>;
}

export const RETENTION_NAMES = [
	'applications',
	'account_links',
	'sessions',
	'invitations',
	'messages',
	'contact',
	'training_unconfirmed',
	'trainings',
	'status_subscriptions',
	'download_tickets',
] as const;
export type RetentionName = (typeof RETENTION_NAMES)[number];

export const RETENTION: readonly RetentionRule[] = [
	{ name: 'applications', periods: [APPLICATION_UNCONFIRMED], source: 'portal', apply: expireApplications },
	{
		name: 'account_links',
		periods: [],
		source: 'portal',
		apply: async (tx, { at }) => (await forgetDeadLinks(tx, at)) + (await forgetLogins(tx, at)),
	},
	{ name: 'sessions', periods: [], source: 'portal', apply: (tx, act) => deleteExpiredSessions(tx, act.at) },
	{ name: 'invitations', periods: [INVITATION_KEPT], source: 'portal', apply: (tx, act) => forgetOldInvitations(tx, act.at) },
	{ name: 'messages', periods: [MESSAGES_KEPT], source: 'portal', apply: (tx, act) => forgetOldMessages(tx, act.at) },
	{ name: 'contact', periods: [CONTACT_KEPT.answered * DAY, CONTACT_KEPT.set_aside * DAY], source: 'portal', apply: deleteOverMessages },
	{ name: 'training_unconfirmed', periods: [ASKED_DAYS * DAY], source: 'portal', apply: deleteNeverConfirmed },
	{ name: 'trainings', periods: [TRAINING_KEPT * DAY], source: 'portal', apply: forgetSessions },
	{
		name: 'status_subscriptions',
		periods: [SUBSCRIPTION_UNCONFIRMED],
		source: 'portal',
		apply: (tx, act) => expireSubscriptions(tx, act.at),
	},
	{ name: 'download_tickets', periods: [TICKET_LASTS], source: 'portal', apply: (tx, act) => forgetTickets(tx, act.at) },
];
