/** What a line of the file must say to be brought in. */
import type { Fault, RawLine } from '#src/adapters/group-file/index.ts';
import { GROUP_ROLES, type GroupRole } from '#src/features/access/index.ts';
import { KINDS, type Kind } from '#src/features/membership/index.ts';
import { LOCALES, type Locale } from '#src/i18n/routes.ts';
import { type CivilDate, parseCivilDate } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { parseAmount } from '#src/lib/money.ts';
import { cleanLine, cleanText, lengthOf } from '#src/lib/text.ts';

export interface ImportedPerson {
	readonly line: number;
	readonly name: string;
	readonly address: string;
	readonly normalized: string;
	readonly roles: readonly GroupRole[];
}

export interface ImportedGroup {
	/** Where its own columns are. */
	readonly line: number;
	readonly key: string;
	readonly usualName: string;
	readonly legalName: string;
	readonly kind: Kind;
	readonly mission: string;
	readonly locale: Locale;
	/** Null when the file does not say: the day it is brought in. */
	readonly fromOn: CivilDate | null;
	/** Above zero a credit, below a debt. */
	readonly openingCents: number;
	readonly openingOn: CivilDate | null;
	readonly people: readonly ImportedPerson[];
}

export type ParsedFile =
	| {
			readonly ok: true;
			readonly groups: readonly ImportedGroup[];
			readonly repeated: readonly { line: number; group: string; first: number }[];
	  }
	| { readonly ok: false; readonly faults: readonly Fault[] };

const LONGEST = 200;
const fault = (line: number, group: string, sentence: string): Fault => ({ line, group, sentence });

const KEY = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;
const OF_GROUP = [
	'usual_name',
	'legal_name',
	'kind',
	'mission',
	'locale',
	'member_since',
	'opening_debt',
	'opening_credit',
	'opening_on',
] as const;

function parsePerson({ line, cells }: RawLine, key: string): ImportedPerson | Fault {
	const address = (cells.person_email ?? '').trim();
	const normalized = normalizeAddress(address);
	if (normalized === null) return fault(line, key, `"${address.slice(0, 60)}" is not an email address; write it as name@example.org.`);
	const name = cleanLine(cells.person_name ?? '');
	if (lengthOf(name) > LONGEST) return fault(line, key, `the name has more than ${LONGEST} characters.`);
	const roles = (cells.roles ?? '').split(/[\s,;|]+/).filter((role) => role !== '');
	const unknown = roles.find((role) => !(GROUP_ROLES as readonly string[]).includes(role));
	if (unknown !== undefined)
		return fault(line, key, `the role "${unknown.slice(0, 40)}" is not known; roles are ${GROUP_ROLES.join(', ')}.`);
	if (roles.length === 0) return fault(line, key, `this person has no role; roles are ${GROUP_ROLES.join(', ')}.`);
	return { line, name, address, normalized, roles: GROUP_ROLES.filter((role) => roles.includes(role)) };
}

function parseMoney(cells: RawLine['cells']): { cents: number } | { sentence: string } {
	const amounts: number[] = [];
	for (const column of ['opening_debt', 'opening_credit'] as const) {
		const text = (cells[column] ?? '').trim();
		const amount = text === '' ? 0 : parseAmount(text);
		if (amount === null || amount < 0) return { sentence: `${column} "${text.slice(0, 40)}" is not an amount such as 120.00.` };
		amounts.push(amount);
	}
	const [debt = 0, credit = 0] = amounts;
	if (debt > 0 && credit > 0) return { sentence: 'a group has a debt or a credit, not both; write the difference.' };
	return { cents: credit - debt };
}

function parseGroup({ line, cells }: RawLine, key: string, today: CivilDate): Omit<ImportedGroup, 'people'> | Fault {
	const usualName = cleanLine(cells.usual_name ?? '');
	if (usualName === '') return fault(line, key, 'usual_name is missing on the first line of this group.');
	const legalName = cleanLine(cells.legal_name ?? '') || usualName;
	if (lengthOf(usualName) > LONGEST || lengthOf(legalName) > LONGEST)
		return fault(line, key, `a name has more than ${LONGEST} characters.`);
	const kind = (cells.kind ?? '').trim();
	if (!(KINDS as readonly string[]).includes(kind))
		return fault(line, key, `kind "${kind.slice(0, 40)}" is not known; kinds are ${KINDS.join(', ')}.`);
	const locale = (cells.locale ?? '').trim() || 'fr';
	if (!(LOCALES as readonly string[]).includes(locale)) return fault(line, key, `locale "${locale.slice(0, 40)}" is not fr or en.`);
	const dates: (CivilDate | null)[] = [];
	for (const column of ['member_since', 'opening_on'] as const) {
		const text = (cells[column] ?? '').trim();
		const date = text === '' ? null : parseCivilDate(text);
		if (text !== '' && date === null) return fault(line, key, `${column} "${text.slice(0, 40)}" is not a date such as 2026-11-22.`);
		if (date !== null && date > today) return fault(line, key, `${column} ${date} has not come yet.`);
		dates.push(date);
	}
	const money = parseMoney(cells);
	if ('sentence' in money) return fault(line, key, money.sentence);
	const [fromOn = null, openingOn = null] = dates;
	return {
		line,
		key,
		usualName,
		legalName,
		kind: kind as Kind,
		mission: cleanText(cells.mission ?? ''),
		locale: locale as Locale,
		fromOn,
		openingCents: money.cents,
		openingOn,
	};
}

/** Groups of the file, or every fault in it: nothing of a file with a fault is brought in. */
export function parseGroups(lines: readonly RawLine[], today: CivilDate): ParsedFile {
	const faults: Fault[] = [];
	const repeated: { line: number; group: string; first: number }[] = [];
	const groups = new Map<string, { first: RawLine; people: ImportedPerson[] }>();
	for (const raw of lines) {
		const key = (raw.cells.key ?? '').trim();
		if (!KEY.test(key)) {
			faults.push(fault(raw.line, key.slice(0, 64), 'key is a short name of your own for the group: letters, digits, dots and hyphens.'));
			continue;
		}
		const known = groups.get(key);
		const person = parsePerson(raw, key);
		if ('sentence' in person) faults.push(person);
		if (!known) {
			groups.set(key, { first: raw, people: 'sentence' in person ? [] : [person] });
			continue;
		}
		const other = OF_GROUP.find((column) => {
			const said = (raw.cells[column] ?? '').trim();
			return said !== '' && said !== (known.first.cells[column] ?? '').trim();
		});
		if (other) faults.push(fault(raw.line, key, `${other} is not what line ${known.first.line} says of the same group.`));
		if ('sentence' in person) continue;
		const same = known.people.find((one) => one.normalized === person.normalized);
		if (!same) known.people.push(person);
		else if (same.roles.join() === person.roles.join() && same.name === person.name)
			repeated.push({ line: raw.line, group: key, first: same.line });
		else faults.push(fault(raw.line, key, `this address is on line ${same.line} too, with another name or other roles; keep one line.`));
	}
	const parsed: ImportedGroup[] = [];
	for (const [key, { first, people }] of groups) {
		const group = parseGroup(first, key, today);
		if ('sentence' in group) {
			faults.push(group);
			continue;
		}
		if (people.length > 0 && !people.some((one) => one.roles.includes('administrator')))
			faults.push(fault(first.line, key, 'nobody of this group is administrator; give the role to at least one person.'));
		parsed.push({ ...group, people });
	}
	if (faults.length > 0) return { ok: false, faults: faults.sort((a, b) => a.line - b.line) };
	return { ok: true, groups: parsed, repeated };
}
