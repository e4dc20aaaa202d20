import type { SessionUser } from '#src/adapters/sessions/index.ts';

/** Who is logged in. */
export type Visitor = SessionUser & {
	readonly sessionId: string;
	/** When they last gave a proof of who they are in this session. */
	readonly provenAt: number | null;
	/** When a second factor was given in this session; null when none was. */
	readonly factorAt: number | null;
};

export {
	type AccountPage,
	accountPartsOfPerson,
	type Contact,
	findAccountByAddress,
	findAddressLink,
	findContact,
	findPasswordLink,
	findPerson,
	listProvenAddresses,
	readAccount,
} from '#src/features/accounts/data.ts';
export { sendPasswordLinks } from '#src/features/accounts/jobs.ts';
export type { Change } from '#src/features/accounts/mail.ts';
export {
	createAccount,
	endAllSessions,
	erasePerson,
	forgetDeadLinks,
	lockAccount,
	type NewAccount,
	type Owner,
	tellOwner,
	unlockAccount,
} from '#src/features/accounts/mutations.ts';
export { isMadeOf, MOST_ADDRESSES } from '#src/features/accounts/rules.ts';
export { LONGEST_NAME, newPassword } from '#src/features/accounts/schema.ts';
