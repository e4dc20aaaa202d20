/**
 * What people who do not program decide in content/*.yaml: the catalogue, the contribution scale, the committees, the training
 * dates, the organisation. Read here only; the database keeps dated copies and the rest of the code reads those.
 * @throws {SettingsError} one sentence that names the file, the line and what to write there.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { explainFault, explainValues } from '#src/collections/explain.ts';
import { type TrainingSettings, trainingSchema } from '#src/collections/trainings.ts';
import { parseCivilDate } from '#src/lib/clock.ts';
import { normalizeDomain } from '#src/lib/email-address.ts';
import { placeYaml } from '#src/lib/placed-yaml.ts';
import { projectRoot } from '#src/lib/root.ts';

export class SettingsError extends Error {
	override name = 'SettingsError';
}

const both = z.strictObject({ fr: z.string().min(1), en: z.string().min(1) });
const civilDate = z
	.string()
	.refine(
		(text) => parseCivilDate(text) !== null,
		'une date qui existe est attendue, comme "2026-11-22" / a date that exists is expected, like "2026-11-22"',
	);
const wholeCents = z.number().int().min(0);

export const ENTITLEMENT_KEYS = ['mailboxes', 'lists', 'sites', 'wikis', 'blogs', 'domains', 'megabytes'] as const;

const question = z.strictObject({
	name: z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/),
	type: z.enum(['text', 'longtext', 'domain', 'email', 'localpart', 'choice', 'yesno', 'number']),
	required: z.boolean(),
	maxLength: z.number().int().min(1).max(5_000).optional(),
	allowUnknown: z.boolean(),
	label: both,
	hint: both.optional(),
	choices: z.array(z.strictObject({ value: z.string().regex(/^[a-z][\w-]{0,39}$/), label: both })).optional(),
});

const catalogueItem = z.strictObject({
	example: z.boolean(),
	slug: z.string().regex(/^[a-z][a-z-]{1,39}$/),
	kind: z.enum(['email', 'list', 'wiki', 'blog', 'site', 'domain', 'portal', 'support']),
	order: z.number().int(),
	fulfilment: z.enum(['manual', 'automatic', 'self']),
	committee: z.string(),
	/** False for help and projects: they run nothing that the yearly contribution sustains. */
	startsContribution: z.boolean(),
	yearlyCents: wholeCents,
	grants: z.partialRecord(z.enum(ENTITLEMENT_KEYS), z.number().int().min(1)),
	form: z.array(question).min(1),
});

const scale = z.strictObject({
	example: z.boolean(),
	id: z.string().min(1),
	effectiveFrom: civilDate,
	resolution: z.string().nullable(),
	currency: z.literal('CAD'),
	bands: z
		.array(
			z.strictObject({
				id: z.string().regex(/^[a-z][a-z0-9_]*$/),
				kind: z.enum(['individual', 'organisation']),
				label: both,
				/** Cents a year. */
				minimumCents: wholeCents.min(1),
				suggestedCents: wholeCents.min(1),
			}),
		)
		.min(1),
});

const committees = z.strictObject({
	example: z.boolean(),
	committees: z.array(
		z.strictObject({
			slug: z.string().regex(/^[a-z][a-z-]{1,39}$/),
			name: both,
			mandate: both,
			/** Whether its people read and decide on applications for membership. */
			applications: z.boolean().default(false),
		}),
	),
});

const hostedDomains = z.strictObject({
	domains: z.array(
		z
			.string()
			.refine(
				(text) => normalizeDomain(text) === text,
				'un nom de domaine est attendu, comme "koumbit.org" / a domain name is expected, like "koumbit.org"',
			),
	),
});

const purposes = z.strictObject({
	example: z.boolean(),
	purposes: z
		.array(
			z
				.strictObject({
					id: z.string().regex(/^[a-z][a-z_]{1,39}$/),
					/** Without it there is no account; follows the version of the page on personal information. */
					necessary: z.boolean(),
					version: civilDate.optional(),
					title: both,
					text: both,
				})
				.refine(
					({ necessary, version }) => necessary === (version === undefined),
					'un but libre a sa version, un but nécessaire suit celle de la page / a free purpose has its version, a necessary one follows the page’s',
				),
		)
		.min(1),
});

/** A service as its settings file says, with its title from content/fr and content/en and its committee's name. */
export type CatalogueSettings = z.output<typeof catalogueItem> & {
	readonly title: { readonly fr: string; readonly en: string };
	readonly committeeName: { readonly fr: string; readonly en: string };
};
export type Question = z.output<typeof question>;
export type ScaleSettings = z.output<typeof scale>;
export type Band = ScaleSettings['bands'][number];
export type AnswerTemplate = z.output<typeof answers>['answers'][number];
export type CommitteeSettings = z.output<typeof committees>['committees'][number];

