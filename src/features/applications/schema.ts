import { z } from 'zod';
import { LONGEST_NAME } from '#src/features/accounts/index.ts';
import { type ContributionChoice, resolveContribution, type ScaleBand } from '#src/features/applications/rules.ts';
import { KINDS, type Kind } from '#src/features/membership/index.ts';
import { normalizeAddress, normalizeDomain } from '#src/lib/email-address.ts';
import {
	choice,
	choices,
	emailAddress,
	type FieldErrors,
	type FormValues,
	line,
	type Parsed,
	paragraph,
	parseForm,
	type Refusal,
	refuse,
	submissionKey,
	ticked,
	valueOf,
	valuesOf,
	version,
} from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { parseAmount } from '#src/lib/money.ts';
import { cleanText, lengthOf } from '#src/lib/text.ts';

/** Needs in everyday words; `unknown` is an answer like the others. */
export const NEEDS = ['email', 'list', 'site', 'blog', 'wiki', 'portal', 'domain', 'support', 'unknown'] as const;
export const HAS_DOMAIN = ['yes', 'no', 'unknown'] as const;
export const PEOPLE = ['few', 'some', 'many', 'crowd', 'unknown'] as const;
export const HOSTED = ['no', 'elsewhere', 'unknown'] as const;
export const CONTRIBUTIONS = ['minimum', 'suggested', 'other', 'unable'] as const satisfies readonly ContributionChoice[];
export const FREQUENCIES = ['yearly', 'quarterly', 'monthly'] as const;

export type Need = (typeof NEEDS)[number];

/** Longest texts, as people count characters. */
export const LIMITS = {
	usualName: 120,
	legalName: 200,
	mission: 2_000,
	applicantName: LONGEST_NAME,
	email: 254,
	needsOther: 1_000,
	domainName: 253,
	hostName: 120,
	otherAmount: 20,
	question: 2_000,
	answer: 4_000,
	note: 4_000,
	reason: 2_000,
} as const;

/** Fields a draft keeps. Consent is not among them: it is given when the form is sent. */
export const DRAFT_FIELDS = [
	'kind',
	'usualName',
	'legalName',
	'mission',
	'applicantName',
	'email',
	'locale',
	'needs',
	'needsOther',
	'hasDomain',
	'domainName',
	'people',
	'hosted',
	'hostName',
	'budgetBand',
	'contribution',
	'otherAmount',
	'frequency',
] as const;

