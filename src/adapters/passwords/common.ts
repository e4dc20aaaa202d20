/** The passwords that programs try first: an offline list, some fifty thousand, read when a password is chosen and not before. */
import { SHORTEST_PASSWORD } from '#src/lib/password.ts';

let list: Promise<ReadonlySet<string>> | undefined;

async function load(): Promise<ReadonlySet<string>> {
	const { dictionary } = await import('@zxcvbn-ts/language-common');
	return new Set(dictionary['passwords-common'].filter((word) => word.length >= SHORTEST_PASSWORD).map((word) => word.toLowerCase()));
}

/** Whether a password is on the list, in any case. */
export async function isCommonPassword(password: string): Promise<boolean> {
	list ??= load();
	return (await list).has(password.normalize('NFKC').toLowerCase());
}