/** What an answer's text may hold for the group's name and the applicant's. */
export const ANSWER_PLACES = ['group', 'person'] as const;

const answerText = z
	.string()
	.trim()
	.min(1)
	.refine(
		(text) => [...text.matchAll(/\{([^}]*)\}/g)].every(([, name = '']) => (ANSWER_PLACES as readonly string[]).includes(name)),
		'entre accolades, seulement {group} ou {person} / between braces, only {group} or {person}',
	);

const answers = z.strictObject({
	example: z.boolean(),
	answers: z.array(
		z.strictObject({
			slug: z.string().regex(/^[a-z][a-z-]{1,39}$/),
			/** Where it is offered: a question to an applicant, the reason of a refusal, an answer in a request's thread. */
			for: z.enum(['question', 'refusal', 'request']),
			title: both,
			text: z.strictObject({ fr: answerText, en: answerText }),
		}),
	),
});

const folder = path.join(projectRoot, 'content');

/** What the check of the content reads by the same rules (scripts/content). Patterns are under content/. */
export const SETTINGS_FILES: readonly { readonly name: string; readonly pattern: string; readonly schema: z.ZodType }[] = [
	{ name: 'catalogue', pattern: 'services/*.yaml', schema: catalogueItem },
	{ name: 'scale', pattern: 'contribution-scale.yaml', schema: scale },
	{ name: 'committees', pattern: 'committees.yaml', schema: committees },
	{ name: 'hosted domains', pattern: 'hosted-domains.yaml', schema: hostedDomains },
	{ name: 'answers', pattern: 'answers.yaml', schema: answers },
	{ name: 'purposes', pattern: 'purposes.yaml', schema: purposes },
];

/** Reads again, slowly, for the line of what is wrong. */
function complaint(file: string, text: string, schema: z.ZodType): SettingsError {
	const placed = placeYaml(text);
	const [first] = placed.fault
		? [explainFault(placed.fault)]
		: explainValues(schema, schema.safeParse(placed.value).error?.issues ?? [], placed);
	if (!first) return new SettingsError(`content/${file} can't be read`);
	const place = `content/${file}:${first.line}${first.field === '' ? '' : ` (${first.field})`}`;
	return new SettingsError(`${place}: ${first.fr} · ${first.en}`);
}

function readYaml<T extends z.ZodType>(file: string, schema: T): z.output<T> {
	const full = path.join(folder, file);
	if (!existsSync(full)) throw new SettingsError(`content/${file} is missing`);
	const text = readFileSync(full, 'utf8');
	let raw: unknown;
	try {
		raw = parse(text);
	} catch {
		throw complaint(file, text, schema);
	}
	const parsed = schema.safeParse(raw);
	if (!parsed.success) throw complaint(file, text, schema);
	return parsed.data;
}

/** The title at the top of a service's page. */
function readTitle(file: string): string {
	let text: string;
	try {
		text = readFileSync(path.join(folder, file), 'utf8');
	} catch {
		throw new SettingsError(`content/${file} is missing: each service has its page in both languages`);
	}
	const found = z.object({ title: z.string().trim().min(1) }).safeParse(parse(/^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? ''));
	if (!found.success) throw new SettingsError(`content/${file} must begin with a title, as in title: "Wiki"`);
	return found.data.title;
}

/** Raised when the code reads the same files differently, so that they are copied again. */
const READING = 3;

/** SHA-256 over the files that dated rows are copied from: the same as long as none of them changed. */
export function settingsChecksum(): string {
	const hash = createHash('sha256').update(String(READING));
	const services = readdirSync(path.join(folder, 'services')).sort();
	const texts = services.flatMap((file) => ['fr', 'en'].map((locale) => path.join(locale, 'services', file.replace(/\.yaml$/, '.md'))));
	const trainings = listTrainings().map((file) => path.join('trainings', file));
	const files = [
		'committees.yaml',
		'contribution-scale.yaml',
		...services.map((file) => path.join('services', file)),
		...texts,
		...trainings,
	];
	for (const file of files) {
		const full = path.join(folder, file);
		hash.update(`\0${file}\0`).update(existsSync(full) ? readFileSync(full) : 'absent');
	}
	return hash.digest('hex');
}

