import { read, type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { readConsentVersion } from '#src/adapters/settings/index.ts';
import { type Grant, grantTo } from '#src/features/access/index.ts';
import {
	acceptApplication,
	addNote,
	answerQuestion,
	askApplicant,
	confirmApplication,
	confirmRefusal,
	proposeRefusal,
	type Source,
	saveDraft,
	sendApplication,
	type Target,
	takeApplication,
	withdrawApplication,
	withdrawRefusal,
	wouldMail,
} from '#src/features/applications/mutations.ts';
import {
	answerForm,
	draftValues,
	keyForm,
	noteForm,
	parseApplication,
	parseDraft,
	questionForm,
	reasonForm,
	sendableAgain,
	versionForm,
} from '#src/features/applications/schema.ts';
import { findScaleOn } from '#src/features/contributions/index.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { type FormValues, type Outcome, parseForm, type Refusal, redirectTo, refuse, valueOf } from '#src/lib/form.ts';
import { hashToken } from '#src/lib/ids.ts';
import { isTrapped } from '#src/lib/trap.ts';

const HOUR_IN_SECONDS = 3_600;
const bySender = makeLimit(20, HOUR_IN_SECONDS);
// A long form filled in little by little is saved often.
const bySave = makeLimit(60, HOUR_IN_SECONDS);
// Nobody can fill someone else's mailbox with links from here. Counts messages, not forms.
const byRecipient = makeLimit(10, HOUR_IN_SECONDS);
const moment = ({ locals }: FormContext) => ({ at: now(), requestId: locals.requestId });

/** The result page; the address the message went to is not in it. */
const sentPage = ({ locale }: FormContext, draft: boolean) => redirectTo(`${pathOf('joinSent', locale)}${draft ? '?etape=brouillon' : ''}`);

type Saved = { ok: true } | { ok: false; reason: 'unknown_link' | 'already_confirmed' | 'stale' } | Refusal;
const isDead = (done: Saved) => !done.ok && 'reason' in done && done.reason === 'unknown_link';

/**
 * Does the write for the draft a link opens; what was typed behind a dead link, or in a page left open until its draft had
 * expired, becomes a draft of its own, so nothing is lost.
 */
async function save(values: FormValues, context: FormContext, put: (source: Source) => Promise<Saved>): Promise<Saved> {
	const key = parseForm(keyForm, values);
	if (!key.ok) return refuse(400, { '': 'form_incomplete' }, values);
	const { token } = context.params;
	const seen = parseForm(versionForm, values);
	if (token !== undefined && seen.ok) {
		const done = await put({ kind: 'resume', token, version: seen.data.version });
		if (!isDead(done)) return done;
	}
	let { submissionKey } = key.data;
	let done = await put({ kind: 'new', submissionKey });
	// Made from the key that died, not at random: a double click still begins one draft only.
	while (isDead(done)) {
		submissionKey = hashToken(submissionKey);
		done = await put({ kind: 'new', submissionKey });
	}
	return done;
}

/** The write itself. Whoever would get a message is counted inside it, where nobody can change the draft in between. */
async function putCounted(
	values: FormValues,
	context: FormContext,
	form: Parameters<typeof wouldMail>[2],
	put: (tx: Tx) => Promise<Saved>,
): Promise<Saved> {
	return write(async (tx) => {
		const mails = await wouldMail(tx, moment(context), form);
		const refusal = mails ? await limited([[byRecipient, form.normalized]], values) : null;
		return refusal ?? put(tx);
	});
}

/** « Enregistrer et continuer plus tard » and « Envoyer la demande » are the two buttons of one form. */
async function apply(values: FormValues, context: FormContext): Promise<Outcome> {
	const draft = valueOf(values, 'intent') === 'draft';
	// A program that filled the trap is answered as anyone is, and nothing is kept.
	if (isTrapped(values)) return sentPage(context, draft);
	const done = draft ? await applyLater(values, context) : await applyNow(values, context);
	if (done.ok) return sentPage(context, draft);
	if (!('reason' in done)) return sendableAgain(done);
	switch (done.reason) {
		case 'stale':
			// Sent again, it goes through its link when it has one; without, its first key would be refused for ever.
			return sendableAgain(refuse(409, { '': 'draft_changed' }, values), { spent: true });
		case 'already_confirmed':
		case 'unknown_link':
			return refuse(409, { '': 'application_already_sent' }, values);
	}
}

async function applyLater(values: FormValues, context: FormContext) {
	const parsed = parseDraft(values);
	if (!parsed.ok) return parsed;
	const refusal = await limited([[bySave, context.clientAddress]], values);
	if (refusal) return refusal;
	const { data: draft } = parsed;
	return save(values, context, (source) =>
		putCounted(values, context, { source, values: draft.values, normalized: draft.normalized, sent: false }, (tx) =>
			saveDraft(tx, moment(context), { source, draft, locale: context.locale }),
		),
	);
}

async function applyNow(values: FormValues, context: FormContext) {
	const scale = await findScaleOn(read, civilDateOf(now()));
	const parsed = parseApplication(values, scale, readConsentVersion());
	if (!parsed.ok) return parsed;
	const refusal = await limited([[bySender, context.clientAddress]], values);
	if (refusal) return refusal;
	const typed = draftValues(values);
	const { data: asked } = parsed;
	return save(values, context, (source) =>
		putCounted(values, context, { source, values: typed, normalized: asked.normalized, sent: true }, (tx) =>
			sendApplication(tx, moment(context), { source, application: asked, values: typed }),
		),
	);
}

/** Another message was kept under this form's key: the page comes back with the text, and a key that has not served. */
const alreadyUsed = (values: FormValues) => sendableAgain(refuse(409, { '': 'message_form_used' }, values), { spent: true });

/** Something a worker does to the application whose page they are on, back to which they come. */
function deskAction<T>(
	parse: (values: FormValues) => { ok: true; data: T } | Refusal,
	mutate: (
		tx: Tx,
		act: Act,
		grant: Grant<'applications.decide'>,
		input: T & { readonly id: string },
	) => Promise<
		{ ok: true } | { ok: false; reason: 'not_found' | 'stale' | 'impossible_transition' | 'second_worker_needed' | 'form_already_used' }
	>,
) {
	return formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'applications.decide');
		const { id } = context.params;
		if (id === undefined) return refuse(404, {}, values);
		const parsed = parse(values);
		if (!parsed.ok) return sendableAgain(parsed);
		const done = await write((tx) => mutate(tx, context.act(), grant, { ...parsed.data, id }));
		if (done.ok) return redirectTo(pathOf('workApplication', context.locale, { id }));
		switch (done.reason) {
			case 'not_found':
				return refuse(404, {}, values);
			case 'stale':
			case 'impossible_transition':
			case 'second_worker_needed':
				return refuse(409, { '': done.reason }, values);
			case 'form_already_used':
				return alreadyUsed(values);
		}
	});
}

