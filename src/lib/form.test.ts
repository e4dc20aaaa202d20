import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
	choice,
	choices,
	domainName,
	EMPTY_FORM,
	emailAddress,
	line,
	paragraph,
	parseForm,
	readForm,
	redirectTo,
	refuse,
	submissionKey,
	ticked,
	valueOf,
	valuesOf,
	version,
} from '#src/lib/form.ts';

const form = (...fields: [string, string | Blob][]) => {
	const data = new FormData();
	for (const [name, value] of fields) data.append(name, value);
	return data;
};

/** The error key of one value, or null when it is accepted. */
const errorOf = (schema: z.ZodType, value: unknown): string | null => {
	const parsed = parseForm(z.object({ field: schema }), value === undefined ? {} : { field: value as string });
	return parsed.ok ? null : (parsed.errors.field ?? 'an error without a field');
};
const dataOf = (schema: z.ZodType, value: unknown): unknown => {
	const parsed = parseForm(z.object({ field: schema }), value === undefined ? {} : { field: value as string });
	return parsed.ok ? parsed.data.field : undefined;
};

describe('what a form sent', () => {
	it('is one value a name, and a list for a repeated one', () => {
		const values = readForm(form(['name', 'Ève'], ['need', 'mail'], ['need', 'list'], ['need', 'wiki'], ['empty', '']));
		expect({ ...values }).toEqual({ name: 'Ève', need: ['mail', 'list', 'wiki'], empty: '' });
		expect(valueOf(values, 'need')).toBe('mail');
		expect(valueOf(values, 'absent')).toBe('');
		expect(valuesOf(values, 'need')).toEqual(['mail', 'list', 'wiki']);
		expect(valuesOf(values, 'name')).toEqual(['Ève']);
		expect(valuesOf(values, 'absent')).toEqual([]);
	});

	it('changes nothing of what objects inherit, however a field is called', () => {
		const values = readForm(form(['__proto__', 'x'], ['constructor', 'y'], ['toString', 'z'], ['hasOwnProperty', 'h']));
		expect(Object.getPrototypeOf(values)).toBeNull();
		expect(({} as Record<string, unknown>).x).toBeUndefined();
		expect(Object.keys(values).sort()).toEqual(['constructor', 'hasOwnProperty', 'toString']);
		expect(valueOf(readForm(form()), 'constructor')).toBe('');
		expect(parseForm(z.object({ constructor: line(10) }), values)).toMatchObject({ ok: true, data: { constructor: 'y' } });
	});

	it('stops being read after four hundred fields, without taking long', () => {
		const data = new FormData();
		for (let at = 0; at < 10_000; at += 1) data.append(at % 2 ? 'same' : `field${at}`, 'x');
		const started = performance.now();
		const values = readForm(data);
		expect(performance.now() - started).toBeLessThan(200);
		expect(valuesOf(values, 'same')).toHaveLength(200);
		expect(Object.keys(values)).toHaveLength(201);
	});

	it('counts an uploaded file as an empty answer', () => {
		const values = readForm(form(['name', new File(['secret'], 'x.exe')], ['other', 'kept']));
		expect({ ...values }).toEqual({ name: '', other: 'kept' });
		expect(errorOf(line(10), values.name)).toBe('required');
	});
});

describe('a refused form', () => {
	it('names each field once, keeps all that was typed, and answers 422', () => {
		const values = { name: '', body: 'x'.repeat(50), other: 'kept' };
		const parsed = parseForm(z.object({ name: line(10), body: paragraph(10) }), values);
		expect(parsed).toEqual({ ok: false, status: 422, errors: { name: 'required', body: 'too_long' }, values });
	});

	it('keeps the first error of a field', () => {
		const twice = z.object({ field: z.string().min(5, 'too_short').regex(/x/, 'invalid') });
		expect(parseForm(twice, { field: 'a' })).toMatchObject({ errors: { field: 'too_short' } });
	});

	it('is told apart from a success and from a page nobody sent', () => {
		expect(redirectTo('/espace/')).toEqual({ ok: true, to: '/espace/' });
		expect(refuse(409, { '': 'stale' })).toEqual({ ok: false, status: 409, errors: { '': 'stale' }, values: {} });
		expect(EMPTY_FORM).toEqual({ errors: {}, values: {}, sent: false });
	});
});

