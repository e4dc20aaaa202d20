import type { z } from 'zod';
import { type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { type CommitteeGrant, grantOver } from '#src/features/access/index.ts';
import { leaveCommittee, placeInCommittee } from '#src/features/committees/mutations.ts';
import { leaveForm, placeForm } from '#src/features/committees/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

type Done = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A change of who is in the committee of the page, shortly after a proof of who one is. */
function committeeAction<T extends z.ZodType>(
	schema: T,
	done: string,
	perform: (tx: Tx, act: Act, grant: CommitteeGrant, data: z.output<T>) => Promise<Done>,
) {
	return formAction(async (values, context: FormContext) => {
		const { locals, locale, params } = context;
		const grant = grantOver(locals.access, params.slug ?? '');
		if (!isProven(locals.visitor?.provenAt ?? null, now())) return refuse(422, { '': 'prove_first' }, values);
		const parsed = parseForm(schema, values);
		if (!parsed.ok) return parsed;
		const result = await write((tx) => perform(tx, context.act(), grant, parsed.data));
		if (result.ok) return redirectTo(`${pathOf('workCommittee', locale, { slug: grant.committee })}?fait=${done}`);
		if (result.reason === 'not_found') return refuse(404, {}, values);
		return result.reason === 'term_passed' ? refuse(422, { until: result.reason }, values) : refuse(409, { '': result.reason }, values);
	});
}

export const committeeActions = {
	place: committeeAction(placeForm, 'place', (tx, act, grant, { person, role, until }) =>
		placeInCommittee(tx, act, grant, { personId: person, role, until }),
	),
	leave: committeeAction(leaveForm, 'fin', (tx, act, grant, { person, role }) =>
		leaveCommittee(tx, act, grant, { personId: person, role }),
	),
};