const versionOnly = (values: FormValues) => parseForm(versionForm, values);

/** Back to the status page whose link was followed. */
function followAction<T>(
	parse: (values: FormValues) => { ok: true; data: T } | Refusal,
	mutate: (
		tx: Tx,
		moment: { at: number; requestId: string },
		input: T & { readonly token: string },
	) => Promise<{ ok: true } | { ok: false; reason: 'unknown_link' | 'stale' | 'impossible_transition' | 'form_already_used' }>,
) {
	return formAction(async (values, context) => {
		const { token } = context.params;
		if (token === undefined) return refuse(404, {}, values);
		const parsed = parse(values);
		if (!parsed.ok) return sendableAgain(parsed);
		const done = await write((tx) => mutate(tx, moment(context), { ...parsed.data, token }));
		if (done.ok) return redirectTo(pathOf('joinStatus', context.locale, { token }));
		switch (done.reason) {
			case 'unknown_link':
				return refuse(404, {}, values);
			case 'stale':
			case 'impossible_transition':
				return refuse(409, { '': done.reason }, values);
			case 'form_already_used':
				return alreadyUsed(values);
		}
	});
}

export const applicationActions = {
	apply: formAction(apply),

	confirm: formAction(async (values, context) => {
		const { token } = context.params;
		if (token === undefined) return refuse(404, {}, values);
		const done = await write((tx) => confirmApplication(tx, moment(context), token));
		if (done.ok) return redirectTo(pathOf('joinStatus', context.locale, { token: done.statusToken }));
		if (done.reason === 'unknown_link') return refuse(404, {}, values);
		// The page shown again says which of the others it is.
		return refuse(409, {}, values);
	}),

	answer: followAction((values) => parseForm(answerForm, values), answerQuestion),
	withdraw: followAction(versionOnly, withdrawApplication),

	take: deskAction(versionOnly, takeApplication),
	accept: deskAction(versionOnly, (tx, act, grant, { id, version }: Target) =>
		acceptApplication(tx, act, grant, { applicationId: id, version }),
	),
	ask: deskAction((values) => parseForm(questionForm, values), askApplicant),
	note: deskAction((values) => parseForm(noteForm, values), addNote),
	proposeRefusal: deskAction((values) => parseForm(reasonForm, values), proposeRefusal),
	withdrawRefusal: deskAction(versionOnly, withdrawRefusal),
	confirmRefusal: deskAction(versionOnly, confirmRefusal),
};