describe('a field', () => {
	it('of one line is cleaned, bounded in what people see, and required unless said', () => {
		expect(dataOf(line(10), '  Ève\u202e \n Côté ')).toBe('Ève Côté');
		expect(errorOf(line(3), '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦')).toBeNull();
		expect(errorOf(line(3), 'abcd')).toBe('too_long');
		expect(errorOf(line(3), 'e\u0301'.repeat(2_000_000))).toBe('too_long');
		expect(errorOf(line(3), `a${'\u0301'.repeat(5_000)}`)).toBe('too_long');
		expect(errorOf(line(3), '   ')).toBe('required');
		expect(errorOf(line(3), undefined)).toBe('required');
		expect(dataOf(line(3, { required: false }), undefined)).toBe('');
		expect(dataOf(line(3), ['a', 'b'])).toBe('a');
	});

	it('of several lines keeps them', () => {
		expect(dataOf(paragraph(20), 'un\r\ndeux')).toBe('un\ndeux');
		expect(errorOf(paragraph(3), '\n\n')).toBe('required');
		expect(dataOf(paragraph(3, { required: false }), '')).toBe('');
	});

	it('for an address refuses what is none', () => {
		expect(dataOf(emailAddress, ' Eve@Exemple.org ')).toBe('Eve@Exemple.org');
		expect(errorOf(emailAddress, 'eve@')).toBe('invalid_email');
		expect(errorOf(emailAddress, '')).toBe('required');
		expect(errorOf(emailAddress, 'eve@exemple.org\r\nBcc: x@y.org')).toBe('invalid_email');
	});

	it('for a domain takes what people paste from a browser', () => {
		expect(dataOf(domainName, 'https://Café.org/accueil?x=1')).toBe('xn--caf-dma.org');
		expect(errorOf(domainName, 'localhost')).toBe('invalid_domain');
		expect(errorOf(domainName, 'exemple.org#x')).toBe('invalid_domain');
		expect(errorOf(domainName, '192.168.0.1')).toBe('invalid_domain');
		expect(errorOf(domainName, '')).toBe('required');
	});

	it('with choices accepts those offered only', () => {
		expect(dataOf(choice(['a', 'b']), 'b')).toBe('b');
		expect(errorOf(choice(['a', 'b']), 'c')).toBe('invalid');
		expect(errorOf(choice(['a', 'b']), undefined)).toBe('required');
		expect(dataOf(choices(['a', 'b']), ['a', 'b', 'a'])).toEqual(['a', 'b']);
		expect(dataOf(choices(['a', 'b']), 'a')).toEqual(['a']);
		expect(dataOf(choices(['a', 'b']), undefined)).toEqual([]);
		expect(errorOf(choices(['a', 'b']), ['a', 'constructor'])).toBe('invalid');
	});

	it('that must be ticked is ticked by « on » only', () => {
		expect(errorOf(ticked, 'on')).toBeNull();
		expect(errorOf(ticked, undefined)).toBe('required');
		expect(errorOf(ticked, 'yes')).toBe('required');
	});

	it('that a page fills in itself is refused when someone else did', () => {
		expect(errorOf(submissionKey, crypto.randomUUID())).toBeNull();
		expect(errorOf(submissionKey, 'x')).toBe('invalid');
		expect(dataOf(version, '12')).toBe(12);
		for (const value of ['-1', '1.5', '1e3', '', '9999999999', '0x1']) expect(errorOf(version, value)).toBe('invalid');
	});
});
