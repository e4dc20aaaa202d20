import { z } from 'zod';
import { line, paragraph } from '#src/lib/form.ts';

export const LONGEST_REASON = 500;

export const startForm = z.object({ group: line(120), person: line(64), reason: paragraph(LONGEST_REASON) });
