/**
 * What the organisation says of itself: content/organisation.yaml, the one place where an editor fills in what the pages on
 * terms, privacy, security and legal notice show. A line that is absent or null is shown as not published yet.
 */
import { z } from 'zod';
import { parseCivilDate } from '#src/lib/clock.ts';

/** A line that was filled in: how it is shown, and its text in each language. */
export interface Answer {
	readonly kind: 'text' | 'email' | 'phone' | 'url' | 'date' | 'month';
	readonly fr: string;
	readonly en: string;
}

const quoted = (what: string) =>
	z
		.string({ error: `« ${what} » : mettez la valeur entre guillemets, ou null / put the value between quotes, or null` })
		.trim()
		.min(1, `« ${what} » est vide : écrivez la valeur, ou null / is empty: write the value, or null`);

const same = (kind: Answer['kind'], schema: z.ZodType<string>) =>
	schema
		.transform((value): Answer => ({ kind, fr: value, en: value }))
		.nullable()
		.default(null);

/** The same in both languages: a name, a number. */
const text = (what: string) => same('text', quoted(what));

const matching = (what: string, pattern: RegExp, like: string, kind: Answer['kind'] = 'text') =>
	same(kind, quoted(what).regex(pattern, `« ${what} » : comme "${like}" / like "${like}"`));

const date = (what: string) =>
	same(
		'date',
		quoted(what).refine(
			(value) => parseCivilDate(value) !== null,
			`« ${what} » : une date qui existe, comme "2026-11-22" / a date that exists, like "2026-11-22"`,
		),
	);

const email = (what: string) =>
	same(
		'email',
		quoted(what).regex(
			/^[^\s<>@"]+@[^\s<>@"]+\.[^\s<>@"]+$/,
			`« ${what} » : une adresse de courriel, comme "nom@exemple.org" / an email address, like "name@example.org"`,
		),
	);

const phone = (what: string) =>
	same(
		'phone',
		quoted(what).regex(/^\+?[\d ().-]{7,24}(,? (poste|ext\.?) \d+)?$/, `« ${what} » : comme "514 555-0100" / like "514 555-0100"`),
	);

const url = (what: string) =>
	same(
		'url',
		quoted(what).refine(
			(value) => /^https?:\/\//.test(value) && URL.canParse(value),
			`« ${what} » : une adresse complète, comme "https://exemple.org/" / a full address, like "https://example.org/"`,
		),
	);

/** A sentence or two, in each language. */
const both = (what: string) =>
	z
		.strictObject(
			{ fr: quoted(`${what}.fr`), en: quoted(`${what}.en`) },
			{
				error: `« ${what} » : un texte dans chaque langue est attendu, comme { fr: "…", en: "…" }, ou null / a text in each language is expected`,
			},
		)
		.transform((value): Answer => ({ kind: 'text', ...value }))
		.nullable()
		.default(null);

const LINES = {
	name: text('name'),
	legalName: text('legalName'),
	legalForm: both('legalForm'),
	city: text('city'),
	foundedOn: matching('foundedOn', /^\d{4}-(0[1-9]|1[0-2])$/, '2004-03', 'month'),
	siteUrl: url('siteUrl'),
	wikiUrl: url('wikiUrl'),
	logo: text('logo'),

	address: text('address'),
	phone: phone('phone'),
	email: email('email'),
	supportHours: both('supportHours'),
	neq: matching('neq', /^\d{4} ?\d{3} ?\d{3}$/, '1234567890'),
	gstNumber: matching('gstNumber', /^\d{9} ?RT ?\d{4}$/, '123456789 RT0001'),
	qstNumber: matching('qstNumber', /^\d{10} ?TQ ?\d{4}$/, '1234567890 TQ0001'),
	charityNumber: matching('charityNumber', /^\d{9} ?RR ?\d{4}$/, '123456789 RR0001'),
	paymentMeans: both('paymentMeans'),

	privacyOfficer: both('privacyOfficer'),
	privacyOfficerEmail: email('privacyOfficerEmail'),
	recordsRetention: both('recordsRetention'),
	logRetention: both('logRetention'),
	dataOutsideQuebec: both('dataOutsideQuebec'),

	softwareOperator: both('softwareOperator'),
	hardwareOwner: both('hardwareOwner'),
	hardwareHost: both('hardwareHost'),
	suppliers: both('suppliers'),
	dataLocation: both('dataLocation'),
	backupLocation: both('backupLocation'),
	backupPolicy: both('backupPolicy'),
	securityPractices: both('securityPractices'),
	adminConfidentiality: both('adminConfidentiality'),
	incidentPolicy: both('incidentPolicy'),
	securityEmail: email('securityEmail'),
	statusUrl: url('statusUrl'),

	termsAdoptedOn: date('termsAdoptedOn'),
	acceptableUse: both('acceptableUse'),
	serviceLevels: both('serviceLevels'),
	plannedMaintenance: both('plannedMaintenance'),
	suspension: both('suspension'),
	dataAtTheEnd: both('dataAtTheEnd'),
	termsChanges: both('termsChanges'),
	disputes: both('disputes'),
	statisticsUrl: url('statisticsUrl'),
	reportsUrl: url('reportsUrl'),
	contentLicence: both('contentLicence'),
	sourceUrl: url('sourceUrl'),
	accessibilityAudit: both('accessibilityAudit'),
};

export const organisationSchema = z.strictObject(LINES, {
	error: (issue) =>
		issue.code === 'unrecognized_keys'
			? `« ${issue.keys?.join(', ')} » : aucune page ne montre cette ligne; son nom est-il bien écrit? / no page shows this line; is its name spelled right?`
			: 'des lignes « nom: valeur » sont attendues / lines like “name: value” are expected',
});

export type Organisation = z.output<typeof organisationSchema>;
export type OrganisationField = keyof Organisation;

function isField(name: string): name is OrganisationField {
	return Object.hasOwn(LINES, name);
}

export type Piece = { readonly html: string } | { readonly fields: readonly OrganisationField[] };

/** Where a text shows lines of organisation.yaml: `<!-- organisation: address, phone -->`, alone on its line. */
const PLACE = /<!--\s*organisation\s*:([^>]*?)-->/;

/**
 * Cuts a rendered text where it shows what the organisation published.
 * @param file named in what is said to an editor.
 * @throws when a place names no line of organisation.yaml.
 */
export function piecesOf(html: string, file: string): Piece[] {
	return html.split(PLACE).flatMap((part, at): Piece[] => {
		if (at % 2 === 0) return part.trim() === '' ? [] : [{ html: part }];
		const fields = part
			.split(',')
			.map((name) => name.trim())
			.map((name) => {
				if (isField(name)) return name;
				throw new Error(`${file} : « ${name} » n’est pas une ligne de content/organisation.yaml / is no line of content/organisation.yaml`);
			});
		return [{ fields }];
	});
}
