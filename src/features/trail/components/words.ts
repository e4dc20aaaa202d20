/** What an event changed, in words. */
import type { TrailEvent } from '#src/features/trail/data.ts';
import { formatDate, formatInstant, formatMoney, formatNumber } from '#src/i18n/format.ts';
import { type Messages, messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

type Words = Readonly<Record<string, string>>;

/** Who reads it: those of the team read what has no word of its own, and read states from their side. */
export interface Reader {
	readonly locale: Locale;
	readonly ofTeam: boolean;
	/** Titles of services in that language, by slug. */
	readonly services: Words;
}

const wordOf = (table: Words, key: string) => (Object.hasOwn(table, key) ? table[key] : undefined);

/** The states of what an act is about: the part of its name before the dot tells. */
function statesOf(all: Messages, action: string, ofTeam: boolean): Words {
	switch (action.split('.')[0]) {
		case 'requests':
			return ofTeam ? { ...all.requests.states, ...all.requests.desk.states } : all.requests.states;
		case 'membership':
			return ofTeam ? all.applications.deskStatuses : all.applications.statuses;
		case 'complaints':
			return all.complaints.states;
		case 'status':
			return all.status.states;
		case 'contact':
			return all.contact.desk.states;
		default:
			return {};
	}
}

/** The words of values that are codes, by field; null for a field that is not one. */
function tableOf(all: Messages, action: string, field: string, { ofTeam, services }: Reader): Words | null {
	switch (field) {
		case 'from':
		case 'to':
		case 'status':
			return statesOf(all, action, ofTeam);
		case 'role':
		case 'roles':
			return all.access.roles;
		case 'scope':
			return all.trail.scopes;
		case 'urgency':
			return Object.fromEntries(Object.entries(all.requests.urgencies).map(([code, { label }]) => [code, label]));
		case 'service':
		case 'services':
			return { ...services, all: all.status.all, portal: all.status.portal };
		case 'languages':
			return all.applications.languages;
		case 'severity':
			return all.status.severities;
		case 'kind':
			return { ...all.membership.kinds, ...all.status.kinds };
		case 'purpose':
			return all.groups.profile.purposes;
		case 'changed':
			return all.groups.profile as unknown as Words;
		case 'frequency':
			return all.applications.frequencies;
		case 'risk':
			return all.privacy.incidents.risks;
		default:
			return null;
	}
}

/** Fields whose value lists several codes. */
const LISTS: readonly string[] = ['roles', 'services', 'languages', 'changed'];

function textOf(all: Messages, action: string, [field, value]: TrailEvent['changes'][number], reader: Reader): string | null {
	const { locale, ofTeam } = reader;
	if (typeof value === 'boolean') return value ? all.trail.yes : all.trail.no;
	if (typeof value === 'number') {
		if (/cents$/i.test(field)) return formatMoney(value, locale);
		return /At$/.test(field) ? formatInstant(value, locale) : formatNumber(value, locale);
	}
	if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value, locale);
	// A reason is a code when a membership ends, and someone's own words elsewhere.
	if (field === 'reason') return wordOf(all.standing.endReasons, value) ?? value;
	const table = tableOf(all, action, field, reader);
	if (table === null) return value;
	const codes = LISTS.includes(field) ? value.split(/[ ,]+/) : [value];
	const words = codes.flatMap((code) => wordOf(table, code) ?? (ofTeam ? [code] : []));
	return words.length === 0 ? null : words.join(', ');
}

/** « urgence : Quand vous pouvez; service : Wiki »; empty when nothing can be said of it. */
export function changesText({ action, changes }: Pick<TrailEvent, 'action' | 'changes'>, reader: Reader): string {
	const all = messages(reader.locale);
	const labels: Words = reader.ofTeam ? { ...all.trail.fields, ...all.trail.teamFields } : all.trail.fields;
	const colon = reader.locale === 'fr' ? '\u00a0:' : ':';
	return changes
		.flatMap((change) => {
			const label = wordOf(labels, change[0]) ?? (reader.ofTeam ? change[0] : undefined);
			const text = label === undefined ? null : textOf(all, action, change, reader);
			return text === null ? [] : [`${label}${colon} ${text}`];
		})
		.join('; ');
}
