import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DRAFT_FIELDS, draftValues, LIMITS, parseApplication, parseDraft } from '#src/features/applications/schema.ts';
import { errors as english } from '#src/i18n/en/errors.ts';
import { errors } from '#src/i18n/fr/errors.ts';
import type { FormValues } from '#src/lib/form.ts';
import { applicationValues } from '#test/factories/membership.ts';

const VERSION = '2026-11-22';
const SCALE = {
	id: 'exemple',
	bands: [
		{ id: 'individual', kind: 'individual', minimumCents: 6_000, suggestedCents: 9_600 },
		{ id: 'under_25k', kind: 'organisation', minimumCents: 12_000, suggestedCents: 18_000 },
	],
} as const;

const parse = (over: FormValues = {}) => parseApplication(applicationValues({ consentVersion: VERSION, ...over }), SCALE, VERSION);
const errorsOf = (over: FormValues) => {
	const parsed = parse(over);
	return parsed.ok ? {} : parsed.errors;
};

describe('a complete application', () => {
	it('is taken with the amount of its band, not one from the form', () => {
		const parsed = parse({ contribution: 'minimum', otherAmount: '1', yearlyCents: '1' });
		expect(parsed).toMatchObject({
			ok: true,
			data: { contribution: { choice: 'amount', yearlyCents: 12_000, bandId: 'under_25k', scaleId: 'exemple' } },
		});
	});

	it('may say « Je ne sais pas encore » to every technical question', () => {
		expect(parse({ needs: 'unknown', hasDomain: 'unknown', people: 'unknown', hosted: 'unknown' }).ok).toBe(true);
	});

	it('may say « Nous ne pouvons pas payer en ce moment » and is asked nothing more about it', () => {
		const parsed = parse({ contribution: 'unable', frequency: '', otherAmount: 'rien' });
		expect(parsed).toMatchObject({ ok: true, data: { contribution: { choice: 'unable', yearlyCents: 0 } } });
	});

	it('takes another amount as people write it in Québec', () => {
		expect(parse({ contribution: 'other', otherAmount: '1 234,50 $' })).toMatchObject({
			ok: true,
			data: { contribution: { yearlyCents: 123_450 } },
		});
	});

	it('may come from a person, whose legal name is their own', () => {
		const parsed = parse({ kind: 'individual', usualName: 'Camille Roy', legalName: '', budgetBand: 'individual' });
		expect(parsed).toMatchObject({ ok: true, data: { legalName: 'Camille Roy' } });
	});

	it('may come from a collective without a legal name', () => {
		expect(parse({ kind: 'collective', legalName: '' })).toMatchObject({ ok: true, data: { legalName: 'Cuisine collective du Plateau' } });
	});

	it('asks nothing of the contribution while no scale is in force', () => {
		const values = applicationValues({ consentVersion: VERSION, budgetBand: '', contribution: '', frequency: '' });
		expect(parseApplication(values, null, VERSION)).toMatchObject({ ok: true, data: { contribution: null } });
	});

	it('keeps emoji names, and IDN and plus addresses', () => {
		const parsed = parse({ usualName: '🌾 Les semeuses 👩🏽‍🌾', email: 'Camille+koumbit@Café.org' });
		expect(parsed).toMatchObject({
			ok: true,
			data: { usualName: '🌾 Les semeuses 👩🏽‍🌾', email: 'Camille+koumbit@Café.org', normalized: 'camille+koumbit@xn--caf-dma.org' },
		});
	});

	it('loses control characters and marks that turn text around, nothing else', () => {
		expect(parse({ usualName: 'Cui\u0000sine\u202e du\u200b coin\u0007' })).toMatchObject({
			ok: true,
			data: { usualName: 'Cuisine du coin' },
		});
	});

	it('keeps HTML as the text it is', () => {
		expect(parse({ mission: '<script>alert(1)</script> & co' })).toMatchObject({
			ok: true,
			data: { mission: '<script>alert(1)</script> & co' },
		});
	});

	it('reads a domain name in any spelling, and nothing when they said they have none', () => {
		expect(parse({ hasDomain: 'yes', domainName: 'https://Café.org/page' })).toMatchObject({
			data: { answers: { domainName: 'xn--caf-dma.org' } },
		});
		expect(parse({ hasDomain: 'no', domainName: 'x.org' })).toMatchObject({ data: { answers: { domainName: '' } } });
	});
});

