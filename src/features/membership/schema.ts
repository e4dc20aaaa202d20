import { z } from 'zod';
import { newPassword } from '#src/features/accounts/index.ts';
import { line } from '#src/lib/form.ts';

export const KINDS = ['nonprofit', 'cooperative', 'union', 'collective', 'individual'] as const;
export type Kind = (typeof KINDS)[number];

/** Longest name of a person, as people count characters. */
export const LONGEST_NAME = 120;

export const invitationForm = z.object({ fullName: line(LONGEST_NAME), password: newPassword });
