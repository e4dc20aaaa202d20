import { read, write } from '#db/client.ts';
import { loginRequest } from '#db/schema/factors.ts';
import { answerLoginRequests } from '#src/features/login/mutations.ts';
import { now } from '#src/lib/clock.ts';

/** Answers those who asked for a link, away from their request: what it costs tells nobody whether an account exists. */
export async function sendLoginLinks(): Promise<void> {
	const [waiting] = await read.select({ id: loginRequest.id }).from(loginRequest).limit(1);
	if (!waiting) return;
	while ((await write((tx) => answerLoginRequests(tx, { actor: { kind: 'system' }, at: now(), requestId: null }))) > 0);
}
