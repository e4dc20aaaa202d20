import { z } from 'zod';
import { line } from '#src/lib/form.ts';

/** A purpose and the version of the text that was on the page. */
export const consentForm = z.object({ purpose: line(60), version: line(40) });
