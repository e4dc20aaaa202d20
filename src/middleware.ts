/** Each request that reaches Astro: who is asking, may they see this page, and which form did they send. */

import { getActionContext } from 'astro:actions';
import { sequence } from 'astro:middleware';
import { randomUUID } from 'node:crypto';
import type { APIContext, MiddlewareHandler, MiddlewareNext } from 'astro';
import { isBusy, read } from '#db/client.ts';
import { networkOf } from '#src/adapters/limits/index.ts';
import { readSession } from '#src/adapters/sessions/index.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { Denied, loadAccess, mayWork, withoutCoopRoles } from '#src/features/access/index.ts';
import { hasFactor } from '#src/features/factors/index.ts';
import { localeOf, matchRoute, pathOf, routes } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import type { Outcome } from '#src/lib/form.ts';
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

const identify: MiddlewareHandler = async (context, next) => {
	const { locals, request } = context;
	locals.requestId ??= context.isPrerendered ? '' : (request.headers.get('x-request-id') ?? randomUUID());
	locals.visitor ??= null;
	locals.access ??= null;
	locals.awaitsFactor ??= false;
	locals.refused ??= null;
	locals.clientAddress ??= context.isPrerendered ? '' : networkOf(context.clientAddress);
	const cookies = context.isPrerendered || locals.visitor ? null : request.headers.get('cookie');
	if (cookies) {
		const found = await readSession(cookies);
		if (found.renew) setCookie(context.cookies, found.renew);
		if (found.user) {
			locals.visitor = { ...found.user, sessionId: found.sessionId, provenAt: found.provenAt, factorAt: found.factorAt };
			const access = await loadAccess(read, found.user.personId, civilDateOf(now()));
			locals.awaitsFactor = mayWork(access) && found.factorAt === null;
			locals.access = locals.awaitsFactor ? withoutCoopRoles(access) : access;
		}
	}
	return next();
};

const guard: MiddlewareHandler = async (context, next) => {
	if (context.isPrerendered) return next();
	const { pathname, search } = context.url;
	// Actions are reached through the page that shows their form, never by themselves.
	if (pathname.startsWith('/_actions')) return new Response(null, { status: 404 });
	const match = matchRoute(pathname);
	const audience = match && routes[match.key].audience;
	const closed = audience === 'member' || audience === 'worker';
	if (closed && !context.locals.visitor) {
		if (wantsJson(context)) return Response.json({ error: 'login_required' }, { status: 401 });
		// The way back is to the page: its form, sent again, would act twice.
		const asked = new URLSearchParams(search);
		asked.delete('_action');
		const query = new URLSearchParams({ next: asked.size > 0 ? `${pathname}?${asked}` : pathname });
		return context.redirect(`${pathOf('login', localeOf(pathname))}?${query}`, 303);
	}
	if (audience === 'worker' && context.locals.visitor && context.locals.awaitsFactor) {
		if (wantsJson(context)) return Response.json({ error: 'second_step_required' }, { status: 403 });
		const has = await hasFactor(read, context.locals.visitor.accountId);
		if (!has) return context.redirect(pathOf('accountSteps', localeOf(pathname)), 303);
		return context.redirect(`${pathOf('loginStep', localeOf(pathname))}?${new URLSearchParams({ next: pathname })}`, 303);
	}
	if (audience === 'worker' && !mayWork(context.locals.access)) return errorPage(context, 403);
	return next();
};

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

export const onRequest = sequence(identify, guard, act);
