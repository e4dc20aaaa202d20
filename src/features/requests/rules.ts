/**
 * A request's life: which state follows which, whose turn it is, what its answers say.
 * The states and their order are the domain model's: new → open → (waiting_on_member ⇄ in_progress ⇄ on_hold) → resolved → closed.
 */
import { formatNumber } from '#src/i18n/format.ts';
import { type Messages, messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import { type CivilDate, DAY, HOUR, type Instant, MINUTE } from '#src/lib/clock.ts';
import { readableDomain } from '#src/lib/email-address.ts';
import { lengthOf } from '#src/lib/text.ts';

export const STATUSES = [
	'new',
	'open',
	'waiting_on_member',
	'in_progress',
	'on_hold',
	'resolved',
	'closed',
	'rejected',
	'cancelled',
] as const;
export type RequestStatus = (typeof STATUSES)[number];

export const URGENCIES = ['nothing_works', 'something_broken', 'when_you_can'] as const;
export type Urgency = (typeof URGENCIES)[number];

export const WORKER_ACTIONS = ['take', 'answer', 'ask', 'hold', 'resume', 'resolve', 'close', 'decline'] as const;
export const MEMBER_ACTIONS = ['reply', 'cancel'] as const;
export type WorkerAction = (typeof WORKER_ACTIONS)[number];
export type MemberAction = (typeof MEMBER_ACTIONS)[number];
export type RequestAction = WorkerAction | MemberAction;
export type Side = 'member' | 'worker';

/** Not settled yet: these can be cancelled. */
export const OPEN_STATUSES = ['new', 'open', 'waiting_on_member', 'in_progress', 'on_hold'] as const satisfies readonly RequestStatus[];
/** What nobody has taken or an answer just came to: the next step is a worker's. */
export const WORKERS_TURN = ['new', 'open'] as const satisfies readonly RequestStatus[];
export const ENDED_STATUSES = ['closed', 'rejected', 'cancelled'] as const satisfies readonly RequestStatus[];

/** Every single step there is; anything else is impossible. */
export const NEXT: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
	new: ['open', 'rejected', 'cancelled'],
	open: ['waiting_on_member', 'in_progress', 'on_hold', 'rejected', 'cancelled'],
	waiting_on_member: ['in_progress', 'open', 'resolved', 'cancelled'],
	in_progress: ['waiting_on_member', 'on_hold', 'resolved', 'cancelled'],
	on_hold: ['in_progress', 'resolved', 'cancelled'],
	resolved: ['closed', 'open'],
	closed: [],
	rejected: [],
	cancelled: [],
};

const STAYS: readonly RequestStatus[] = [];
const CANCELS: readonly RequestStatus[] = ['cancelled'];

type Paths = Readonly<Partial<Record<RequestStatus, readonly RequestStatus[]>>>;

/** The steps an act takes from each state it is possible in, one by one; none when it leaves the state as it is. */
const PATHS: { readonly worker: Readonly<Record<WorkerAction, Paths>>; readonly member: Readonly<Record<MemberAction, Paths>> } = {
	worker: {
		take: { new: ['open'], open: STAYS, waiting_on_member: STAYS, in_progress: STAYS, on_hold: STAYS },
		answer: { open: ['in_progress'], waiting_on_member: ['in_progress'], in_progress: STAYS, on_hold: STAYS, resolved: STAYS },
		ask: { open: ['waiting_on_member'], in_progress: ['waiting_on_member'], waiting_on_member: STAYS },
		hold: { open: ['on_hold'], in_progress: ['on_hold'] },
		resume: { open: ['in_progress'], waiting_on_member: ['in_progress'], on_hold: ['in_progress'] },
		resolve: { open: ['in_progress', 'resolved'], waiting_on_member: ['resolved'], in_progress: ['resolved'], on_hold: ['resolved'] },
		close: { resolved: ['closed'] },
		decline: { new: ['rejected'], open: ['rejected'] },
	},
	member: {
		reply: { new: STAYS, open: STAYS, waiting_on_member: ['open'], in_progress: STAYS, on_hold: STAYS, resolved: ['open'] },
		cancel: { new: CANCELS, open: CANCELS, waiting_on_member: CANCELS, in_progress: CANCELS, on_hold: CANCELS },
	},
};

export type Transition =
	| { readonly ok: true; readonly to: RequestStatus; readonly path: readonly RequestStatus[] }
	| { readonly ok: false; readonly reason: 'impossible_transition' };

/** Where an act leads from a state, and through which steps. */
export function transition(status: RequestStatus, action: RequestAction, side: Side): Transition {
	const table: Readonly<Partial<Record<RequestAction, Paths>>> = PATHS[side];
	const path = table[action]?.[status];
	return path ? { ok: true, to: path.at(-1) ?? status, path } : { ok: false, reason: 'impossible_transition' };
}

export function can(status: RequestStatus, action: RequestAction, side: Side): boolean {
	return transition(status, action, side).ok;
}

/** What is said about a closed request opens a new one that names it. */
export function replyOpensLinked(status: RequestStatus): boolean {
	return status === 'closed';
}

export function isOpen(status: RequestStatus): boolean {
	return OPEN_STATUSES.some((one) => one === status);
}

/** How a state is shown; the word beside it says the same. */
export function requestTone(status: RequestStatus): 'waiting' | 'progress' | 'done' | 'late' | 'neutral' {
	switch (status) {
		case 'waiting_on_member':
			return 'waiting';
		case 'open':
		case 'in_progress':
			return 'progress';
		case 'resolved':
			return 'done';
		case 'new':
		case 'on_hold':
		case 'closed':
		case 'rejected':
		case 'cancelled':
			return 'neutral';
	}
}

