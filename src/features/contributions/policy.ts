/**
 * Whose account may be seen. A group's own people hold `contributions.read`; in the network the finance role alone holds
 * `payments.record`, so what a group can or can't pay is known to them only.
 */
import type { Grant, GroupGrant } from '#src/features/access/index.ts';

/** Proof that one organisation's account may be read. */
export type AccountGrant = GroupGrant<'contributions.read'> | { readonly grant: Grant<'payments.record'>; readonly organisationId: string };