/** The services on offer, in their order. */
export function readCatalogue(): CatalogueSettings[] {
	const committeeNames = new Map(readCommittees().map((committee) => [committee.slug, committee.name]));
	const items = readdirSync(path.join(folder, 'services'))
		.filter((file) => file.endsWith('.yaml'))
		.map((file) => {
			const item = readYaml(`services/${file}`, catalogueItem);
			if (`${item.slug}.yaml` !== file) throw new SettingsError(`content/services/${file} must be named after its slug (${item.slug})`);
			const committeeName = committeeNames.get(item.committee);
			if (!committeeName) throw new SettingsError(`content/services/${file}: no committee ${item.committee} in content/committees.yaml`);
			const title = { fr: readTitle(`fr/services/${item.slug}.md`), en: readTitle(`en/services/${item.slug}.md`) };
			return { ...item, title, committeeName };
		});
	return items.sort((a, b) => a.order - b.order);
}

export function readScale(): ScaleSettings {
	return readYaml('contribution-scale.yaml', scale);
}

export function readCommittees(): CommitteeSettings[] {
	return readYaml('committees.yaml', committees).committees;
}

let answersRead: AnswerTemplate[] | undefined;

/** Answers ready to be chosen, in their order. Read once: a changed file counts from the next start on. */
export function readAnswers(): AnswerTemplate[] {
	answersRead ??= readYaml('answers.yaml', answers).answers;
	return answersRead;
}

/** An answer in a language, with the names in their places. */
export function fillAnswer(
	template: AnswerTemplate,
	locale: 'fr' | 'en',
	names: Readonly<Record<(typeof ANSWER_PLACES)[number], string>>,
): string {
	return template.text[locale].trim().replace(/\{(group|person)\}/g, (_, place: keyof typeof names) => names[place]);
}

/** An organisation that announces no training may have no such folder. */
function listTrainings(): string[] {
	const trainings = path.join(folder, 'trainings');
	return existsSync(trainings)
		? readdirSync(trainings)
				.filter((file) => file.endsWith('.yaml'))
				.sort()
		: [];
}

/** Training dates and examples of them, by name. */
export function readTrainings(): TrainingSettings[] {
	return listTrainings().map((file) => {
		const training = readYaml(`trainings/${file}`, trainingSchema);
		if (`${training.slug}.yaml` !== file) {
			throw new SettingsError(`content/trainings/${file} must be named after its slug (${training.slug})`);
		}
		return training;
	});
}

/** A value the organisation has not published is null. */
const unpublished = z.union([z.string().trim().min(1), both]).nullable();
const organisation = z.object({ address: unpublished, phone: unpublished, email: unpublished, supportHours: unpublished });

export type OrganisationSettings = z.output<typeof organisation>;

let reachedAt: OrganisationSettings | undefined;

/** How the organisation can be reached, as far as it has published it. */
export function readOrganisation(): OrganisationSettings {
	reachedAt ??= readYaml('organisation.yaml', organisation);
	return reachedAt;
}

let hosted: readonly string[] | undefined;

/** Domains whose mail the organisation looks after, as A-labels in lower case. */
export function readHostedDomains(): readonly string[] {
	hosted ??= readYaml('hosted-domains.yaml', hostedDomains).domains;
	return hosted;
}

let consentVersion: string | undefined;

/** Version (a date) of the text on personal information that people agree to: `version` at the top of content/fr/pages/privacy.md. */
export function readConsentVersion(): string {
	if (consentVersion === undefined) {
		const file = 'fr/pages/privacy.md';
		const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(path.join(folder, file), 'utf8'))?.[1] ?? '';
		const found = z.object({ version: civilDate }).safeParse(parse(head));
		if (!found.success) throw new SettingsError(`content/${file} must begin with a version, as in version: "2026-11-22"`);
		consentVersion = found.data.version;
	}
	return consentVersion;
}

export interface Purpose {
	readonly id: string;
	readonly necessary: boolean;
	/** Of the text people agree to. */
	readonly version: string;
	readonly title: { readonly fr: string; readonly en: string };
	readonly text: { readonly fr: string; readonly en: string };
	/** Shipped with the portal, not decided by the organisation. */
	readonly example: boolean;
}

let knownPurposes: readonly Purpose[] | undefined;

/** What personal information serves for, in the order of content/purposes.yaml. */
export function readPurposes(): readonly Purpose[] {
	if (knownPurposes === undefined) {
		const file = readYaml('purposes.yaml', purposes);
		knownPurposes = file.purposes.map((one) => ({ ...one, version: one.version ?? readConsentVersion(), example: file.example }));
	}
	return knownPurposes;
}