describe('a form with something to correct', () => {
	it('says everything at once when it is empty, in the order of the page', () => {
		const parsed = parseApplication({}, SCALE, VERSION);
		expect(parsed.ok).toBe(false);
		if (parsed.ok) return;
		expect(Object.keys(parsed.errors)).toEqual([
			'kind',
			'usualName',
			'mission',
			'applicantName',
			'email',
			'locale',
			'needs',
			'hasDomain',
			'people',
			'hosted',
			'budgetBand',
			'contribution',
			'frequency',
			'consent',
		]);
	});

	it.each<[string, FormValues, string, string]>([
		['only spaces', { usualName: ' \u00a0\t ' }, 'usualName', 'required'],
		['only invisible characters', { usualName: '\u200b\u202e\u0001' }, 'usualName', 'required'],
		['a name that is too long', { usualName: 'é'.repeat(LIMITS.usualName + 1) }, 'usualName', 'too_long'],
		['a mission of a megabyte', { mission: 'a'.repeat(1_000_000) }, 'mission', 'too_long'],
		['an address without a domain', { email: 'camille' }, 'email', 'invalid_email'],
		['an address with a line break in it', { email: 'a@x.org\r\nBcc: b@y.org' }, 'email', 'invalid_email'],
		['an address longer than any is', { email: `${'a'.repeat(250)}@x.org` }, 'email', 'too_long'],
		['a kind that is not offered', { kind: 'company' }, 'kind', 'invalid'],
		['a language that is not offered', { locale: 'de' }, 'locale', 'invalid'],
		['a need that is not offered', { needs: ['email', 'money'] }, 'needs', 'invalid'],
		['no need at all', { needs: [] }, 'needs', 'choose_one_or_more'],
		['a non-profit without its legal name', { legalName: ' ' }, 'legalName', 'required'],
		['a domain that is none', { hasDomain: 'yes', domainName: 'pas un domaine' }, 'domainName', 'invalid_domain'],
		['a band that is not in the scale', { budgetBand: 'over_9000' }, 'budgetBand', 'invalid'],
		['a group in the band of persons', { budgetBand: 'individual' }, 'budgetBand', 'band_of_other_kind'],
		['a person in the band of groups', { kind: 'individual' }, 'budgetBand', 'band_of_other_kind'],
		['another amount left empty', { contribution: 'other', otherAmount: '' }, 'otherAmount', 'required'],
		['another amount that is none', { contribution: 'other', otherAmount: 'beaucoup' }, 'otherAmount', 'invalid_amount'],
		['a negative amount', { contribution: 'other', otherAmount: '-5' }, 'otherAmount', 'amount_too_small'],
		['an amount of nothing', { contribution: 'other', otherAmount: '0' }, 'otherAmount', 'amount_too_small'],
		['an amount read two ways', { contribution: 'other', otherAmount: '12,345' }, 'otherAmount', 'ambiguous_amount'],
		['no consent', { consent: '' }, 'consent', 'required'],
		['consent to an earlier text', { consentVersion: '2020-01-01' }, 'consent', 'consent_changed'],
	])('names the field: %s', (_, over, field, key) => {
		expect(errorsOf(over)).toEqual({ [field]: key });
	});

	it('asks for the other amount together with the rest', () => {
		expect(errorsOf({ contribution: 'other', otherAmount: '', frequency: '' })).toEqual({ otherAmount: 'required', frequency: 'required' });
	});

	it('never fails on what a program may send, keeps all of it, and says why in both languages', () => {
		const field = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }));
		const form = fc.dictionary(fc.constantFrom(...DRAFT_FIELDS, 'consent', 'consentVersion', 'x'), field);
		fc.assert(
			fc.property(form, (values) => {
				for (const parsed of [parseApplication(values, SCALE, VERSION), parseDraft(values)]) {
					if (parsed.ok) continue;
					expect(parsed.values).toBe(values);
					expect(Object.values(parsed.errors).filter((key) => !(key in errors && key in english))).toEqual([]);
				}
			}),
			{ numRuns: 60 },
		);
	});
});

describe('a draft', () => {
	it('needs nothing but an address', () => {
		expect(parseDraft({ email: ' camille@exemple.org ' })).toMatchObject({
			ok: true,
			data: { email: 'camille@exemple.org', normalized: 'camille@exemple.org' },
		});
		expect(parseDraft({ usualName: 'Café' })).toMatchObject({ ok: false, errors: { email: 'required' } });
		expect(parseDraft({ email: 'camille' })).toMatchObject({ ok: false, errors: { email: 'invalid_email' } });
	});

	it('keeps what was typed as it was typed, even where it would not be taken yet', () => {
		const typed = { email: 'a@x.org', usualName: '  Café  ', domainName: 'pas encore', needs: ['email', 'list'] };
		expect(parseDraft(typed)).toMatchObject({ ok: true, data: { values: typed } });
	});

	it('keeps only fields of the form, and never the tick of consent', () => {
		const kept = draftValues({ email: 'a@x.org', consent: 'on', website: 'spam', submissionKey: 'k', people: ['few', 'some'] });
		expect(kept).toEqual({ email: 'a@x.org', people: 'few' });
	});

	it('says what is too long to keep rather than cutting it', () => {
		expect(parseDraft({ email: 'a@x.org', mission: 'a'.repeat(LIMITS.mission + 1) })).toMatchObject({
			ok: false,
			errors: { mission: 'too_long' },
		});
		expect(parseDraft({ email: 'a@x.org', kind: 'a'.repeat(100) })).toMatchObject({ ok: false, errors: { kind: 'too_long' } });
	});
});
