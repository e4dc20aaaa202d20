import { read, write } from '#db/client.ts';
import { passwordRequest } from '#db/schema/accounts.ts';
import { answerPasswordRequests } from '#src/features/accounts/mutations.ts';
import { now } from '#src/lib/clock.ts';

/** Answers those who forgot a password, away from their request: what it costs tells nobody whether an account exists. */
export async function sendPasswordLinks(): Promise<void> {
	const [waiting] = await read.select({ id: passwordRequest.id }).from(passwordRequest).limit(1);
	if (!waiting) return;
	while ((await write((tx) => answerPasswordRequests(tx, { actor: { kind: 'system' }, at: now(), requestId: null }))) > 0);
}
