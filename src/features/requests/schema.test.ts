import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '#src/adapters/settings/index.ts';
import { answersSchema, fieldOf, keyOf, resolveForm, UNKNOWN_CHOICE, unknownFieldOf } from '#src/features/requests/schema.ts';
import { EMPTY_FORM, parseForm, readForm } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { aQuestion } from '#test/factories/requests.ts';

type Over = Parameters<typeof aQuestion>[0];

/** The answer to one question, or the error of its field. */
function answer(over: Over, typed: string | undefined, unknown = false) {
	const question = aQuestion(over);
	const data = new FormData();
	if (typed !== undefined) data.append(fieldOf(question), typed);
	if (unknown) data.append(unknownFieldOf(question), 'on');
	const parsed = parseForm(answersSchema([question]), readForm(data));
	return parsed.ok ? parsed.data[question.name] : parsed.errors;
}

const error = (key: string) => ({ 'answer-about': key });

describe('a service’s form', () => {
	it('keeps what was written, and leaves out what was not', () => {
		expect(answer({}, '  Nos   recettes ')).toEqual({ value: 'Nos recettes' });
		expect(answer({ required: false }, '')).toBeUndefined();
		expect(answer({ required: false }, undefined)).toBeUndefined();
	});

	it('asks for what is required, and says when « Je ne sais pas encore » would do', () => {
		expect(answer({}, '')).toEqual(error('required'));
		expect(answer({ allowUnknown: true }, undefined)).toEqual(error('answer_or_unknown'));
		expect(answer({ type: 'yesno' }, undefined)).toEqual(error('required'));
	});

	it('takes « Je ne sais pas encore » as an answer where it is offered, and only there', () => {
		expect(answer({ allowUnknown: true }, '', true)).toEqual({ unknown: true });
		expect(answer({ allowUnknown: true, type: 'domain' }, ' ', true)).toEqual({ unknown: true });
		expect(answer({ allowUnknown: true, type: 'yesno' }, UNKNOWN_CHOICE)).toEqual({ unknown: true });
		expect(answer({}, '', true)).toEqual(error('required'));
		expect(answer({ type: 'yesno' }, UNKNOWN_CHOICE)).toEqual(error('invalid'));
	});

	it('keeps what was written even when the box was ticked before', () => {
		expect(answer({ allowUnknown: true }, 'Finalement, oui', true)).toEqual({ value: 'Finalement, oui' });
		expect(answer({ allowUnknown: true, type: 'domain' }, 'pas un domaine', true)).toEqual(error('invalid_domain'));
	});

	it('counts spaces and invisible characters as nothing', () => {
		for (const blank of ['   ', '\t\r\n', '\u00a0', '\u200b\u200e\u202e', '\u0000']) {
			expect(answer({}, blank)).toEqual(error('required'));
			expect(answer({ type: 'longtext' }, blank)).toEqual(error('required'));
		}
	});

	it('keeps HTML as the text it is', () => {
		expect(answer({}, '<script>alert(1)</script>')).toEqual({ value: '<script>alert(1)</script>' });
	});

	it('drops marks that make a text read in another order', () => {
		expect(answer({}, 'abc\u202edef')).toEqual({ value: 'abcdef' });
		expect(answer({ type: 'domain' }, '\u200fgroupe.org')).toEqual({ value: 'groupe.org' });
	});

	it('counts characters as people do', () => {
		expect(answer({ maxLength: 3 }, '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧')).toEqual({ value: '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧' });
		expect(answer({ maxLength: 3 }, 'abcd')).toEqual(error('too_long'));
		expect(answer({ type: 'longtext', maxLength: 10 }, 'a'.repeat(500_000))).toEqual(error('too_long'));
	});

	it('keeps the lines of a long text', () => {
		expect(answer({ type: 'longtext' }, 'info\r\nadmin')).toEqual({ value: 'info\nadmin' });
	});

	it('reads a domain however it is spelt', () => {
		expect(answer({ type: 'domain' }, 'https://Été.org/accueil')).toEqual({ value: 'xn--t-9fab.org' });
		for (const wrong of ['localhost', '127.0.0.1', 'a b.org', '-x.org', 'é', `${'x'.repeat(64)}.org`]) {
			expect(answer({ type: 'domain' }, wrong)).toEqual(error('invalid_domain'));
		}
	});

	it('reads an address of any kind', () => {
		for (const right of ['a+b@exemple.org', 'é@été.org']) expect(answer({ type: 'email' }, right)).toEqual({ value: right });
		for (const wrong of ['a', 'a@', '@b.org', 'a@b', 'a@b.org, c@d.org'])
			expect(answer({ type: 'email' }, wrong)).toEqual(error('invalid_email'));
	});

	it('reads the part before the @', () => {
		expect(answer({ type: 'localpart' }, 'Info.Web-2')).toEqual({ value: 'info.web-2' });
		for (const wrong of ['a@b', 'é', 'a..b', '.a', 'a-', 'a b', '👍'])
			expect(answer({ type: 'localpart' }, wrong)).toEqual(error('invalid_local_part'));
	});

	it('reads whole numbers only', () => {
		expect(answer({ type: 'number' }, ' 1 200 ')).toEqual({ value: 1_200 });
		expect(answer({ type: 'number' }, '0')).toEqual({ value: 0 });
		for (const wrong of ['-1', '1.5', '1e21', 'NaN', 'douze', '٣', '9'.repeat(12)]) {
			expect(answer({ type: 'number', maxLength: 6 }, wrong)).toEqual(error('invalid_number'));
		}
	});

	it('refuses a choice that is not offered', () => {
		const listed: Over = { type: 'choice', choices: [{ value: 'public', label: { fr: 'Tous', en: 'All' } }] };
		expect(answer(listed, 'public')).toEqual({ value: 'public' });
		for (const wrong of ['private', '__proto__', 'constructor', 'PUBLIC']) expect(answer(listed, wrong)).toEqual(error('invalid'));
	});

	it('never fails on anything a form can send, and keeps only answers to its questions', () => {
		const forms = readCatalogue().map((item) => item.form);
		fc.assert(
			fc.property(
				fc.constantFrom(...forms),
				fc.array(fc.tuple(fc.nat(12), fc.boolean(), fc.string({ unit: 'binary', maxLength: 40 })), { maxLength: 20 }),
				(form, entries) => {
					const data = new FormData();
					for (const [at, unknown, text] of entries) {
						const question = form[at];
						data.append(question ? (unknown ? unknownFieldOf(question) : fieldOf(question)) : '__proto__', text);
					}
					const parsed = parseForm(answersSchema(form), readForm(data));
					const names = form.map((question) => question.name);
					if (parsed.ok) expect(names).toEqual(expect.arrayContaining(Object.keys(parsed.data)));
					else expect(form.map(fieldOf)).toEqual(expect.arrayContaining(Object.keys(parsed.errors)));
				},
			),
		);
	});

	it('tells of every wrong field at once and keeps all that was typed', () => {
		const form = [aQuestion(), aQuestion({ name: 'domain', type: 'domain' })];
		const values = { 'answer-about': '', 'answer-domain': 'nulle part' };
		const parsed = parseForm(answersSchema(form), values);
		expect(parsed).toEqual({ ok: false, status: 422, errors: { 'answer-about': 'required', 'answer-domain': 'invalid_domain' }, values });
	});
});

