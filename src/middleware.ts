/** Each request that reaches Astro: who is asking, may they see this page, and which form did they send. */

import { getActionContext } from 'astro:actions';
import { sequence } from 'astro:middleware';
import { randomUUID } from 'node:crypto';
import type { APIContext, MiddlewareHandler, MiddlewareNext } from 'astro';
import { isBusy, read } from '#db/client.ts';
import { actionNeed } from '#src/actions/rights.ts';
import { networkOf } from '#src/adapters/limits/index.ts';
import { readSession } from '#src/adapters/sessions/index.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { Denied, demand, loadAccess, mayWork, type Need, needOf, withoutCoopRoles } from '#src/features/access/index.ts';
import { hasFactor } from '#src/features/factors/index.ts';
import { findMergedSlug } from '#src/features/groups/index.ts';
import { findRepeatedProof } from '#src/features/login/index.ts';
import { findViewing, isGroupPage, mayOpen, notePage, type Viewing } from '#src/features/viewing/index.ts';
import { type Audience, localeOf, matchRoute, pathOf, type RouteKey, type RouteParams, routes } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { type Outcome, readForm } from '#src/lib/form.ts';
import { describeError, log } from '#src/lib/log.ts';

/** The page that explains an error, in the language of the address that failed. */
async function errorPage(context: APIContext, status: number, retryAfter?: number): Promise<Response> {
	const locale = localeOf(context.url.pathname);
	const address = new URL(pathOf('error', locale, { status: String(status) }), context.url);
	const page = await context.rewrite(new Request(address, { headers: { 'x-request-id': context.locals.requestId } }));
	const headers = new Headers(page.headers);
	if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
	return new Response(page.body, { status, headers });
}

/** Who is asking can't be read either while the database is away. */
const outlast: MiddlewareHandler = async (context, next) => {
	try {
		return await next();
	} catch (error) {
		if (!isBusy(error)) throw error;
		return errorPage(context, 503, 5);
	}
};

const identify: MiddlewareHandler = async (context, next) => {
	const { locals, request } = context;
	locals.requestId ??= context.isPrerendered ? '' : (request.headers.get('x-request-id') ?? randomUUID());
	locals.visitor ??= null;
	locals.access ??= null;
	locals.viewing ??= null;
	locals.awaitsFactor ??= false;
	locals.deadSession ??= null;
	locals.refused ??= null;
	locals.clientAddress ??= context.isPrerendered ? '' : networkOf(context.clientAddress);
	const cookies = context.isPrerendered || locals.visitor ? null : request.headers.get('cookie');
	if (cookies) {
		const found = await readSession(cookies);
		// The second of two clicks may bring an id that the first has just renewed: to take the cookie back would end the new session.
		const mayBeRenewed = !found.user && found.deadId !== null && request.method === 'POST';
		if (found.renew && !mayBeRenewed) setCookie(context.cookies, found.renew);
		if (!found.user && mayBeRenewed) locals.deadSession = found.deadId;
		if (found.user) {
			locals.visitor = { ...found.user, sessionId: found.sessionId, provenAt: found.provenAt, factorAt: found.factorAt };
			const own = await loadAccess(read, found.user.personId, civilDateOf(now()));
			locals.awaitsFactor = mayWork(own) && found.factorAt === null;
			const access = locals.awaitsFactor ? withoutCoopRoles(own) : own;
			locals.viewing = mayWork(access) ? await findViewing(read, found.sessionId, access, now()) : null;
			locals.access = locals.viewing?.access ?? access;
		}
	}
	return next();
};

/** The status of a refusal; null for whoever has what is needed. */
function refusalOf({ locals }: APIContext, need: Need, group: string | undefined): Denied['status'] | null {
	try {
		demand(locals.access, need, group);
		return null;
	} catch (error) {
		if (error instanceof Denied) return error.status;
		throw error;
	}
}

const guard: MiddlewareHandler = async (context, next) => {
	if (context.isPrerendered) return next();
	const { pathname, search } = context.url;
	// Actions are reached through the page that shows their form, never by themselves.
	if (pathname.startsWith('/_actions')) return new Response(null, { status: 404 });
	const match = matchRoute(pathname);
	const need = match && needOf(match.key);
	const { viewing } = context.locals;
	if (viewing) {
		if (context.request.method === 'POST' && getActionContext(context).action?.name === 'viewing.end') return next();
		const refusal = await look(context, viewing, match && { ...match, audience: routes[match.key].audience });
		if (refusal) return refusal;
	}
	if (match === null || need === null) return next();
	if (!context.locals.visitor) {
		const again = match.key === 'accountProof' ? await repeatProof(context) : null;
		if (again) return again;
		if (wantsJson(context)) return Response.json({ error: 'login_required' }, { status: 401 });
		// The way back is to the page: its form, sent again, would act twice.
		const asked = new URLSearchParams(search);
		asked.delete('_action');
		const query = new URLSearchParams({ next: asked.size > 0 ? `${pathname}?${asked}` : pathname });
		return context.redirect(`${pathOf('login', localeOf(pathname))}?${query}`, 303);
	}
	if (routes[match.key].audience === 'worker' && context.locals.awaitsFactor) {
		if (wantsJson(context)) return Response.json({ error: 'second_step_required' }, { status: 403 });
		const has = await hasFactor(read, context.locals.visitor.accountId);
		if (!has) return context.redirect(pathOf('accountSteps', localeOf(pathname)), 303);
		return context.redirect(`${pathOf('loginStep', localeOf(pathname))}?${new URLSearchParams({ next: pathname })}`, 303);
	}
	// A group that was merged: its old addresses lead to what it became, for whoever may enter there.
	const { group } = match.params;
	if (group !== undefined && context.request.method === 'GET') {
		const own = context.locals.access?.groups ?? [];
		const target = own.some(({ slug }) => slug === group) ? null : await findMergedSlug(read, group);
		if (target !== null && own.some(({ slug }) => slug === target)) {
			return context.redirect(pathOf(match.key, localeOf(pathname), { ...match.params, group: target }), 303);
		}
	}
	const refusal = refusalOf(context, need, group);
	return refusal === null ? next() : errorPage(context, refusal);
};

