import { accountActions } from '#src/features/accounts/actions.ts';
import { applicationActions } from '#src/features/applications/actions.ts';
import { confidentialityActions } from '#src/features/confidentiality/actions.ts';
import { consentActions } from '#src/features/consents/actions.ts';
import { contactActions } from '#src/features/contact/actions.ts';
import { contributionActions } from '#src/features/contributions/actions.ts';
import { membershipActions } from '#src/features/membership/actions.ts';
import { outboxActions } from '#src/features/outbox/actions.ts';
import { privacyActions } from '#src/features/privacy/actions.ts';
import { requestActions } from '#src/features/requests/actions.ts';
import { statusActions } from '#src/features/status/actions.ts';
import { takeoutActions } from '#src/features/takeout/actions.ts';
import { trainingActions } from '#src/features/trainings/actions.ts';

/** Every form of the portal, by slice. A form posts to its own page with `action={actions.slice.name}`. */
export const server = {
	outbox: outboxActions,
	accounts: accountActions,
	membership: membershipActions,
	applications: applicationActions,
	contributions: contributionActions,
	requests: requestActions,
	status: statusActions,
	contact: contactActions,
	trainings: trainingActions,
	consents: consentActions,
	takeout: takeoutActions,
	privacy: privacyActions,
	confidentiality: confidentialityActions,
};
