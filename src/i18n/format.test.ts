import { describe, expect, it } from 'vitest';
import { formatDate, formatInstant, formatMoney, formatNumber, formatTime } from '#src/i18n/format.ts';

const NBSP = '\u00a0';

describe('amounts', () => {
	it('follow Québec’s usage in French, with no-break spaces', () => {
		expect(formatMoney(123_456, 'fr')).toBe(`1${NBSP}234,56${NBSP}$`);
	});

	it('follow Canadian usage in English', () => {
		expect(formatMoney(123_456, 'en')).toBe('$1,234.56');
	});
});

describe('dates', () => {
	it('keep the day with its month', () => {
		expect(formatDate('2026-11-22', 'fr')).toBe(`22${NBSP}novembre 2026`);
		expect(formatDate('2026-11-22', 'en')).toBe('November 22, 2026');
	});

	it('call the first of a month « 1er » in French', () => {
		expect(formatDate('2026-03-01', 'fr')).toBe(`1er${NBSP}mars 2026`);
		expect(formatDate('2026-03-11', 'fr')).toBe(`11${NBSP}mars 2026`);
		expect(formatDate('2026-03-01', 'en')).toBe('March 1, 2026');
	});

	it('show an instant as Montréal’s clocks do, and keep the hour together', () => {
		const instant = Date.parse('2026-11-22T20:05:00Z');
		expect(formatInstant(instant, 'fr')).toBe(`22${NBSP}novembre 2026, 15${NBSP}h${NBSP}05`);
		expect(formatTime(Date.parse('2026-11-22T11:00Z'), 'fr')).toBe(`6${NBSP}h`);
		expect(formatTime(Date.parse('2026-11-22T07:08Z'), 'fr')).toBe(`2${NBSP}h${NBSP}08`);
		expect(formatTime(Date.parse('2026-11-22T05:00Z'), 'fr')).toBe(`0${NBSP}h`);
		expect(formatInstant(instant, 'en')).toMatch(/^November 22, 2026, 3:05\sp\.m\.$/);
	});
});

describe('numbers', () => {
	it('group thousands', () => {
		expect(formatNumber(1_234_567, 'fr')).toBe(`1${NBSP}234${NBSP}567`);
	});
});
