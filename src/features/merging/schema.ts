import { z } from 'zod';
import { emailAddress, line } from '#src/lib/form.ts';

/** Empty: show what would change. Else the plan that was shown, to be proposed. */
const plan = line(64, { required: false });

export const mergeGroupsForm = z.object({ fromGroup: line(100), intoGroup: line(100), plan });
export const mergePersonsForm = z.object({ fromAddress: emailAddress, intoAddress: emailAddress, plan });
export const mergeStepForm = z.object({ merge: line(64) });
