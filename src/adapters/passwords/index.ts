/** argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane), at most two at a time so that log-ins can't starve the rest. */
import { hash, verify } from '@node-rs/argon2';
import { Busy } from '#db/client.ts';

const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const AT_ONCE = 2;
/** Some two seconds of work: whoever comes after is asked to come back. */
const MOST_WAITING = 200;

let running = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	if (running < AT_ONCE) running += 1;
	else if (queue.length >= MOST_WAITING) throw new Busy('too many passwords are waiting');
	else await new Promise<void>((resolve) => queue.push(resolve));
	try {
		return await work();
	} finally {
		// The place is handed over, not freed: nobody slips in between.
		const next = queue.shift();
		if (next) next();
		else running -= 1;
	}
}

/** The same text typed on two keyboards must give the same bytes (NIST SP 800-63B, 3.1.1.2). */
const normalised = (password: string) => password.normalize('NFKC');

/** @returns a PHC string. */
export function hashPassword(password: string): Promise<string> {
	return inTurn(() => hash(normalised(password), PARAMETERS));
}

/** The hash of no password at all, made once: an unknown address takes as long as a wrong password. */
let nobody: Promise<string> | undefined;

/** @param stored null when there is no such account or no password; the answer is false, in the same time. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
	nobody ??= hashPassword(crypto.randomUUID());
	const against = stored ?? (await nobody);
	const right = await inTurn(() => verify(against, normalised(password)));
	return right && stored !== null;
}
