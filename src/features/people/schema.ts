import { z } from 'zod';
import { GROUP_ROLES } from '#src/features/access/index.ts';
import { LONGEST_NAME, newPassword } from '#src/features/accounts/index.ts';
import { choice, choices, emailAddress, line, optionalDate } from '#src/lib/form.ts';

export const invitationForm = z.object({ fullName: line(LONGEST_NAME), password: newPassword });

export const memberInvitationForm = z.object({
	name: line(LONGEST_NAME),
	email: emailAddress,
	roles: choices(GROUP_ROLES).refine((list) => list.length > 0, 'choose_one_or_more'),
	locale: choice(['fr', 'en']),
	lastOn: optionalDate,
});
/** What a row's button acts on. */
export const invitationIdForm = z.object({ invitation: line(100) });
export const roleForm = z.object({ person: line(100), role: choice(GROUP_ROLES) });
/** Fields that the invitation's form on the same page does not have: each error points to its own. */
export const giveRoleForm = z.object({ giveTo: line(100), giveRole: choice(GROUP_ROLES), giveFrom: optionalDate, giveLast: optionalDate });