/** A domain they say they have; « I don't know » is said elsewhere, so an empty field is fine. */
const knownDomain = line(LIMITS.domainName, { required: false }).transform((text, context) => {
	if (text === '') return '';
	const domain = normalizeDomain(text.replace(/^https?:\/\//i, '').replace(/\/.*$/, ''));
	if (domain !== null) return domain;
	context.addIssue({ code: 'custom', message: 'invalid_domain' });
	return z.NEVER;
});

const applicationForm = z.object({
	kind: choice(KINDS),
	usualName: line(LIMITS.usualName),
	legalName: line(LIMITS.legalName, { required: false }),
	mission: paragraph(LIMITS.mission),
	applicantName: line(LIMITS.applicantName),
	email: emailAddress,
	locale: choice(['fr', 'en']),
	needs: choices(NEEDS).refine((list) => list.length > 0, 'choose_one_or_more'),
	needsOther: paragraph(LIMITS.needsOther, { required: false }),
	hasDomain: choice(HAS_DOMAIN),
	domainName: knownDomain,
	people: choice(PEOPLE),
	hosted: choice(HOSTED),
	hostName: line(LIMITS.hostName, { required: false }),
	consent: ticked,
});

const contributionForm = z.object({
	budgetBand: line(40),
	contribution: choice(CONTRIBUTIONS),
	otherAmount: line(LIMITS.otherAmount, { required: false }),
	frequency: choice(FREQUENCIES),
});

export interface ScaleInForce {
	readonly id: string;
	readonly bands: readonly ScaleBand[];
}

/** An application ready to be sent, cleaned. */
export interface ApplicationInput {
	readonly kind: Kind;
	readonly usualName: string;
	/** The usual name again where the law knows no other: a person, a collective. */
	readonly legalName: string;
	readonly mission: string;
	readonly applicantName: string;
	readonly email: string;
	readonly normalized: string;
	readonly locale: 'fr' | 'en';
	readonly needs: readonly Need[];
	readonly answers: {
		readonly needsOther: string;
		readonly hasDomain: (typeof HAS_DOMAIN)[number];
		readonly domainName: string;
		readonly people: (typeof PEOPLE)[number];
		readonly hosted: (typeof HOSTED)[number];
		readonly hostName: string;
	};
	/** Null when no contribution scale is in force. */
	readonly contribution: {
		readonly scaleId: string;
		readonly bandId: string;
		readonly choice: 'amount' | 'unable';
		readonly yearlyCents: number;
		readonly frequency: (typeof FREQUENCIES)[number];
	} | null;
	readonly consentVersion: string;
}

function parseContribution(values: FormValues, scale: ScaleInForce, errors: FieldErrors): ApplicationInput['contribution'] {
	const unable = valueOf(values, 'contribution') === 'unable';
	// How often nothing is paid is no question.
	const parsed = parseForm(contributionForm, unable ? { ...values, frequency: 'yearly', otherAmount: '' } : values);
	if (!parsed.ok) Object.assign(errors, parsed.errors);
	const band = scale.bands.find((one) => one.id === valueOf(values, 'budgetBand').trim());
	if (!band) errors.budgetBand ??= 'invalid';
	else if ((band.kind === 'individual') !== (valueOf(values, 'kind') === 'individual')) errors.budgetBand ??= 'band_of_other_kind';
	if (!parsed.ok || !band) {
		// Both corrections at once rather than one after the other.
		if (valueOf(values, 'contribution') === 'other') checkOther(valueOf(values, 'otherAmount'), errors);
		return null;
	}
	const { contribution, frequency, otherAmount } = parsed.data;
	const other = contribution === 'other' ? checkOther(otherAmount, errors) : 0;
	return { scaleId: scale.id, bandId: band.id, frequency, ...resolveContribution(band, contribution, other) };
}

/** Below one dollar a year, a monthly part could be less than a cent. */
const SMALLEST_YEARLY_CENTS = 100;
/** A million dollars: more is a slip of the keyboard. */
const LARGEST_YEARLY_CENTS = 100_000_000;

function checkOther(text: string, errors: FieldErrors): number {
	const amount = parseAmount(text);
	if (text.trim() === '') errors.otherAmount ??= 'required';
	// « 12,345 » is twelve thousand dollars in English and no amount in French: ask rather than guess.
	else if (/^[$\s]*\d{1,3},\d{3}[$\s]*$/.test(text)) errors.otherAmount ??= 'ambiguous_amount';
	else if (amount === null) errors.otherAmount ??= 'invalid_amount';
	else if (amount < SMALLEST_YEARLY_CENTS) errors.otherAmount ??= 'amount_too_small';
	else if (amount > LARGEST_YEARLY_CENTS) errors.otherAmount ??= 'invalid_amount';
	return amount ?? 0;
}

/**
 * Checks a whole application; every field's error comes back at once.
 * @param scale null when none is in force: nothing is asked of the contribution then.
 * @param consentVersion the version of the text that stands today; a page shown before it changed is refused on its box.
 */
export function parseApplication(values: FormValues, scale: ScaleInForce | null, consentVersion: string): Parsed<ApplicationInput> {
	const parsed = parseForm(applicationForm, values);
	const errors: FieldErrors = parsed.ok ? {} : { ...parsed.errors };
	const kind = valueOf(values, 'kind');
	const registered = kind === 'nonprofit' || kind === 'cooperative' || kind === 'union';
	if (registered && cleanText(valueOf(values, 'legalName')) === '') errors.legalName ??= 'required';
	if (valueOf(values, 'consentVersion') !== consentVersion) errors.consent ??= 'consent_changed';
	const contribution = scale === null ? null : parseContribution(values, scale, errors);
	if (!parsed.ok || Object.keys(errors).length > 0) return refuse(422, inFormOrder(errors), values);
	const { needsOther, hasDomain, domainName, people, hosted, hostName, consent: _, ...rest } = parsed.data;
	return {
		ok: true,
		data: {
			...rest,
			legalName: rest.kind === 'individual' || rest.legalName === '' ? rest.usualName : rest.legalName,
			normalized: normalizeAddress(rest.email) ?? rest.email,
			answers: {
				needsOther,
				hasDomain,
				domainName: hasDomain === 'yes' ? domainName : '',
				people,
				hosted,
				hostName: hosted === 'elsewhere' ? hostName : '',
			},
			contribution,
			consentVersion,
		},
	};
}

/** The summary lists errors as the fields stand on the page. */
function inFormOrder(errors: FieldErrors): FieldErrors {
	const order: readonly string[] = [...DRAFT_FIELDS, 'consent'];
	return Object.fromEntries(Object.entries(errors).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

export interface DraftInput {
	readonly email: string;
	readonly normalized: string;
	/** As typed, known fields only. */
	readonly values: FormValues;
}

/** Far above the longest answer of a check box or radio button. */
const LONGEST_CHOICE = 60;

/** What a draft keeps of a form: everything typed in a field it knows. */
export function draftValues(values: FormValues): FormValues {
	const kept: FormValues = {};
	for (const name of DRAFT_FIELDS) {
		const list = valuesOf(values, name);
		if (list.length === 0) continue;
		kept[name] = name === 'needs' ? list.slice(0, NEEDS.length) : (list[0] ?? '');
	}
	return kept;
}

/** A draft needs only an address to send its link to. What is too long to keep is said, never cut. */
export function parseDraft(values: FormValues): Parsed<DraftInput> {
	const kept = draftValues(values);
	const errors: FieldErrors = {};
	for (const name of DRAFT_FIELDS) {
		const limit = name in LIMITS ? LIMITS[name as keyof typeof LIMITS] : LONGEST_CHOICE;
		if (valuesOf(kept, name).some((text) => text.length > limit * 20 + 1000 || lengthOf(cleanText(text)) > limit))
			errors[name] = 'too_long';
	}
	const email = parseForm(z.object({ email: emailAddress }), kept);
	if (!email.ok) Object.assign(errors, email.errors);
	if (!email.ok || Object.keys(errors).length > 0) return refuse(422, inFormOrder(errors), values);
	return { ok: true, data: { email: email.data.email, normalized: normalizeAddress(email.data.email) ?? '', values: kept } };
}

export const keyForm = z.object({ submissionKey });

/**
 * A refused form as it can be sent again: with the key it came with, unless that is no key or has served, which no second
 * sending would change. The text stays.
 */
export function sendableAgain(refusal: Refusal, { spent = false } = {}): Refusal {
	const { submissionKey: wrong, ...errors } = refusal.errors;
	const sent = valueOf(refusal.values, 'submissionKey');
	const kept = sent === '' || (!spent && wrong === undefined && submissionKey.safeParse(sent).success);
	return {
		...refusal,
		// Nobody can correct a field that is not on the page: the form as a whole is to be sent again.
		errors: wrong === undefined ? errors : { '': 'form_incomplete', ...errors },
		values: kept ? refusal.values : { ...refusal.values, submissionKey: newIdempotencyKey() },
	};
}

export const versionForm = z.object({ version });
export const answerForm = z.object({ version, submissionKey, answer: paragraph(LIMITS.answer) });
export const questionForm = z.object({ version, submissionKey, question: paragraph(LIMITS.question) });
export const noteForm = z.object({ submissionKey, note: paragraph(LIMITS.note) });
export const reasonForm = z.object({ version, reason: paragraph(LIMITS.reason) });
