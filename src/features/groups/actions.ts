import { read, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { provenAction } from '#src/adapters/forms/proven.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { readHostedDomains } from '#src/adapters/settings/index.ts';
import { grantIn } from '#src/features/access/index.ts';
import { readProfile } from '#src/features/groups/data.ts';
import { askOutsideContact, changeContact, changeGroupProfile, confirmOutsideContact } from '#src/features/groups/mutations.ts';
import { hostedDomains } from '#src/features/groups/rules.ts';
import { contactForm, groupProfileForm, outsideForm } from '#src/features/groups/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

const HOUR_IN_SECONDS = 3_600;
// Each is a message to an address that may not have asked for it.
const byGroup = makeLimit(10, HOUR_IN_SECONDS);
const byLink = makeLimit(60, HOUR_IN_SECONDS);

const backToProfile = ({ locale, params }: FormContext, done: string) =>
	redirectTo(`${pathOf('spaceProfile', locale, { group: params.group ?? '' })}?fait=${done}`);

const unproven = ({ locals }: FormContext) => !isProven(locals.visitor?.provenAt ?? null, now());

export const groupActions = {
	changeProfile: formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'profile.manage');
		const parsed = parseForm(groupProfileForm, values);
		if (!parsed.ok) return parsed;
		// Whose group it is, before the law: the rest of the record is only kept up.
		const renamed = parsed.data.legalName !== (await readProfile(read, grant)).legalName;
		if (renamed && unproven(context)) return refuse(422, { '': 'prove_first' }, values);
		const done = await write((tx) => changeGroupProfile(tx, context.act(), grant, parsed.data));
		if (done.ok) return backToProfile(context, 'fiche');
		// The page shown again has what is recorded now beside what was typed.
		return done.reason === 'stale' ? refuse(409, { '': 'stale' }, values) : refuse(422, { kind: done.reason }, values);
	}),

	changeContact: formAction(async (values, context) => {
		const { access } = context.locals;
		const group = context.params.group;
		const parsed = parseForm(contactForm, values);
		// Whatever was typed: who may change nothing here is told that first.
		const grant = grantIn(access, group, values.purpose === 'billing' ? 'billing.manage' : 'profile.manage');
		if (!parsed.ok) return parsed;
		// This address vouches for whoever asks for the group's access.
		if (parsed.data.purpose === 'billing' && unproven(context)) return refuse(422, { '': 'prove_first' }, values);
		const { purpose, address: typed, was } = parsed.data;
		const address = typed === '' ? null : typed;
		const done = await write((tx) => changeContact(tx, context.act(), grant as never, { purpose, address, was }));
		return done.ok ? backToProfile(context, 'adresse') : refuse(409, { '': 'stale' }, values);
	}),

	askOutside: provenAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'profile.manage');
		const parsed = parseForm(outsideForm, values);
		if (!parsed.ok) return parsed;
		const refusal = await limited([[byGroup, grant.organisationId]], values);
		if (refusal) return refusal;
		const hosted = hostedDomains(readHostedDomains(), env().siteUrl, env().mailFrom);
		const done = await write((tx) => askOutsideContact(tx, context.act(), grant, { address: parsed.data.outside, hosted }));
		return done.ok ? backToProfile(context, 'exterieure') : refuse(422, { outside: done.reason }, values);
	}),

	/** Nobody needs to be logged in: whoever reads mail there need not be of the group. */
	confirmOutside: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byLink, context.clientAddress]], values);
		if (refusal) return refusal;
		const done = await write((tx) => confirmOutsideContact(tx, { at: now(), requestId: context.locals.requestId }, token));
		return done.ok ? redirectTo(pathOf('outsideContact', context.locale, { token })) : refuse(409, {}, values);
	}),
};
