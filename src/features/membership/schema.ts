import { z } from 'zod';
import { LONGEST_NAME, newPassword } from '#src/features/accounts/index.ts';
import { line } from '#src/lib/form.ts';

export const KINDS = ['nonprofit', 'cooperative', 'union', 'collective', 'individual'] as const;
export type Kind = (typeof KINDS)[number];

export const invitationForm = z.object({ fullName: line(LONGEST_NAME), password: newPassword });
