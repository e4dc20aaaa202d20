import { read, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { ownerIn, withoutSecrets } from '#src/adapters/forms/proven.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { verifyPassword } from '#src/adapters/passwords/index.ts';
import { endSession, isKnownPlace, noteProof, passingCookie, tryOpenSession } from '#src/adapters/sessions/index.ts';
import { findAnswer, keepAnswer } from '#src/adapters/sessions/repeats.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { loadAccess, mayWork } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { codeForm, credentialForm, findShownPasskey, hasFactor, secondsOfRest } from '#src/features/factors/index.ts';
import { afterProof, findPendingLogin, LINK_COOKIE, passedIn, STEP_COOKIE, secretOf, stepAttempt } from '#src/features/login/data.ts';
import { askLoginLink, beginStep, enterByLink, enterByPasskey, giveProof, giveStep } from '#src/features/login/mutations.ts';
import { LOGIN_LIMITS, LOGIN_LINK_LASTS, STEP_LASTS, wayBack } from '#src/features/login/rules.ts';
import { addressForm, loginForm, proofForm } from '#src/features/login/schema.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { type FormValues, type Outcome, parseForm, redirectTo, refuse, valueOf } from '#src/lib/form.ts';

const QUARTER_HOUR = 15 * 60;
// An account's owner elsewhere must not be locked out by one stranger, so both are counted together and apart.
const byAccount = makeLimit(LOGIN_LIMITS.byAccount, LOGIN_LIMITS.seconds);
const byAddress = makeLimit(LOGIN_LIMITS.byAddress, LOGIN_LIMITS.seconds);
const byPlace = makeLimit(LOGIN_LIMITS.together, LOGIN_LIMITS.seconds);
const byBoth = makeLimit(LOGIN_LIMITS.together, LOGIN_LIMITS.seconds);

// Whoever tries codes has the password: the account alone counts, wherever they come from.
const byStep = makeLimit(15, QUARTER_HOUR);
const byPasskey = makeLimit(50, QUARTER_HOUR);
const byProof = makeLimit(10, QUARTER_HOUR);
const byLink = makeLimit(20, QUARTER_HOUR);
// Answers go to an address that may not be theirs: nobody fills another's mailbox from here.
const byAsked = makeLimit(5, QUARTER_HOUR);
const byAsker = makeLimit(20, QUARTER_HOUR);

const SECOND = 1_000;
/** All that a page of secrets takes back: where to go afterwards. */
const onwards = (values: FormValues): FormValues => ({ next: valueOf(values, 'next') });
const momentOf = ({ locals }: FormContext) => ({ at: now(), requestId: locals.requestId });

/** Where a person goes after the log-in: back to the page of this site that asked for it, else to what is theirs. */
async function afterLogin(locale: Locale, wanted: string, personId: string): Promise<string> {
	const back = wayBack(wanted);
	if (back !== null) return back;
	return pathOf(mayWork(await loadAccess(read, personId, civilDateOf(now()))) ? 'work' : 'spaces', locale);
}

/**
 * From here on the browser speaks for this account, and for no other it was logged in to.
 * @returns null when a second factor was added since, and none was given: nothing was opened.
 */
async function enter(
	context: FormContext,
	who: { accountId: string; personId: string },
	next: string,
	factor: boolean,
): Promise<Outcome | null> {
	const { locals, cookies, origin, locale } = context;
	const cookie = await tryOpenSession(who.accountId, origin(), factor);
	if (!cookie) return null;
	if (locals.visitor) await endSession(locals.visitor.sessionId);
	for (const name of [STEP_COOKIE, LINK_COOKIE]) if (passedIn(cookies, name) !== '') setCookie(cookies, passingCookie(name, '', 0));
	setCookie(cookies, cookie);
	return redirectTo(await afterLogin(locale, next, who.personId));
}

/** The step of a log-in under way; of someone logged in whose session holds no factor, a log-in begins here. */
async function stepToken({ cookies, locals }: FormContext, values: FormValues): Promise<string> {
	const token = passedIn(cookies, STEP_COOKIE);
	const { visitor } = locals;
	if (!visitor || visitor.factorAt !== null || (await findPendingLogin(read, token, now()))) return token;
	const begun = await write((tx) => beginStep(tx, now(), { accountId: visitor.accountId, next: wayBack(valueOf(values, 'next')) ?? '' }));
	setCookie(cookies, passingCookie(STEP_COOKIE, begun, STEP_LASTS / SECOND));
	return begun;
}

const stepGone = (context: FormContext) => {
	setCookie(context.cookies, passingCookie(STEP_COOKIE, '', 0));
	return refuse(409, { '': 'step_gone' }, {});
};

/** One-time codes are not taken for a while; the owner has recovery codes and passkeys. */
async function codesRest(accountId: string, values: FormValues): Promise<Outcome> {
	const retryAfter = Math.max(1, await secondsOfRest(read, accountId, now()));
	return { ...refuse(429, { code: 'codes_rest' }, onwards(values)), retryAfter };
}

export const loginActions = {
	logIn: formAction(async (values, context) => {
		const { locale, clientAddress, origin } = context;
		const parsed = parseForm(loginForm, values);
		if (!parsed.ok) return { ...parsed, values: withoutSecrets(parsed.values) };
		const normalized = normalizeAddress(parsed.data.email);
		const account = normalized ?? parsed.data.email;
		const both = `${account} ${clientAddress}`;
		const kept = withoutSecrets(values);
		const refusal = await limited(
			[
				[byBoth, both],
				[byAddress, clientAddress],
			],
			kept,
		);
		if (refusal) return refusal;
		const found = normalized === null ? null : await findAccountByAddress(read, normalized);
		const crowded = await limited([[byAccount, account]], kept);
		// Strangers everywhere can use up what an account is allowed; its owner still gets in where they are known.
		if (crowded) {
			const { network } = origin();
			if (!(await isKnownPlace(read, found?.accountId ?? '', network, now()))) return crowded;
			const refused = await limited([[byPlace, `${account} ${network}`]], kept);
			if (refused) return refused;
		}
		const right = await verifyPassword(found?.passwordHash ?? null, parsed.data.password);
		if (!found || !right || !found.active) return refuse(422, { '': 'wrong_login' }, kept);
		// Only failures count, or people who log in often would shut themselves out.
		await Promise.all([byBoth.forget(both), byAccount.forget(account), byAddress.giveBack(clientAddress)]);
		const next = valueOf(values, 'next');
		const entered = (await hasFactor(read, found.accountId)) ? null : await enter(context, found, next, false);
		if (entered) return entered;
		const token = await write((tx) => beginStep(tx, now(), { accountId: found.accountId, next: wayBack(next) ?? '' }));
		setCookie(context.cookies, passingCookie(STEP_COOKIE, token, STEP_LASTS / SECOND));
		return redirectTo(pathOf('loginStep', locale));
	}),

	giveCode: formAction(async (values, context) => {
		const parsed = parseForm(codeForm, values);
		if (!parsed.ok) return { ...parsed, values: onwards(values) };
		const token = await stepToken(context, values);
		const pending = await findPendingLogin(read, token, now());
		if (!pending) return stepGone(context);
		const refusal = await limited([[byStep, pending.accountId]], onwards(values));
		if (refusal) return refusal;
		const done = await write((tx) => giveStep(tx, momentOf(context), token, { kind: 'code', code: parsed.data.code }));
		if (done.ok) {
			await byStep.forget(pending.accountId);
			return (await enter(context, done, done.next, true)) ?? stepGone(context);
		}
		if (done.reason === 'codes_rest') return codesRest(pending.accountId, values);
		return done.reason === 'step_gone' ? stepGone(context) : refuse(422, { code: done.reason }, onwards(values));
	}),

	givePasskey: formAction(async (values, context) => {
		const parsed = parseForm(credentialForm, values);
		if (!parsed.ok) return { ...parsed, values: onwards(values) };
		// Before a log-in begins here for a session without a factor: the page was made for the session.
		const attempt = stepAttempt(context.cookies, context.locals.visitor?.sessionId);
		const token = await stepToken(context, values);
		const pending = await findPendingLogin(read, token, now());
		if (!pending) return stepGone(context);
		const refusal = await limited([[byStep, pending.accountId]], onwards(values));
		if (refusal) return refusal;
		const shown = await findShownPasskey(read, parsed.data.credential, attempt, pending.accountId, now());
		if (!shown) return refuse(422, { '': 'passkey_refused' }, onwards(values));
		const done = await write((tx) => giveStep(tx, momentOf(context), token, { kind: 'passkey', shown }));
		if (done.ok) {
			await byStep.forget(pending.accountId);
			return (await enter(context, done, done.next, true)) ?? stepGone(context);
		}
		return done.reason === 'step_gone' ? stepGone(context) : refuse(422, { '': done.reason }, onwards(values));
	}),

	/** Nobody is known before: the passkey says who it is, and its device has checked who holds it. */
	logInByPasskey: formAction(async (values, context) => {
		const { credential: _, ...typed } = values;
		const parsed = parseForm(credentialForm, values);
		if (!parsed.ok) return { ...parsed, values: typed };
		const refusal = await limited([[byPasskey, context.clientAddress]], typed);
		if (refusal) return refusal;
		const shown = await findShownPasskey(read, parsed.data.credential, { purpose: 'login', of: '' }, null, now());
		if (!shown) return refuse(422, { '': 'passkey_refused' }, typed);
		const done = await write((tx) => enterByPasskey(tx, now(), shown));
		if (!done.ok) return refuse(422, { '': done.reason }, typed);
		await byPasskey.giveBack(context.clientAddress);
		return (await enter(context, done, valueOf(values, 'next'), true)) ?? refuse(422, { '': 'passkey_refused' }, typed);
	}),

	/** The answer is the same, after the same work, whether the address has an account or not. */
	askLink: formAction(async (values, { locale, clientAddress, cookies }) => {
		const parsed = parseForm(addressForm, values);
		if (!parsed.ok) return parsed;
		const normalized = normalizeAddress(parsed.data.email) ?? '';
		const refusal = await limited(
			[
				[byAsker, clientAddress],
				[byAsked, normalized],
			],
			values,
		);
		if (refusal) return refusal;
		const browser = await write((tx) => askLoginLink(tx, now(), { normalized, locale }));
		// A little longer than the link itself, which begins when the message is written.
		setCookie(cookies, passingCookie(LINK_COOKIE, browser, (2 * LOGIN_LINK_LASTS) / SECOND));
		return redirectTo(pathOf('loginLinkAsked', locale));
	}),

	logInByLink: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byLink, context.clientAddress]], {});
		if (refusal) return refusal;
		const input = { token, browser: passedIn(context.cookies, LINK_COOKIE), confirmed: valueOf(values, 'confirmed') === 'on' };
		const done = await write((tx) => enterByLink(tx, momentOf(context), input));
		if (done.ok) return (await enter(context, done, '', false)) ?? refuse(409, {}, {});
		return done.reason === 'confirm_first' ? refuse(422, { confirmed: 'confirm_first' }, {}) : refuse(409, {}, {});
	}),

	/** Whoever has a second step gives that one: a password alone proves less than the log-in did. */
	prove: formAction(async (values, context) => {
		const owner = ownerIn(context);
		const strong = await hasFactor(read, owner.accountId);
		const parsed = strong ? parseForm(codeForm, values) : parseForm(proofForm, values);
		if (!parsed.ok) return { ...parsed, values: onwards(values) };
		const refusal = await limited([[byProof, owner.accountId]], onwards(values));
		if (refusal) return refusal;
		if ('code' in parsed.data) {
			const { code } = parsed.data;
			const answer = await proveBy(context, values, giving(context, values, { kind: 'code', code }), true);
			if (answer === 'rest') return codesRest(owner.accountId, values);
			return answer === 'right' ? proven(context, values) : refuse(422, { code: 'wrong_code' }, onwards(values));
		}
		const found = await findAccountByAddress(read, normalizeAddress(owner.address) ?? '');
		const right = await verifyPassword(found?.passwordHash ?? null, parsed.data.password);
		if (!right || found?.accountId !== owner.accountId) return refuse(422, { password: 'wrong_password' }, onwards(values));
		await proveBy(context, values, async () => 'right', false);
		return proven(context, values);
	}),

	provePasskey: formAction(async (values, context) => {
		const owner = ownerIn(context);
		const parsed = parseForm(credentialForm, values);
		if (!parsed.ok) return { ...parsed, values: onwards(values) };
		const refusal = await limited([[byProof, owner.accountId]], onwards(values));
		if (refusal) return refusal;
		const attempt = { purpose: 'proof', of: owner.sessionId } as const;
		const shown = await findShownPasskey(read, parsed.data.credential, attempt, owner.accountId, now());
		const answer = shown && (await proveBy(context, values, giving(context, values, { kind: 'passkey', shown }), true));
		return answer === 'right' ? proven(context, values) : refuse(422, { '': 'passkey_refused' }, onwards(values));
	}),
};

