import { describe, expect, it } from 'vitest';
import { openForm, subscribeForm, updateForm } from '#src/features/status/schema.ts';
import { type FormValues, parseForm } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';

const opening = (over: FormValues = {}): FormValues => ({
	submissionKey: newIdempotencyKey(),
	kind: 'outage',
	severity: 'partial',
	services: ['courriel'],
	startsAt: '2026-03-10T12:00',
	expectedEndAt: '',
	'title-fr': 'Le courriel n’entre plus',
	'what-fr': 'Les messages attendent.',
	...over,
});
const errorsOf = (schema: Parameters<typeof parseForm>[0], values: FormValues) => {
	const parsed = parseForm(schema, values);
	return parsed.ok ? {} : parsed.errors;
};

describe('a new notice', () => {
	it('needs one language: a title and what happens in it', () => {
		const parsed = parseForm(openForm, opening());
		expect(parsed).toMatchObject({
			ok: true,
			data: { texts: { fr: { title: 'Le courriel n’entre plus', why: '' } }, expectedEndAt: null },
		});
		expect(errorsOf(openForm, opening({ 'title-fr': '', 'what-fr': '' }))).toEqual({ 'title-fr': 'one_language_required' });
	});

	it('in a language begun, says where something is missing', () => {
		expect(errorsOf(openForm, opening({ 'why-en': 'A disk' }))).toEqual({ 'title-en': 'required', 'what-en': 'required' });
	});

	const SPOILT = [
		[{ kind: 'incident' }, { kind: 'invalid' }],
		[{ severity: 'none' }, { severity: 'outage_unnoticed' }],
		[{ services: [] }, { services: 'service_required' }],
		[{ services: ['../etc'] }, { services: 'invalid' }],
		[{ startsAt: '' }, { startsAt: 'required' }],
		[{ startsAt: 'hier' }, { startsAt: 'invalid_time' }],
		[{ expectedEndAt: '2026-02-30T10:00' }, { expectedEndAt: 'invalid_time' }],
		[{ 'what-fr': 'x'.repeat(10_000) }, { 'what-fr': 'too_long' }],
		[{ 'title-fr': 'x'.repeat(121) }, { 'title-fr': 'too_long' }],
		[{ submissionKey: 'x' }, { submissionKey: 'invalid' }],
	] as const;
	const named = SPOILT.map(([over, errors]) => [JSON.stringify(over).slice(0, 60), over as unknown as FormValues, errors] as const);
	it.each(named)('%s is refused at its field', (_, over, errors) => {
		expect(errorsOf(openForm, opening(over))).toEqual(errors);
	});

	it('loses what can’t be seen, keeps what looks like HTML as text, and takes « all » alone', () => {
		const parsed = parseForm(
			openForm,
			opening({ services: ['all', 'wiki'], 'title-fr': 'A\u0000B\u202e <b>', 'what-fr': 'un\r\n\r\n\r\n\r\ndeux' }),
		);
		expect(parsed).toMatchObject({ ok: true, data: { services: ['all'], texts: { fr: { title: 'AB <b>', what: 'un\n\n\ndeux' } } } });
	});
});

describe('an update', () => {
	const update = (over: FormValues = {}): FormValues => ({ submissionKey: newIdempotencyKey(), version: '3', step: 'note', ...over });

	it('needs words where the step alone says nothing', () => {
		expect(errorsOf(updateForm, update())).toEqual({ 'text-fr': 'one_language_required' });
		expect(errorsOf(updateForm, update({ step: 'cancelled' }))).toEqual({ 'text-fr': 'one_language_required' });
		expect(parseForm(updateForm, update({ step: 'closed' }))).toMatchObject({ ok: true, data: { kind: 'closed', texts: {} } });
		expect(parseForm(updateForm, update({ 'text-en': 'Found.' }))).toMatchObject({
			ok: true,
			data: { texts: { en: 'Found.' }, version: 3 },
		});
	});

	it('is refused when a text is far too long, or an hour is none', () => {
		expect(errorsOf(updateForm, update({ 'text-fr': 'é'.repeat(10_000) }))).toEqual({ 'text-fr': 'too_long' });
		expect(errorsOf(updateForm, update({ step: 'closed', endedAt: 'midi' }))).toEqual({ endedAt: 'invalid_time' });
	});
});

describe('a subscription', () => {
	it.each(['a@exemple.org\r\nBcc: b@exemple.org', 'a@exemple.org, b@exemple.org', 'a@', ''])('to « %s » is refused', (email) => {
		expect(Object.keys(errorsOf(subscribeForm, { submissionKey: newIdempotencyKey(), email }))).toEqual(['email']);
	});

	it('keeps the address as typed, and knows it however it is spelt', () => {
		const parsed = parseForm(subscribeForm, { submissionKey: newIdempotencyKey(), email: ' Zoe@Exemple.ORG ' });
		expect(parsed).toMatchObject({ ok: true, data: { address: 'Zoe@Exemple.ORG', normalized: 'zoe@exemple.org' } });
	});
});