/** Answers the second of two clicks on a proof as the first was; null for anything else. */
async function repeatProof({ request, url, locals, cookies, redirect }: APIContext): Promise<Response | null> {
	const { deadSession } = locals;
	if (deadSession === null || request.method !== 'POST') return null;
	try {
		const again = findRepeatedProof(deadSession, readForm(await request.clone().formData()), localeOf(url.pathname), now());
		if (!again) return null;
		setCookie(cookies, again.cookie);
		return redirect(again.to, 303);
	} catch {
		// No form that could be read: nothing is repeated.
		return null;
	}
}

/**
 * While someone views as another person nothing can be sent but the end of it, and only what the group shares is open: the
 * one place that makes it so, whatever a page or a form would allow. @returns a refusal, or null where the page may be shown.
 */
async function look(
	context: APIContext,
	viewing: Viewing,
	page: { key: RouteKey; params: RouteParams; audience: Audience } | null,
): Promise<Response | null> {
	const { locals, request } = context;
	if (!['GET', 'HEAD'].includes(request.method) || !mayOpen(page)) return errorPage(context, 403);
	if (page && isGroupPage(page.key)) {
		try {
			await notePage(viewing, locals.requestId, { key: page.key, number: page.params.number });
		} catch (error) {
			// What can't be written in the trail is not shown.
			if (isBusy(error)) return errorPage(context, 503, 5);
			throw error;
		}
	}
	return null;
}

/** True for a program that asks for JSON: a redirect to a log-in page would tell it nothing. */
function wantsJson(context: APIContext): boolean {
	const accept = context.request.headers.get('accept') ?? '';
	return accept.includes('application/json') && !accept.includes('text/html');
}

/** Shows the page, with the form that was refused if there is one. */
async function show(context: APIContext, next: MiddlewareNext): Promise<Response> {
	try {
		return await next();
	} catch (error) {
		if (error instanceof Denied) return errorPage(context, error.status);
		if (isBusy(error)) return errorPage(context, 503, 5);
		log.error('page.failed', { requestId: context.locals.requestId, route: context.routePattern, ...describeError(error) });
		return errorPage(context, 500);
	}
}

const act: MiddlewareHandler = async (context, next) => {
	if (context.isPrerendered) return next();
	if (context.request.method !== 'POST') return show(context, next);
	const { action, setActionResult, serializeActionResult } = getActionContext(context);
	if (!action) return errorPage(context, 400);
	const params = matchRoute(context.url.pathname)?.params ?? {};
	const need = actionNeed(action.name);
	// An unknown form, or one of a private link on a page that none opens.
	if (need === null || (need === 'link' && params.token === undefined)) return errorPage(context, 404);
	const refusal = need === 'anyone' || need === 'link' ? null : refusalOf(context, need, params.group);
	if (refusal !== null) return errorPage(context, refusal);
	let result: Awaited<ReturnType<typeof action.handler>>;
	try {
		result = await action.handler();
	} catch {
		// The body could not be read as a form.
		return errorPage(context, 400);
	}
	if (result.error) {
		const { status } = result.error;
		return errorPage(context, status === 500 || status === 404 || status === 413 || status === 415 ? status : 400);
	}
	const outcome = result.data as Outcome;
	if (outcome.ok) return context.redirect(outcome.to, 303);
	if (outcome.status === 403 || outcome.status === 404) return errorPage(context, outcome.status);
	context.locals.refused = { action: action.name, refusal: outcome };
	setActionResult(action.name, serializeActionResult({ data: undefined, error: undefined }));
	const page = await show(context, next);
	if (page.status !== 200) return page;
	const headers = new Headers(page.headers);
	if (outcome.retryAfter !== undefined) headers.set('retry-after', String(outcome.retryAfter));
	return new Response(page.body, { status: outcome.status, headers });
};

export const onRequest = sequence(outlast, identify, guard, act);
