/// <reference types="astro/client" />

declare namespace App {
	interface Locals {
		/** Identifies this request in the log and in the audit trail. */
		requestId: string;
		/** Address of the client as the front resolved it, an IPv6 one as its network: what limits count by. */
		clientAddress: string;
		/** Who is logged in; null for the public. */
		visitor: import('#src/features/accounts/index.ts').Visitor | null;
		/** What they may do; null for the public. */
		access: import('#src/features/access/index.ts').Access | null;
		/** The view of another person's space under way: `access` is then theirs, and nothing can be changed. Null as a rule. */
		viewing: import('#src/features/viewing/index.ts').Viewing | null;
		/** They hold a role of the network, which rests: no second factor was given in this session. */
		awaitsFactor: boolean;
		/** Has the form of a session's id and opens nothing; of a POST only. */
		deadSession: string | null;
		/** The form sent to this page and refused; null when none was. */
		refused: { action: string; refusal: import('#src/lib/form.ts').Refusal } | null;
	}
}
