import type { SessionUser } from '#src/adapters/sessions/index.ts';

/** Who is logged in. */
export type Visitor = SessionUser & { readonly sessionId: string };

export { type Contact, findAccountByAddress, findContact } from '#src/features/accounts/data.ts';
export { createAccount, type NewAccount } from '#src/features/accounts/mutations.ts';
export { isMadeOf } from '#src/features/accounts/rules.ts';
export { newPassword } from '#src/features/accounts/schema.ts';
