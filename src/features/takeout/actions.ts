import { read, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { zipStream } from '#src/adapters/zip/index.ts';
import { Denied, grantIn } from '#src/features/access/index.ts';
import { filesOfGroup, filesOfPerson } from '#src/features/takeout/data.ts';
import { giveTicket, useTicket } from '#src/features/takeout/mutations.ts';
import { TICKET } from '#src/features/takeout/rules.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { dayOf } from '#src/lib/export-part.ts';
import { type FormValues, type Outcome, redirectTo, refuse } from '#src/lib/form.ts';

const HOUR = 60 * 60;
const byAccount = makeLimit(5, HOUR);

async function ask(values: FormValues, context: FormContext, organisationId: string | null, page: string): Promise<Outcome> {
	const { visitor } = context.locals;
	if (!visitor) throw new Denied(403);
	if (!isProven(visitor.provenAt, now())) return refuse(422, { '': 'prove_first' }, values);
	const refusal = await limited([[byAccount, visitor.accountId]], values);
	if (refusal) return refusal;
	const token = await write((tx) => giveTicket(tx, context.act(), { ...visitor, organisationId }));
	return redirectTo(`${page}?${new URLSearchParams({ [TICKET]: token })}`);
}

export const takeoutActions = {
	person: formAction((values, context) => ask(values, context, null, pathOf('accountData', context.locale))),

	group: formAction((values, context) => {
		const { group = '' } = context.params;
		const grant = grantIn(context.locals.access, group, 'data.take');
		return ask(values, context, grant.organisationId, pathOf('spaceData', context.locale, { group }));
	}),
};

/**
 * The archive a ticket in the page's address opens; null without one, or when it opens nothing: the page is then shown as usual.
 * @param group the group whose page it is; null on a person's own.
 */
export async function sendArchive(
	url: URL,
	locals: Pick<App.Locals, 'visitor' | 'access'>,
	locale: Locale,
	group: string | null,
): Promise<Response | null> {
	const token = url.searchParams.get(TICKET);
	const { visitor, access } = locals;
	if (token === null || !visitor) return null;
	const at = now();
	const grant = group === null ? null : grantIn(access, group, 'data.take');
	const used = await write((tx) => useTicket(tx, { token, sessionId: visitor.sessionId, at }));
	if (used === null || used.organisationId !== (grant?.organisationId ?? null)) return null;
	const files = grant ? filesOfGroup(read, grant, at, locale) : filesOfPerson(read, visitor.personId, visitor.fullName, at, locale);
	return new Response(zipStream(files), {
		headers: {
			'content-type': 'application/zip',
			'content-disposition': `attachment; filename="koumbit-${group ?? 'compte'}-${dayOf(at)}.zip"`,
			'cache-control': 'private, no-store',
		},
	});
}