describe('solving a request', () => {
	const base = { submissionKey: newIdempotencyKey(), version: '2', resolution: 'Fait.' };

	it('asks for the day only when the service runs', () => {
		const read = (over: Record<string, string>) => {
			const parsed = parseForm(resolveForm, { ...base, ...over });
			return parsed.ok ? parsed.data.runsFrom : parsed.errors;
		};
		expect(read({ running: 'yes', runsFrom: '2026-03-10' })).toBe('2026-03-10');
		expect(read({ running: 'no', runsFrom: 'rien' })).toBe('nothing_new');
		expect(read({})).toBeNull();
		expect(read({ running: 'yes', runsFrom: '' })).toEqual({ runsFrom: 'required' });
		expect(read({ running: 'yes', runsFrom: '2026-02-30' })).toEqual({ runsFrom: 'invalid_date' });
		expect(read({ running: 'peut-être' })).toEqual({ running: 'invalid' });
	});
});

describe('a form’s own key', () => {
	it('is new on a new form, kept when the form comes back, and replaced when it was spoilt', () => {
		const key = newIdempotencyKey();
		expect(keyOf(EMPTY_FORM)).not.toBe(keyOf(EMPTY_FORM));
		expect(keyOf({ errors: {}, values: { submissionKey: key }, sent: true })).toBe(key);
		expect(keyOf({ errors: { '': 'stale' }, values: { submissionKey: key }, sent: true })).toBe(key);
		expect(keyOf({ errors: {}, values: { submissionKey: 'abc' }, sent: true })).toMatch(/^[0-9a-f-]{36}$/);
	});

	it('is replaced when it served for something else', () => {
		const key = newIdempotencyKey();
		const shown = keyOf({ errors: { '': 'form_already_used' }, values: { submissionKey: key }, sent: true });
		expect(shown).toMatch(/^[0-9a-f-]{36}$/);
		expect(shown).not.toBe(key);
	});
});
