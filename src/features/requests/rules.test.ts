import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	ageText,
	answerText,
	can,
	grantedText,
	isOpen,
	MEMBER_ACTIONS,
	NEXT,
	queueOf,
	type RequestAction,
	type RequestStatus,
	readCursor,
	replyOpensLinked,
	requestNumber,
	runsFromProblem,
	type Side,
	STATUSES,
	subjectOf,
	transition,
	WORKER_ACTIONS,
	writeCursor,
} from '#src/features/requests/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { lengthOf } from '#src/lib/text.ts';
import { anItem, aQuestion } from '#test/factories/requests.ts';

const ACTIONS: readonly RequestAction[] = [...WORKER_ACTIONS, ...MEMBER_ACTIONS];
const SIDES: readonly Side[] = ['worker', 'member'];

/** Where each act leads from each state; what is not written here is impossible. */
const EXPECTED: Record<Side, Partial<Record<RequestAction, Partial<Record<RequestStatus, RequestStatus>>>>> = {
	worker: {
		take: { new: 'open', open: 'open', waiting_on_member: 'waiting_on_member', in_progress: 'in_progress', on_hold: 'on_hold' },
		answer: { open: 'in_progress', waiting_on_member: 'in_progress', in_progress: 'in_progress', on_hold: 'on_hold', resolved: 'resolved' },
		ask: { open: 'waiting_on_member', in_progress: 'waiting_on_member', waiting_on_member: 'waiting_on_member' },
		hold: { open: 'on_hold', in_progress: 'on_hold' },
		resume: { open: 'in_progress', waiting_on_member: 'in_progress', on_hold: 'in_progress' },
		resolve: { open: 'resolved', waiting_on_member: 'resolved', in_progress: 'resolved', on_hold: 'resolved' },
		close: { resolved: 'closed' },
		decline: { new: 'rejected', open: 'rejected' },
	},
	member: {
		reply: { new: 'new', open: 'open', waiting_on_member: 'open', in_progress: 'in_progress', on_hold: 'on_hold', resolved: 'open' },
		cancel: { new: 'cancelled', open: 'cancelled', waiting_on_member: 'cancelled', in_progress: 'cancelled', on_hold: 'cancelled' },
	},
};

const every = SIDES.flatMap((side) => ACTIONS.flatMap((action) => STATUSES.map((status) => ({ side, action, status }))));

describe('the life of a request', () => {
	it.each(every)('$side: $action from $status leads where the table says, or nowhere', ({ side, action, status }) => {
		const to = EXPECTED[side][action]?.[status];
		const found = transition(status, action, side);
		expect(found.ok ? found.to : null).toBe(to ?? null);
		expect(can(status, action, side)).toBe(to !== undefined);
	});

	it('follows the domain model: each state has the steps of the model and no other', () => {
		expect(NEXT).toEqual({
			new: ['open', 'rejected', 'cancelled'],
			open: ['waiting_on_member', 'in_progress', 'on_hold', 'rejected', 'cancelled'],
			waiting_on_member: ['in_progress', 'open', 'resolved', 'cancelled'],
			in_progress: ['waiting_on_member', 'on_hold', 'resolved', 'cancelled'],
			on_hold: ['in_progress', 'resolved', 'cancelled'],
			resolved: ['closed', 'open'],
			closed: [],
			rejected: [],
			cancelled: [],
		});
	});

	it('takes only steps of the model, whatever is done to a request and in whatever order', () => {
		const acts = fc.array(fc.record({ side: fc.constantFrom(...SIDES), action: fc.constantFrom(...ACTIONS) }), { maxLength: 40 });
		fc.assert(
			fc.property(acts, (history) => {
				let status: RequestStatus = 'new';
				for (const { side, action } of history) {
					const next = transition(status, action, side);
					if (!next.ok) continue;
					for (const step of next.path) {
						expect(NEXT[status]).toContain(step);
						status = step;
					}
					expect(status).toBe(next.to);
				}
			}),
		);
	});

	it('leaves what has ended as it is: only a reply to a closed request goes on, in a new one', () => {
		for (const { side, action, status } of every) {
			if (status === 'closed' || status === 'rejected' || status === 'cancelled') expect(can(status, action, side)).toBe(false);
		}
		expect(STATUSES.filter(replyOpensLinked)).toEqual(['closed']);
	});

	it('can always be cancelled by the group while it is not settled', () => {
		for (const status of STATUSES) expect(can(status, 'cancel', 'member')).toBe(isOpen(status));
	});
});

