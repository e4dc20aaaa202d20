import { accountActions } from '#src/features/accounts/actions.ts';
import { applicationActions } from '#src/features/applications/actions.ts';
import { committeeActions } from '#src/features/committees/actions.ts';
import { complaintActions } from '#src/features/complaints/actions.ts';
import { confidentialityActions } from '#src/features/confidentiality/actions.ts';
import { consentActions } from '#src/features/consents/actions.ts';
import { contactActions } from '#src/features/contact/actions.ts';
import { contributionActions } from '#src/features/contributions/actions.ts';
import { factorActions } from '#src/features/factors/actions.ts';
import { groupActions } from '#src/features/groups/actions.ts';
import { handoverActions } from '#src/features/handover/actions.ts';
import { leavingActions } from '#src/features/leaving/actions.ts';
import { loginActions } from '#src/features/login/actions.ts';
import { mergingActions } from '#src/features/merging/actions.ts';
import { outboxActions } from '#src/features/outbox/actions.ts';
import { peopleActions } from '#src/features/people/actions.ts';
import { privacyActions } from '#src/features/privacy/actions.ts';
import { renewalActions } from '#src/features/renewal/actions.ts';
import { requestActions } from '#src/features/requests/actions.ts';
import { standingActions } from '#src/features/standing/actions.ts';
import { statusActions } from '#src/features/status/actions.ts';
import { takeoutActions } from '#src/features/takeout/actions.ts';
import { trainingActions } from '#src/features/trainings/actions.ts';
import { viewingActions } from '#src/features/viewing/actions.ts';
import { workerActions } from '#src/features/workers/actions.ts';

/** Every form of the portal, by slice. A form posts to its own page with `action={actions.slice.name}`. */
export const server = {
	outbox: outboxActions,
	accounts: accountActions,
	factors: factorActions,
	login: loginActions,
	people: peopleActions,
	groups: groupActions,
	handover: handoverActions,
	merging: mergingActions,
	leaving: leavingActions,
	standing: standingActions,
	renewal: renewalActions,
	complaints: complaintActions,
	applications: applicationActions,
	contributions: contributionActions,
	requests: requestActions,
	status: statusActions,
	contact: contactActions,
	trainings: trainingActions,
	workers: workerActions,
	committees: committeeActions,
	viewing: viewingActions,
	consents: consentActions,
	takeout: takeoutActions,
	privacy: privacyActions,
	confidentiality: confidentialityActions,
};
