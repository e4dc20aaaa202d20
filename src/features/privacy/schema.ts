import { z } from 'zod';
import { ticked } from '#src/lib/form.ts';

/** Read, and meant. */
export const erasureForm = z.object({ understood: ticked });
