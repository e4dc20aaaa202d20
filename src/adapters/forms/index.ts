/** The one shape of an action: a plain form in, an {@link Outcome} out; what goes wrong inside never reaches a page as text. */
import { ActionError, defineAction } from 'astro:actions';
import { isBusy, isLostCommit } from '#db/client.ts';
import { type Locale, localeOf, matchRoute, type RouteParams } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { deviceOf, prefixOf } from '#src/lib/device.ts';
import { type FormValues, type Outcome, readForm, refuse } from '#src/lib/form.ts';
import { describeError, log } from '#src/lib/log.ts';

type Cookies = import('astro').APIContext['cookies'];

export interface FormContext {
	readonly locals: App.Locals;
	readonly locale: Locale;
	/** Parameters of the page's address. */
	readonly params: RouteParams;
	readonly url: URL;
	readonly cookies: Cookies;
	readonly clientAddress: string;
	/** Where a session opened by this form comes from. */
	origin(): { readonly device: string | null; readonly network: string | null };
	/** Who does it, when, by which request. @throws what is answered with 403 when nobody is logged in. */
	act(): Act;
}

const SECONDS_TO_WAIT = 5;

/**
 * @param handler may throw `Busy` (the form comes back with 503, as typed), `Denied` (its page), or anything else (500 and a
 * line in the log, without the data).
 */
export function formAction(handler: (values: FormValues, context: FormContext) => Promise<Outcome>) {
	return defineAction({
		accept: 'form',
		handler: async (data: FormData, context): Promise<Outcome> => {
			const values = readForm(data);
			const { locals, url, cookies } = context;
			try {
				return await handler(values, {
					locals,
					locale: localeOf(url.pathname),
					params: matchRoute(url.pathname)?.params ?? {},
					url,
					cookies,
					clientAddress: locals.clientAddress,
					origin: () => ({ device: deviceOf(context.request.headers.get('user-agent')), network: prefixOf(locals.clientAddress) }),
					act() {
						// A form of another page sent here by hand.
						if (!locals.visitor) throw Object.assign(new Error('an act without anyone logged in'), { status: 403 });
						return { actor: { kind: 'person', personId: locals.visitor.personId }, at: now(), requestId: locals.requestId };
					},
				});
			} catch (error) {
				if (isBusy(error) || isLostCommit(error)) {
					log.warn('action.busy', { requestId: locals.requestId, ...describeError(error) });
					const key = isLostCommit(error) ? 'unconfirmed' : 'busy';
					return { ...refuse(503, { '': key }, values), retryAfter: SECONDS_TO_WAIT };
				}
				if (error instanceof Error && 'status' in error && (error.status === 403 || error.status === 404)) {
					return refuse(error.status, {}, values);
				}
				log.error('action.failed', { requestId: locals.requestId, ...describeError(error) });
				throw new ActionError({ code: 'INTERNAL_SERVER_ERROR' });
			}
		},
	});
}