describe('a request in words', () => {
	it('has a number that sorts within its year and grows past four digits', () => {
		expect([requestNumber('2026', 1), requestNumber('2026', 10_000)]).toEqual(['D-2026-0001', 'D-2026-10000']);
	});

	it('is named after the service and the first thing written about it', () => {
		const item = anItem({ form: [aQuestion({ name: 'kind', type: 'yesno' }), aQuestion({ name: 'domain', type: 'domain' }), aQuestion()] });
		expect(subjectOf(item, { kind: { value: 'yes' }, domain: { value: 'xn--t-9fab.org' } }, 'fr')).toBe('Wiki – été.org');
		expect(subjectOf(item, { domain: { unknown: true }, about: { value: 'Recettes' } }, 'fr')).toBe('Wiki – Recettes');
		expect(subjectOf(item, {}, 'fr')).toBe('Wiki');
	});

	it('stays one line of a bearable length, without cutting an emoji in two', () => {
		const item = anItem({ form: [aQuestion({ type: 'longtext' })] });
		expect(subjectOf(item, { about: { value: 'Première ligne\nsuite' } }, 'fr')).toBe('Wiki – Première ligne');
		expect(subjectOf(item, { about: { value: ' Nos recettes. \nsuite.' } }, 'fr')).toBe('Wiki – Nos recettes');
		expect(subjectOf(item, { about: { value: '...' } }, 'fr')).toBe('Wiki');
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (value) => {
				const subject = subjectOf(item, { about: { value } }, 'fr');
				expect(subject).not.toContain('\n');
				expect(lengthOf(subject)).toBeLessThanOrEqual('Wiki – '.length + 80);
			}),
		);
		expect(subjectOf(item, { about: { value: '👩‍👩‍👧'.repeat(100) } }, 'fr')).toBe(`Wiki – ${'👩‍👩‍👧'.repeat(79)}…`);
	});

	it('shows an answer as people read it', () => {
		const words = { yes: 'Oui', no: 'Non', unknownYet: 'Je ne sais pas encore' };
		const listed = aQuestion({ type: 'choice', choices: [{ value: 'public', label: { fr: 'Tout le monde', en: 'Everyone' } }] });
		expect(answerText(listed, { value: 'public' }, 'en', words)).toBe('Everyone');
		expect(answerText(aQuestion({ type: 'yesno' }), { value: 'no' }, 'fr', words)).toBe('Non');
		expect(answerText(aQuestion(), { unknown: true }, 'fr', words)).toBe('Je ne sais pas encore');
		expect(answerText(aQuestion(), undefined, 'fr', words)).toBeNull();
		expect(answerText(aQuestion({ type: 'domain' }), { value: 'xn--t-9fab.org' }, 'fr', words)).toBe('été.org (xn--t-9fab.org)');
		expect(answerText(aQuestion({ type: 'domain' }), { value: 'groupe.org' }, 'fr', words)).toBe('groupe.org');
	});

	it('says what a service grants, in the singular and in the plural', () => {
		expect(grantedText({ wikis: 1, mailboxes: 5 }, 'en')).toBe('1 wiki, 5 mailboxes');
		expect(grantedText({}, 'fr')).toBe('');
	});

	it('tells its age in the largest unit that has passed', () => {
		const hour = 3_600_000;
		expect(ageText(0, 0, 'en')).toBe('1 minute');
		expect(ageText(0, 5 * hour, 'en')).toBe('5 hours');
		expect(ageText(0, 71 * hour, 'fr').replace(/\s/g, ' ')).toBe('2 jours');
	});
});

describe('the day a service began to run', () => {
	const day = (text: string) => text as CivilDate;
	it('is neither in the future nor before the request', () => {
		expect(runsFromProblem(day('2026-03-11'), day('2026-03-01'), day('2026-03-10'))).toBe('runs_in_future');
		expect(runsFromProblem(day('2026-02-28'), day('2026-03-01'), day('2026-03-10'))).toBe('runs_before_request');
		expect(runsFromProblem(day('2026-03-10'), day('2026-03-10'), day('2026-03-10'))).toBeNull();
	});
});

describe('the address bar', () => {
	it('understands the queues it knows and shows all for anything else', () => {
		expect(['mine', 'unassigned', 'ended', 'all', 'x', null].map(queueOf)).toEqual(['mine', 'unassigned', 'ended', 'all', 'all', 'all']);
	});

	it('reads only cursors that were written by the portal', () => {
		const cursor = { at: 1_773_158_400_000, id: '019cd8a1-7d00-7abc-8def-0123456789ab' };
		expect(readCursor(writeCursor(cursor))).toEqual(cursor);
		for (const text of [null, '', '1', '1.', "1.' or 1=1 --", 'NaN.019cd8a1-7d00-7abc-8def-0123456789ab', '9'.repeat(40)])
			expect(readCursor(text)).toBeNull();
	});
});
