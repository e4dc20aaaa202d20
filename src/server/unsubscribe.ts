import { read, write } from '#db/client.ts';
import { findLink, leave } from '#src/features/status/index.ts';
import { now } from '#src/lib/clock.ts';

/**
 * What a mail program sends by itself when its reader presses « unsubscribe » (RFC 8058): `List-Unsubscribe=One-Click`, as a
 * form of either kind.
 */
export function isOneClick(body: Buffer): boolean {
	return /^List-Unsubscribe=One-Click$|name="?List-Unsubscribe"?[^\r\n]*\r?\n\r?\nOne-Click\r?\n/.test(
		body.toString('latin1').slice(0, 2_000),
	);
}

/** @returns false when the link opens nothing (any more): that costs a read and no write. */
export async function unsubscribeByLink(token: string): Promise<boolean> {
	const link = await findLink(read, token, now());
	if (link?.purpose !== 'leave') return false;
	const done = await write((tx) => leave(tx, { actor: { kind: 'system' }, at: now(), requestId: null }, token));
	return done.ok;
}
