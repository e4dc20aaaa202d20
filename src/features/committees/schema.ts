import { z } from 'zod';
import { COMMITTEE_ROLES } from '#src/features/access/index.ts';
import { choice, lastDay, line } from '#src/lib/form.ts';

export const placeForm = z.object({ person: line(64), role: choice(COMMITTEE_ROLES), until: lastDay });
export const leaveForm = z.object({ person: line(64), role: choice(COMMITTEE_ROLES) });