/** `D-2026-0001`; the count begins again each year. */
export function requestNumber(year: string, count: number): string {
	return `D-${year}-${String(count).padStart(4, '0')}`;
}

type Both = { readonly fr: string; readonly en: string };

/** What the rules need to know of a question of a service's form. */
export interface Asked {
	readonly name: string;
	readonly type: 'text' | 'longtext' | 'domain' | 'email' | 'localpart' | 'choice' | 'yesno' | 'number';
	readonly choices?: readonly { readonly value: string; readonly label: Both }[] | undefined;
}

/** What a service may grant, and how much of it. */
export type ResourceKey = keyof Messages['requests']['resources'];
export type Grants = Readonly<Partial<Record<ResourceKey, number>>>;

/** What the rules need to know of a service. */
export interface Offered {
	readonly title: Both;
	readonly form: readonly Asked[];
	readonly grants: Grants;
	/** False for what runs nothing that the yearly contribution sustains. */
	readonly startsContribution: boolean;
}

/** An answer to one question of a service's form; « Je ne sais pas encore » is an answer. */
export type Answer = { readonly value: string | number } | { readonly unknown: true };
export type Answers = Readonly<Record<string, Answer>>;

/** True for questions whose « Je ne sais pas encore » is one more choice in the list, and not a box under the field. */
export function isListed(question: Asked): boolean {
	return question.type === 'choice' || question.type === 'yesno';
}

export interface AnswerWords {
	readonly yes: string;
	readonly no: string;
	readonly unknownYet: string;
}

/** An answer as people read it; null when the question was left empty. A domain of other letters shows both of its forms. */
export function answerText(question: Asked, answer: Answer | undefined, locale: Locale, words: AnswerWords): string | null {
	if (!answer) return null;
	if ('unknown' in answer) return words.unknownYet;
	const text = String(answer.value);
	switch (question.type) {
		case 'yesno':
			return text === 'yes' ? words.yes : words.no;
		case 'choice':
			return question.choices?.find((choice) => choice.value === text)?.label[locale] ?? text;
		case 'domain': {
			const unicode = readableDomain(text);
			return unicode === text ? text : `${unicode} (${text})`;
		}
		case 'text':
		case 'longtext':
		case 'email':
		case 'localpart':
		case 'number':
			return text;
	}
}

const LONGEST_SUBJECT = 80;

/** What a request is about, in one line: the service, and the first thing written about it, without its full stop. */
export function subjectOf(item: Pick<Offered, 'form' | 'title'>, answers: Answers, locale: Locale): string {
	const told = item.form.find(
		(question) =>
			question.type !== 'number' &&
			!isListed(question) &&
			answers[question.name] !== undefined &&
			'value' in (answers[question.name] ?? {}),
	);
	const answer = told && answers[told.name];
	const value = answer && 'value' in answer ? String(answer.value) : '';
	const [first = ''] = (told?.type === 'domain' ? readableDomain(value) : value).split('\n');
	const line = first.replace(/[.\s]+$/, '').trimStart();
	if (line === '') return item.title[locale];
	if (lengthOf(line) <= LONGEST_SUBJECT) return `${item.title[locale]} – ${line}`;
	const cut = [...new Intl.Segmenter(locale).segment(line)].slice(0, LONGEST_SUBJECT - 1).map(({ segment }) => segment);
	return `${item.title[locale]} – ${cut.join('').trimEnd()}…`;
}

/** True when solving such a request sets something running for the group. Help and advice run nothing. */
export function setsRunning(item: Pick<Offered, 'grants' | 'startsContribution'>): boolean {
	return item.startsContribution || Object.keys(item.grants).length > 0;
}

/** What a service grants, in words: « 5 boîtes de courriel, 5 000 Mo d’espace ». Empty when it grants nothing. */
export function grantedText(grants: Grants, locale: Locale): string {
	const words = messages(locale).requests.resources;
	const parts = Object.entries(grants) as [ResourceKey, number][];
	return parts.map(([key, quantity]) => words[key](quantity, formatNumber(quantity, locale))).join(', ');
}

/** Why a service can't be said to run from that day; null when it can. It runs neither before it was asked for nor in days to come. */
export function runsFromProblem(on: CivilDate, askedOn: CivilDate, today: CivilDate): 'runs_in_future' | 'runs_before_request' | null {
	if (on > today) return 'runs_in_future';
	return on < askedOn ? 'runs_before_request' : null;
}

const AGE_UNITS = [
	['day', DAY],
	['hour', HOUR],
	['minute', MINUTE],
] as const;

/** How long ago, in the largest unit that has passed: « 3 jours », "5 hours"; at least a minute. */
export function ageText(since: Instant, now: Instant, locale: Locale): string {
	const age = Math.max(now - since, MINUTE);
	const [unit, length] = AGE_UNITS.find(([, size]) => age >= size) ?? ['minute', MINUTE];
	return new Intl.NumberFormat(`${locale}-CA`, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(age / length));
}

/** Keys of a queue in the address bar, the same in both languages. */
export const QUEUES = ['all', 'mine', 'unassigned', 'ended'] as const;
export type Queue = (typeof QUEUES)[number];

export function queueOf(text: string | null): Queue {
	return QUEUES.find((queue) => queue === text) ?? 'all';
}

/** Where a page of a list begins: after this row. */
export interface Cursor {
	readonly at: Instant;
	readonly id: string;
}

export function writeCursor(cursor: Cursor): string {
	return `${cursor.at}.${cursor.id}`;
}

/** Null for anything that {@link writeCursor} has not written: the list then begins at its beginning. */
export function readCursor(text: string | null): Cursor | null {
	const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(text ?? '');
	return match ? { at: Number(match[1]), id: match[2] ?? '' } : null;
}
