/** Words here: an application is a demand to become a member; accepted, it makes an organisation and its membership. */
import { createHash } from 'node:crypto';
import { addDays, addMonths, type CivilDate, civilDateOf, DAY, daysBetween, type Instant } from '#src/lib/clock.ts';
import { slugify } from '#src/lib/text.ts';

export const APPLICATION_STATUSES = [
	'draft',
	'submitted',
	'under_review',
	'info_requested',
	'refusal_proposed',
	'accepted',
	'refused',
	'withdrawn',
	'expired',
] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

export const APPLICATION_EVENTS = [
	'confirm',
	'take',
	'ask',
	'answer',
	'propose_refusal',
	'withdraw_refusal',
	'confirm_refusal',
	'accept',
	'withdraw',
	'expire',
] as const;
export type ApplicationEvent = (typeof APPLICATION_EVENTS)[number];

/** Every change of state there is: what is not here is refused. */
export const TRANSITIONS: Readonly<
	Record<ApplicationEvent, { readonly from: readonly ApplicationStatus[]; readonly to: ApplicationStatus }>
> = {
	confirm: { from: ['draft'], to: 'submitted' },
	take: { from: ['submitted'], to: 'under_review' },
	ask: { from: ['under_review'], to: 'info_requested' },
	answer: { from: ['info_requested'], to: 'under_review' },
	propose_refusal: { from: ['under_review', 'info_requested'], to: 'refusal_proposed' },
	withdraw_refusal: { from: ['refusal_proposed'], to: 'under_review' },
	confirm_refusal: { from: ['refusal_proposed'], to: 'refused' },
	accept: { from: ['under_review', 'info_requested'], to: 'accepted' },
	withdraw: { from: ['submitted', 'under_review', 'info_requested', 'refusal_proposed'], to: 'withdrawn' },
	expire: { from: ['draft'], to: 'expired' },
};

/** The state after an event; null when the event is impossible there. */
export function nextStatus(status: ApplicationStatus, event: ApplicationEvent): ApplicationStatus | null {
	const transition = TRANSITIONS[event];
	return transition.from.includes(status) ? transition.to : null;
}

/**
 * The events a worker's act is made of: acting on an application nobody has taken yet takes it first, so that its history
 * never jumps over a state. Null when the act is impossible.
 */
export function eventsOf(status: ApplicationStatus, act: ApplicationEvent): ApplicationEvent[] | null {
	if (nextStatus(status, act) !== null) return [act];
	const taken = nextStatus(status, 'take');
	const worked = act === 'ask' || act === 'accept' || act === 'propose_refusal';
	return taken !== null && worked && nextStatus(taken, act) !== null ? ['take', act] : null;
}

/** States in which the next move is a worker's. */
export const WAITING_ON_WORKERS = ['submitted', 'under_review', 'refusal_proposed'] as const satisfies readonly ApplicationStatus[];

/** A refusal is the decision of two people. */
export function mayConfirmRefusal(proposedBy: string | null, workerId: string): boolean {
	return proposedBy !== null && proposedBy !== workerId;
}

/** Days within which an applicant is told to expect an answer. */
export const DAYS_TO_DECIDE = 14;
/** Drafts and applications whose address is not confirmed are emptied after this. */
export const UNCONFIRMED_LASTS = 7 * DAY;

export function decideBy(submittedAt: Instant): CivilDate {
	return addDays(civilDateOf(submittedAt), DAYS_TO_DECIDE);
}

/**
 * The token of the status page that a confirmation opens. Made from the confirmation's own token, so that a second click on
 * its button leads to the same page and the database still holds neither.
 */
export function statusTokenOf(confirmToken: string): string {
	return createHash('sha256').update(`status ${confirmToken}`).digest('base64url');
}

export interface Likeness {
	readonly id: string;
	readonly names: readonly (string | null)[];
	/** Null where none is known, as for a group that is a member already. */
	readonly address: string | null;
}

const plainName = (name: string) => slugify(name, 200) || name.normalize('NFKC').toLowerCase().trim();

/** Ids of those that share a name (case, accents and punctuation aside) or an address with the first. */
export function findAlike(one: Likeness, others: readonly Likeness[]): string[] {
	const names = new Set(one.names.flatMap((name) => (name ? [plainName(name)] : [])));
	return others
		.filter((other) => other.id !== one.id)
		.filter(
			(other) =>
				(one.address !== null && other.address === one.address) ||
				other.names.some((name) => name !== null && name !== '' && names.has(plainName(name))),
		)
		.map((other) => other.id);
}

export interface ScaleBand {
	readonly id: string;
	readonly kind: 'individual' | 'organisation';
	readonly minimumCents: number;
	readonly suggestedCents: number;
}

export type ContributionChoice = 'minimum' | 'suggested' | 'other' | 'unable';

/** What the choice on the form comes to, in cents a year; solidarity is zero and says so. */
export function resolveContribution(
	band: ScaleBand,
	choice: ContributionChoice,
	otherCents: number,
): { choice: 'amount' | 'unable'; yearlyCents: number } {
	switch (choice) {
		case 'minimum':
			return { choice: 'amount', yearlyCents: band.minimumCents };
		case 'suggested':
			return { choice: 'amount', yearlyCents: band.suggestedCents };
		case 'other':
			return { choice: 'amount', yearlyCents: otherCents };
		case 'unable':
			return { choice: 'unable', yearlyCents: 0 };
	}
}

const DESK_TONES = {
	draft: 'neutral',
	submitted: 'waiting',
	under_review: 'progress',
	info_requested: 'neutral',
	refusal_proposed: 'waiting',
	accepted: 'done',
	refused: 'neutral',
	withdrawn: 'neutral',
	expired: 'neutral',
} as const satisfies Record<ApplicationStatus, string>;

/** How the workers' desk shows a state: what waits on them stands out. The word beside it says the same. */
export function deskTone(status: ApplicationStatus): (typeof DESK_TONES)[ApplicationStatus] {
	return DESK_TONES[status];
}

export interface Delay {
	/** Accepted or refused. */
	readonly decided: number;
	/** Days from the confirmation of the application to its decision; null when nothing was decided. */
	readonly medianDays: number | null;
	/** Nine decisions in ten took no longer. */
	readonly ninetiethDays: number | null;
}

/** Median (the middle of two when the count is even) and 90th percentile by nearest rank. */
export function delayOf(days: readonly number[]): Delay {
	const sorted = days.toSorted((a, b) => a - b);
	const at = (rank: number) => sorted[Math.max(rank, 1) - 1] ?? null;
	const half = sorted.length / 2;
	const [low, high] = [at(Math.ceil(half)), at(Math.floor(half) + 1)];
	const medianDays = low === null || high === null ? null : (low + high) / 2;
	return { decided: sorted.length, medianDays, ninetiethDays: at(Math.ceil(sorted.length * 0.9)) };
}

/** The last months by their decisions, this one first, those without any included. */
export function delaysByMonth(
	decisions: readonly { readonly submittedAt: Instant; readonly decidedAt: Instant }[],
	today: CivilDate,
	months: number,
): (Delay & { readonly month: string })[] {
	const first = `${today.slice(0, 7)}-01` as CivilDate;
	return Array.from({ length: months }, (_, back) => {
		const month = addMonths(first, -back).slice(0, 7);
		const days = decisions
			.filter(({ decidedAt }) => civilDateOf(decidedAt).startsWith(month))
			.map(({ submittedAt, decidedAt }) => daysBetween(civilDateOf(submittedAt), civilDateOf(decidedAt)));
		return { month, ...delayOf(days) };
	});
}
