/** The messages a portal under test wrote to its folder (no SMTP_URL), read as a mail program would. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { until } from '#test/support/ports.ts';

export interface Mailbox {
	/** All messages to that address so far, oldest first. */
	to(address: string): Promise<ParsedMail[]>;
	/** Waits for the next message to that address that was not handed out yet and fits. */
	next(address: string, subject?: RegExp): Promise<ParsedMail>;
}

export function openMailbox(dataDir: string): Mailbox {
	const folder = path.join(dataDir, 'mail');
	const parsed = new Map<string, ParsedMail>();
	const seen = new Set<ParsedMail>();

	const load = async () => {
		let names: string[] = [];
		try {
			names = readdirSync(folder).filter((name) => name.endsWith('.eml'));
		} catch {
			return;
		}
		// File names begin with a time-ordered identifier.
		for (const name of names.sort()) {
			if (!parsed.has(name)) parsed.set(name, await simpleParser(readFileSync(path.join(folder, name))));
		}
	};

	const recipients = (mail: ParsedMail) => [mail.to ?? []].flat().flatMap((list) => list.value.map((one) => one.address?.toLowerCase()));

	const to = async (address: string) => {
		await load();
		return [...parsed.keys()]
			.sort()
			.map((name) => parsed.get(name))
			.filter((mail): mail is ParsedMail => mail !== undefined && recipients(mail).includes(address.toLowerCase()));
	};

	return {
		to,
		async next(address, subject = /./) {
			let found: ParsedMail | undefined;
			await until(
				async () => {
					found = (await to(address)).find((mail) => !seen.has(mail) && subject.test(mail.subject ?? ''));
					return found !== undefined;
				},
				() => `no message to ${address} about ${subject}`,
			);
			seen.add(found as ParsedMail);
			return found as ParsedMail;
		},
	};
}

/** The first link of this site in a message's text. */
export function linkIn(mail: ParsedMail): string {
	const link = /https?:\/\/\S+/.exec(mail.text ?? '')?.[0];
	if (!link) throw new Error(`no link in « ${mail.subject} »`);
	const { pathname, search } = new URL(link);
	return pathname + search;
}
