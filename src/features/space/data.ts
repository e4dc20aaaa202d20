import type { Read } from '#db/client.ts';
import { type Access, type GroupGrant, grantIn, holdsIn } from '#src/features/access/index.ts';
import { summaryForGroup } from '#src/features/contributions/index.ts';
import { hasOutsideContact } from '#src/features/groups/index.ts';
import { noticeInGroup } from '#src/features/handover/index.ts';
import { findLiveNotice } from '#src/features/leaving/index.ts';
import { membershipOf } from '#src/features/membership/index.ts';
import { findOpenRenewal } from '#src/features/renewal/index.ts';
import { listEntitlements, listRecentRequests, listWaitingOnMember } from '#src/features/requests/index.ts';
import { todayLines } from '#src/features/space/rules.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';

const RECENT = 5;

/** Everything a group's first page shows; the contribution is null for someone who may not see it. */
export async function loadSpaceHome(read: Read, access: Access, grant: GroupGrant<'space.read'>, on: CivilDate) {
	const { slug } = grant.organisation;
	const requestsGrant = grantIn(access, slug, 'requests.read');
	const manages = holdsIn(access, slug, 'people.manage');
	const [membership, recent, waiting, entitlements, contribution, hasOutside, handover, renewal, notice] = await Promise.all([
		membershipOf(read, grant),
		listRecentRequests(read, requestsGrant, RECENT),
		listWaitingOnMember(read, requestsGrant),
		listEntitlements(read, requestsGrant),
		holdsIn(access, slug, 'contributions.read') ? summaryForGroup(read, grantIn(access, slug, 'contributions.read')) : null,
		holdsIn(access, slug, 'profile.manage') ? hasOutsideContact(read, grant) : true,
		manages ? noticeInGroup(read, grantIn(access, slug, 'people.manage')) : null,
		findOpenRenewal(read, grant, on),
		findLiveNotice(read, grant.organisationId),
	]);
	const due =
		contribution && contribution.dueCents > 0 && contribution.nextDueOn !== null
			? { cents: contribution.dueCents, dueOn: contribution.nextDueOn }
			: null;
	const mayRequest = holdsIn(access, slug, 'requests.write');
	const leaving = notice && { dueOn: civilDateOf(notice.dueAt), objected: notice.status === 'objected' };
	const state = { waiting, due, outsideMissing: !hasOutside, handoverOn: handover?.untilOn ?? null, renewal, leaving };
	const lines = todayLines({ ...state, hasRequested: recent.length > 0, mayRequest }, on);
	return { membership, recent, entitlements, contribution, mayRequest, lines };
}
