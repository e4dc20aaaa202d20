/**
 * A group leaves by its own notice: a second administrator confirms it, or its time passes without an objection. Afterwards a
 * calendar says what is kept until when, and a certificate what was deleted.
 */
import { createHash } from 'node:crypto';
import { addDays, addMonths, type CivilDate, civilDateOf, DAY, type Instant } from '#src/lib/clock.ts';

export const NOTICE_LASTS = 7 * DAY;

export const LEAVING_REASONS = ['resigned', 'dissolved'] as const;
export type LeavingReason = (typeof LEAVING_REASONS)[number];
export type NoticeStatus = 'given' | 'objected' | 'withdrawn' | 'effective';

export const NOTICE_STEPS = ['confirm', 'object', 'agree', 'withdraw'] as const;
/** `agree` takes an objection back. */
export type NoticeStep = (typeof NOTICE_STEPS)[number];

export interface NoticeState {
	readonly status: NoticeStatus;
	readonly givenBy: string;
	readonly objectedBy: string | null;
	/** Nobody else looked after the group when it was given. */
	readonly alone: boolean;
}

/** How long someone must have looked after a group before a notice to end it at once with the giver: a stolen session brings its own second. */
export const SETTLED_DAYS = 7;

/** Administrators of today who were so already long enough before the notice, without a break. */
export function settledBefore(
	people: readonly { readonly personId: string; readonly role: string; readonly fromOn: string }[],
	givenAt: Instant,
): Set<string> {
	const since = addDays(civilDateOf(givenAt), -SETTLED_DAYS);
	return new Set(people.filter(({ role, fromOn }) => role === 'administrator' && fromOn <= since).map(({ personId }) => personId));
}

/** Who stands before a notice: a person with a role in the group, and who looks after it today. */
export interface Standpoint {
	readonly personId: string;
	readonly administrators: ReadonlySet<string>;
	/** Those of {@link settledBefore}: they alone may confirm. */
	readonly settled: ReadonlySet<string>;
}

/** Whether someone may take a step now. Nobody confirms their own notice; its giver withdraws instead of objecting. */
export function mayStep(notice: NoticeState, step: NoticeStep, { personId, administrators, settled }: Standpoint): boolean {
	const own = notice.givenBy === personId;
	const administrator = administrators.has(personId);
	switch (step) {
		case 'confirm':
			return notice.status === 'given' && !own && administrator && settled.has(personId);
		case 'object':
			return notice.status === 'given' && !own && (administrator || notice.alone);
		case 'agree':
			return notice.status === 'objected' && notice.objectedBy === personId;
		case 'withdraw':
			// A notice whose giver has gone is everyone's: otherwise only its giver takes it back, and the others object.
			return (notice.status === 'given' || notice.status === 'objected') && administrator && (own || !administrators.has(notice.givenBy));
	}
}

/** What became of a notice whose time has passed. One whose giver no longer looks after the group stands on nothing. */
export function whenDue(notice: NoticeState & { readonly dueAt: Instant }, administrators: ReadonlySet<string>, at: Instant) {
	if (notice.status !== 'given' || notice.dueAt > at) return 'waits' as const;
	return administrators.has(notice.givenBy) ? ('takes_effect' as const) : ('falls' as const);
}

/** Who does away with it: the portal by itself, someone who says so, or nobody because the books or the law need it. */
export type Method = 'job' | 'worker' | 'kept';

interface Rule {
	readonly method: Method;
	/** Months after the end of the membership; null when there is no term yet. */
	readonly months: number | null;
	/**
	 * Where the period comes from. `proposed`: this portal's own, until the organisation sets one. `law`: a law asks for it, and
	 * the exact period is to be confirmed by the organisation.
	 */
	readonly source: 'proposed' | 'law';
}

/** What is kept after a membership ended. The only place where these periods stand. */
export const RETENTION = {
	services: { method: 'worker', months: 1, source: 'proposed' },
	backups: { method: 'worker', months: 3, source: 'proposed' },
	requests: { method: 'job', months: 12, source: 'proposed' },
	complaints: { method: 'job', months: 12, source: 'proposed' },
	profile: { method: 'job', months: 12, source: 'proposed' },
	people: { method: 'job', months: 12, source: 'proposed' },
	books: { method: 'kept', months: 84, source: 'law' },
	register: { method: 'kept', months: null, source: 'law' },
	trail: { method: 'kept', months: null, source: 'proposed' },
} as const satisfies Readonly<Record<string, Rule>>;
export type RetentionKind = keyof typeof RETENTION;
export const RETENTION_KINDS = Object.keys(RETENTION) as RetentionKind[];

export interface CalendarLine {
	readonly kind: RetentionKind;
	readonly method: Method;
	/** Day from which it is deleted, or until which it is kept; null without a term. */
	readonly dueOn: CivilDate | null;
}

/** What is kept until when for a membership that ends on a day. */
export function calendarFrom(endedOn: CivilDate): CalendarLine[] {
	return RETENTION_KINDS.map((kind) => {
		const { method, months } = RETENTION[kind];
		return { kind, method, dueOn: months === null ? null : addMonths(endedOn, months) };
	});
}

/** What a certificate says; nothing in it names a person. */
export interface CertificateContent {
	readonly number: string;
	readonly group: string;
	readonly memberNumber: number;
	readonly memberFrom: string;
	readonly memberTo: string;
	readonly issuedOn: string;
	readonly deleted: readonly { readonly kind: string; readonly count: number; readonly on: string }[];
	readonly kept: readonly { readonly kind: string; readonly until: string | null }[];
}

/** The text of a certificate and its SHA-256, which anyone can compute again. */
export function sealCertificate(content: CertificateContent): { readonly text: string; readonly checksum: string } {
	const text = JSON.stringify(content);
	return { text, checksum: createHash('sha256').update(text).digest('hex') };
}

/** `AS-2026-0001`; the count begins again each year. */
export function certificateNumber(year: string, count: number): string {
	return `AS-${year}-${String(count).padStart(4, '0')}`;
}
