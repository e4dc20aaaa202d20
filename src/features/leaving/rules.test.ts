import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	calendarFrom,
	certificateNumber,
	mayStep,
	NOTICE_STEPS,
	type NoticeState,
	RETENTION,
	RETENTION_KINDS,
	sealCertificate,
	settledBefore,
	whenDue,
} from '#src/features/leaving/rules.ts';
import { messages } from '#src/i18n/messages.ts';
import type { CivilDate } from '#src/lib/clock.ts';

const given = { status: 'given', givenBy: 'amina', objectedBy: null, alone: false } as const satisfies NoticeState;
const who = (personId: string, ...administrators: string[]) => ({
	personId,
	administrators: new Set(administrators),
	settled: new Set(administrators),
});
const steps = (notice: NoticeState, as: ReturnType<typeof who>) => NOTICE_STEPS.filter((step) => mayStep(notice, step, as));

describe('a notice of leaving', () => {
	it('is confirmed or objected to by another administrator, and taken back by its giver alone', () => {
		expect(steps(given, who('amina', 'amina', 'noe'))).toEqual(['withdraw']);
		expect(steps(given, who('noe', 'amina', 'noe'))).toEqual(['confirm', 'object']);
		expect(steps(given, who('tresorerie', 'amina', 'noe'))).toEqual([]);
	});

	it('is not confirmed by whoever came to look after the group less than seven days before it, or since', () => {
		const people = (fromOn: string) => [{ personId: 'noe', role: 'administrator', fromOn }];
		const givenAt = Date.UTC(2026, 10, 23, 17);
		const asOf = (fromOn: string) => steps(given, { ...who('noe', 'amina', 'noe'), settled: settledBefore(people(fromOn), givenAt) });
		expect(asOf('2026-11-16')).toEqual(['confirm', 'object']);
		for (const fromOn of ['2026-11-17', '2026-11-23', '2026-11-24']) expect(asOf(fromOn)).toEqual(['object']);
		expect(settledBefore([{ personId: 'noe', role: 'member', fromOn: '2020-01-01' }], givenAt).size).toBe(0);
	});

	it('of an only administrator is objected to by anyone with a role, and confirmed by nobody of them', () => {
		expect(steps({ ...given, alone: true }, who('membre', 'amina'))).toEqual(['object']);
	});

	it('that someone objects to goes on only when that person agrees', () => {
		const objected = { ...given, status: 'objected', objectedBy: 'noe' } as const;
		expect(steps(objected, who('noe', 'amina', 'noe'))).toEqual(['agree']);
		expect(steps(objected, who('amina', 'amina', 'noe'))).toEqual(['withdraw']);
		expect(steps(objected, who('zoe', 'amina', 'noe', 'zoe'))).toEqual([]);
	});

	it('whose giver has gone is taken back by any administrator, and falls when its time comes', () => {
		expect(steps(given, who('noe', 'noe'))).toEqual(['confirm', 'object', 'withdraw']);
		expect(whenDue({ ...given, dueAt: 5 }, new Set(['noe']), 5)).toBe('falls');
		expect(whenDue({ ...given, dueAt: 5 }, new Set(['amina']), 5)).toBe('takes_effect');
		expect(whenDue({ ...given, dueAt: 5 }, new Set(['amina']), 4)).toBe('waits');
		expect(whenDue({ ...given, status: 'objected', dueAt: 5 }, new Set(['amina']), 9)).toBe('waits');
	});

	it('once over takes no step from anyone', () => {
		const status = fc.constantFrom('withdrawn' as const, 'effective' as const);
		const person = fc.constantFrom('amina', 'noe', 'zoe');
		fc.assert(
			fc.property(status, person, fc.array(person), fc.boolean(), (over, personId, administrators, alone) => {
				expect(steps({ status: over, givenBy: 'amina', objectedBy: 'noe', alone }, who(personId, ...administrators))).toEqual([]);
			}),
		);
	});

	it('is never confirmed by whoever gave it, nor by someone who does not look after the group', () => {
		const person = fc.constantFrom('amina', 'noe', 'zoe');
		const state = fc.constantFrom('given' as const, 'objected' as const, 'withdrawn' as const, 'effective' as const);
		fc.assert(
			fc.property(state, person, person, fc.array(person), fc.boolean(), (status, givenBy, personId, administrators, alone) => {
				const may = mayStep({ status, givenBy, objectedBy: null, alone }, 'confirm', who(personId, ...administrators));
				if (may) expect(personId !== givenBy && administrators.includes(personId) && status === 'given').toBe(true);
			}),
		);
	});
});

describe('the calendar of what is kept', () => {
	it('has a day for all that is deleted, and words in both languages for each line and each source', () => {
		const lines = calendarFrom('2026-11-30' as CivilDate);
		expect(lines.map(({ kind }) => kind)).toEqual(RETENTION_KINDS);
		for (const { kind, method, dueOn } of lines) {
			if (method !== 'kept') expect(dueOn !== null && dueOn > '2026-11-30', kind).toBe(true);
			for (const locale of ['fr', 'en'] as const) {
				expect(messages(locale).leaving.retention[kind]).not.toBe('');
				expect(messages(locale).leaving.sources[RETENTION[kind].source]).toMatch(/organisation/);
			}
		}
		expect(lines.find(({ kind }) => kind === 'backups')?.dueOn).toBe('2027-02-28');
	});
});

describe('a certificate', () => {
	it('is sealed by the SHA-256 of its own text', () => {
		const content = {
			number: certificateNumber('2026', 3),
			group: 'Café',
			memberNumber: 7,
			memberFrom: '2020-01-01',
			memberTo: '2026-11-22',
			issuedOn: '2028-01-01',
			deleted: [{ kind: 'requests', count: 4, on: '2027-11-22' }],
			kept: [{ kind: 'register', until: null }],
		};
		const { text, checksum } = sealCertificate(content);
		expect(JSON.parse(text)).toEqual(content);
		expect(checksum).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
		expect(content.number).toBe('AS-2026-0003');
	});
});
