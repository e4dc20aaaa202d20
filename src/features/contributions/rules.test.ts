import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	amountAt,
	canonicalJson,
	csvRow,
	decimalOf,
	type EstimateInput,
	estimateContribution,
	explainCharge,
	explainEstimate,
	FREQUENCIES,
	isLate,
	journalEntry,
	moveOf,
	partsOf,
	periodAt,
	periodsBegun,
	planAllocations,
	recomputeCharge,
	runsOf,
	settlementOf,
	snapshotOf,
} from '#src/features/contributions/rules.ts';
import { formatDate, formatMoney } from '#src/i18n/format.ts';
import { addMonths, type CivilDate, daysBetween } from '#src/lib/clock.ts';
import { cents, parseAmount } from '#src/lib/money.ts';
import { aScale, on } from '#test/factories/contributions.ts';

const day = fc
	.date({ min: new Date('2004-01-01T12:00:00Z'), max: new Date('2099-12-31T12:00:00Z'), noInvalidDate: true })
	.map((date) => date.toISOString().slice(0, 10) as CivilDate);
const frequency = fc.constantFrom(...FREQUENCIES);
const yearly = fc.integer({ min: 100, max: 100_000_000 }).map(cents);

describe('periods', () => {
	test('follow one another without gap or overlap', () => {
		fc.assert(
			fc.property(day, frequency, fc.integer({ min: 0, max: 60 }), (startedOn, how, index) => {
				const period = periodAt(startedOn, how, index);
				expect(period.from < period.to).toBe(true);
				expect(periodAt(startedOn, how, index + 1).from).toBe(period.to);
			}),
		);
	});

	test('come back to the 31st after a shorter month', () => {
		const starts = [0, 1, 2, 3].map((index) => periodAt(on('2027-01-31'), 'monthly', index).from);
		expect(starts).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30']);
	});

	test('begin on February 29 only in the years that have one', () => {
		const starts = [0, 1, 2, 3, 4].map((index) => periodAt(on('2028-02-29'), 'yearly', index).from);
		expect(starts).toEqual(['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']);
	});

	test('are all those begun by a day, that day included', () => {
		fc.assert(
			fc.property(day, frequency, fc.integer({ min: 0, max: 2_000 }), (startedOn, how, days) => {
				const today = new Date(Date.parse(`${startedOn}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10) as CivilDate;
				const periods = periodsBegun(startedOn, how, 0, today);
				expect(periods[0]?.from).toBe(startedOn);
				const last = periods.at(-1);
				expect(last && last.from <= today && last.to > today).toBe(true);
			}),
		);
		expect(periodsBegun(on('2026-03-10'), 'monthly', 0, on('2026-03-09'))).toEqual([]);
	});
});

describe('the parts of a year', () => {
	test('sum to the year’s amount to the cent, and differ by a cent at most', () => {
		fc.assert(
			fc.property(yearly, frequency, fc.integer({ min: 0, max: 5 }), (amount, how, year) => {
				const parts = Array.from({ length: partsOf(how) }, (_, at) => amountAt(amount, how, year * partsOf(how) + at));
				expect(parts.reduce((all, part) => all + part, 0)).toBe(amount);
				expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
				expect(Math.min(...parts)).toBeGreaterThan(0);
			}),
		);
	});

	test('take the odd cents first', () => {
		expect([0, 1, 2, 3].map((index) => amountAt(cents(10_003), 'quarterly', index))).toEqual([2_501, 2_501, 2_501, 2_500]);
	});
});

describe('why an amount', () => {
	const [band] = aScale().bands;
	const snapshot = (yearlyCents: number, how: (typeof FREQUENCIES)[number], index: number, startedOn = on('2026-03-10')) => {
		if (!band) throw new Error('a scale without a band');
		return snapshotOf({
			scale: { id: 'scale-2026', resolution: null, example: true },
			band,
			yearlyCents,
			frequency: how,
			period: periodAt(startedOn, how, index),
		});
	};

	test('is kept so that the amount can be recomputed to the cent', () => {
		fc.assert(
			fc.property(yearly, frequency, fc.integer({ min: 0, max: 40 }), day, (amount, how, index, startedOn) => {
				const kept = JSON.parse(JSON.stringify(snapshot(amount, how, index, startedOn)));
				expect(recomputeCharge(kept)).toBe(amountAt(amount, how, index));
				expect(kept.periodDays).toBe(daysBetween(kept.periodFrom, kept.periodTo));
			}),
		);
	});

	test('is told with sums that add up, in both languages', () => {
		fc.assert(
			fc.property(yearly, frequency, fc.integer({ min: 0, max: 24 }), fc.constantFrom('fr', 'en'), (amount, how, index, locale) => {
				const text = explainCharge(snapshot(amount, how, index), locale).join('\n');
				expect(text).toContain(formatMoney(amount, locale));
				expect(text).toContain(formatMoney(amountAt(amount, how, index), locale));
			}),
		);
		expect(explainCharge(snapshot(10_000, 'monthly', 4), 'fr')).toEqual([
			'Contribution choisie\u00a0: 100,00\u00a0$ par année.',
			'Tranche du barème\u00a0: Petit groupe. Contribution suggérée\u00a0: 180,00\u00a0$ par année; minimum\u00a0: 120,00\u00a0$.',
			'L’année se partage en 12 parts\u00a0: 4 de 8,34\u00a0$, puis 8 de 8,33\u00a0$, pour un total de 100,00\u00a0$ au cent près.',
			'Voici la part 5 sur 12\u00a0: 8,33\u00a0$.',
			`Elle couvre 31 jours, du ${formatDate('2026-07-10', 'fr')} au ${formatDate('2026-08-09', 'fr')} inclusivement.`,
			'Barème\u00a0: scale-2026, un exemple que l’organisation n’a pas encore confirmé.',
		]);
		expect(explainCharge(snapshot(24_000, 'quarterly', 0), 'en')).toContain('The year is divided into 4 parts of $60.00.');
	});

	test('speaks of no parts when the year is paid at once', () => {
		expect(explainCharge(snapshot(24_000, 'yearly', 0), 'en').join(' ')).not.toContain('part');
	});
});

describe('payments pay charges', () => {
	const money = fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 12 });

	test('oldest first, never more than either side has, until one side has nothing left', () => {
		fc.assert(
			fc.property(money, money, (paid, asked) => {
				const payments = paid.map((leftCents, at) => ({ id: `p${at}`, leftCents }));
				const charges = asked.map((leftCents, at) => ({ id: `c${at}`, leftCents }));
				const plan = planAllocations(payments, charges);
				const of = (key: 'paymentId' | 'chargeId', id: string) =>
					plan.filter((one) => one[key] === id).reduce((all, one) => all + one.amountCents, 0);
				for (const payment of payments) expect(of('paymentId', payment.id)).toBeLessThanOrEqual(payment.leftCents);
				for (const charge of charges) expect(of('chargeId', charge.id)).toBeLessThanOrEqual(charge.leftCents);
				const sum = (list: number[]) => list.reduce((all, one) => all + one, 0);
				expect(sum(plan.map((one) => one.amountCents))).toBe(Math.min(sum(paid), sum(asked)));
				// Everything before the last charge touched is fully paid.
				const touched = charges.findLastIndex((charge) => of('chargeId', charge.id) > 0);
				for (const charge of charges.slice(0, Math.max(0, touched))) expect(of('chargeId', charge.id)).toBe(charge.leftCents);
			}),
		);
	});

	test('settlement says what is left', () => {
		expect(settlementOf({ amountCents: 100, paidCents: 0, reversed: false })).toBe('open');
		expect(settlementOf({ amountCents: 100, paidCents: 99, reversed: false })).toBe('partly_paid');
		expect(settlementOf({ amountCents: 100, paidCents: 100, reversed: false })).toBe('paid');
		expect(settlementOf({ amountCents: 100, paidCents: 0, reversed: true })).toBe('reversed');
	});

	test('a charge is late the day after it was due, and never once paid or undone', () => {
		const charge = { amountCents: 100, paidCents: 50, reversed: false, dueOn: '2026-04-09' };
		expect(isLate(charge, on('2026-04-09'))).toBe(false);
		expect(isLate(charge, on('2026-04-10'))).toBe(true);
		expect(isLate({ ...charge, paidCents: 100 }, on('2026-04-10'))).toBe(false);
		expect(isLate({ ...charge, reversed: true }, on('2026-04-10'))).toBe(false);
	});
});

describe('the books', () => {
	test('a reversal moves the amount back between the same accounts', () => {
		for (const kind of ['charge', 'payment', 'allocation'] as const) {
			const there = moveOf(kind);
			expect(moveOf(`reversal_${kind}`)).toEqual({ debit: there.credit, credit: there.debit });
		}
	});

	test('a cell that looks like a formula is written as text', () => {
		expect(csvRow(['=HYPERLINK("x")', '+1', '-1', '@a', 'Café, «\u00a0ici\u00a0»', -5, null])).toBe(
			`"'=HYPERLINK(""x"")",'+1,'-1,'@a,"Café, «\u00a0ici\u00a0»",-5,\r\n`,
		);
	});

	test('decimals are exact', () => {
		fc.assert(
			fc.property(fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }), (amount) => {
				const [whole = '', part = ''] = decimalOf(amount).replace('-', '').split('.');
				expect(Number(whole) * 100 + Number(part)).toBe(Math.abs(amount));
				expect(part).toHaveLength(2);
			}),
		);
	});

	test('a journal entry balances', () => {
		const text = journalEntry({
			seq: 3,
			onDate: '2026-03-10',
			debitAccount: 'bank',
			creditAccount: 'member_credit',
			amountCents: 12_050,
			sourceKind: 'payment',
			sourceId: 'p',
			groupSlug: 'cafe',
			hash: 'h',
		});
		expect(text).toContain('    assets:bank  120.50 CAD\n    liabilities:member credit  -120.50 CAD\n');
	});

	test('settings are the same whatever the order of their keys', () => {
		expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe(canonicalJson({ a: true, b: [1, { c: 'x', d: null }] }));
	});
});

describe('an estimate', () => {
	const band = fc.tuple(yearly, yearly).map(([a, b]) => ({
		id: 'small',
		label: { fr: 'Petit groupe', en: 'Small group' },
		minimumCents: Math.min(a, b),
		suggestedCents: Math.max(a, b),
	}));
	const services = fc
		.array(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 8 })
		.map((amounts) =>
			amounts.map((yearlyCents, at) => ({ slug: `service-${at}`, title: { fr: `Service ${at}`, en: `Service ${at}` }, yearlyCents })),
		);
	const scale = { id: 'scale-2026', resolution: null, example: true };
	const input: fc.Arbitrary<EstimateInput> = fc.record({ scale: fc.constant(scale), band, services, frequency, startsOn: day });
	const money = { fr: /\d[\d\s]*,\d\d\s\$/gu, en: /\$[\d,]*\.\d\d/gu };
	const amountsIn = (text: string, locale: 'fr' | 'en') => (text.match(money[locale]) ?? []).map((amount) => parseAmount(amount));

	test('asks in its parts for the year, its services and nothing more, to the cent', () => {
		fc.assert(
			fc.property(input, (given) => {
				const estimate = estimateContribution(given);
				const sum = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0);
				const added = sum(given.services.map((service) => service.yearlyCents));
				expect(sum(estimate.parts.map((part) => part.minimumCents))).toBe(given.band.minimumCents + added);
				expect(sum(estimate.parts.map((part) => part.suggestedCents))).toBe(given.band.suggestedCents + added);
				expect(estimate.parts).toHaveLength(partsOf(given.frequency));
				expect(sum(estimate.parts.map((part) => part.days))).toBe(daysBetween(given.startsOn, addMonths(given.startsOn, 12)));
			}),
		);
	});

	test('says of a first part what the charge for it will be', () => {
		fc.assert(
			fc.property(input, ({ services: _, ...given }) => {
				const estimate = estimateContribution({ ...given, services: [] });
				const charged = snapshotOf({
					scale,
					band: given.band,
					yearlyCents: given.band.suggestedCents,
					frequency: given.frequency,
					period: periodAt(given.startsOn, given.frequency, 0),
				});
				expect(estimate.parts[0]?.suggestedCents).toBe(recomputeCharge(charged));
				expect(estimate.parts[0]?.days).toBe(charged.periodDays);
			}),
		);
	});

	test.each(['fr', 'en'] as const)('explains itself in %s with figures that lead to the same amounts', (locale) => {
		fc.assert(
			fc.property(input, (given) => {
				const estimate = estimateContribution(given);
				const reasons = new Map(explainEstimate(estimate, locale).map((reason) => [reason.key, reason.sentences]));
				const [minimum = 0, suggested = 0] = amountsIn(reasons.get('band')?.join(' ') ?? '', locale);
				const said = reasons.get('services') ?? [];
				const each = said.slice(0, -1).flatMap((sentence) => amountsIn(sentence, locale));
				const [added = 0, yearlyMinimum, yearlySuggested] = amountsIn(said.at(-1) ?? '', locale);
				expect(each.reduce<number>((all, one) => all + (one ?? 0), 0)).toBe(added);
				expect((minimum ?? 0) + (added ?? 0)).toBe(yearlyMinimum);
				expect((suggested ?? 0) + (added ?? 0)).toBe(yearlySuggested);
				expect([yearlyMinimum, yearlySuggested]).toEqual([estimate.minimumCents, estimate.suggestedCents]);
				if (given.frequency === 'yearly') return;
				const [, atLeast = '', asSuggested = ''] = reasons.get('parts') ?? [];
				for (const [sentence, total] of [
					[atLeast, yearlyMinimum],
					[asSuggested, yearlySuggested],
				] as const) {
					const counts = [...sentence.matchAll(/(\d+) (?:fois|times) /g)].map((match) => Number(match[1]));
					const parts = amountsIn(sentence, locale);
					expect(parts).toHaveLength(counts.length + 1);
					expect(counts.reduce((all, count, at) => all + count * (parts[at] ?? 0), 0)).toBe(total);
					expect(parts.at(-1)).toBe(total);
				}
				const days = (reasons.get('days') ?? [])[1]?.match(/(\d+) (?:jours|days)/u);
				expect(Number(days?.[1])).toBe(daysBetween(given.startsOn, addMonths(given.startsOn, 12)));
			}),
		);
	});

	test('names the resolution that adopted its scale, and an example for what it is', () => {
		const given = {
			band: { id: 'b', label: { fr: 'B', en: 'B' }, minimumCents: 100, suggestedCents: 200 },
			services: [],
			frequency: 'yearly',
		} as const;
		const sentenceOf = (resolution: string | null) =>
			explainEstimate(estimateContribution({ ...given, scale: { ...scale, resolution }, startsOn: on('2026-12-01') }), 'en').find(
				(reason) => reason.key === 'resolution',
			)?.sentences[0];
		expect(sentenceOf('AGA-2027-03')).toContain('AGA-2027-03');
		expect(sentenceOf(null)).toContain('an example');
	});

	test('counts equal amounts in a row', () => {
		expect(runsOf([3, 3, 2].map(cents))).toEqual([
			{ count: 2, amountCents: 3 },
			{ count: 1, amountCents: 2 },
		]);
		expect(runsOf([])).toEqual([]);
	});
});
