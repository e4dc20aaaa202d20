import { z } from 'zod';
import { COOP_ROLES } from '#src/features/access/index.ts';
import { LONGEST_NAME } from '#src/features/accounts/index.ts';
import { choice, choices, emailAddress, lastDay, line } from '#src/lib/form.ts';

const person = line(64);
const role = choice(COOP_ROLES);

export const grantForm = z.object({ person, role, until: lastDay });
export const endForm = z.object({ person, role });
export const invitationForm = z.object({
	name: line(LONGEST_NAME),
	email: emailAddress,
	roles: choices(COOP_ROLES).refine((roles) => roles.length > 0, 'required'),
	locale: choice(['fr', 'en']),
});
export const invitationIdForm = z.object({ invitation: line(64) });