type Given = Parameters<typeof giveProof>[3];
type Work = (tx: Parameters<typeof giveProof>[0]) => ReturnType<typeof giveProof>;

function giving(context: FormContext, values: FormValues, given: Given): Work {
	const owner = ownerIn(context);
	return (tx) => giveProof(tx, context.act(), owner, given, findAnswer(owner.sessionId, secretOf(values), now()) !== null);
}

const proven = ({ locale }: FormContext, values: FormValues): Outcome => redirectTo(afterProof(values, locale));

/** Notes the proof with the session when `give` says that it holds, or that the other of two clicks has just given it. */
async function proveBy(context: FormContext, values: FormValues, give: Work, factor: boolean): ReturnType<Work> {
	const owner = ownerIn(context);
	const secret = secretOf(values);
	const { answer, given } = await write(async (tx) => {
		const answer = await give(tx);
		if (answer !== 'right') return { answer, given: null };
		await recordAudit(tx, context.act(), { action: 'accounts.prove', subject: { kind: 'person', id: owner.personId } });
		return { answer, given: await noteProof(tx, owner.sessionId, now(), factor) };
	});
	if (given) keepAnswer(owner.sessionId, secret, given, now());
	const cookie = given ?? findAnswer(owner.sessionId, secret, now());
	if (!cookie) return answer === 'right' ? 'wrong' : answer;
	setCookie(context.cookies, cookie);
	await byProof.forget(owner.accountId);
	return 'right';
}
