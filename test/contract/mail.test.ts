/** Both ways mail leaves, against the real thing: an SMTP server that speaks the protocol, and files read as a mail program reads them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { MailRefused, type MailTransport, type OutgoingMail, openMail } from '#src/adapters/mail/index.ts';
import { openSmtp } from '#src/adapters/mail/smtp.ts';
import { deliverDue, type MailContent, queueMessage } from '#src/features/outbox/index.ts';
import { leaseDue } from '#src/features/outbox/mutations.ts';
import { LEASE } from '#src/features/outbox/rules.ts';
import { freshDatabase } from '#test/support/database.ts';
import { freePort } from '#test/support/ports.ts';

interface Received {
	readonly raw: string;
	readonly mail: ParsedMail;
	readonly from: string;
	readonly to: readonly string[];
}

interface Inbox {
	readonly url: string;
	readonly received: Received[];
	stop(): Promise<void>;
}

const refuse = (code: number, message: string) => Object.assign(new Error(message), { responseCode: code });

async function startSmtp(options: SMTPServerOptions = {}, port?: number): Promise<Inbox> {
	const received: Received[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		logger: false,
		// A pooled connection may still be open at the end of a test.
		closeTimeout: 100,
		onData(stream, session, done) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', async () => {
				const raw = Buffer.concat(chunks);
				const { mailFrom, rcptTo } = session.envelope;
				const from = mailFrom === false ? '' : mailFrom.address;
				received.push({ raw: raw.toString('latin1'), mail: await simpleParser(raw), from, to: rcptTo.map((one) => one.address) });
				done();
			});
		},
		...options,
	});
	server.on('error', () => undefined);
	const at = port ?? (await freePort());
	await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
	const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
	onTestFinished(stop);
	return { url: `smtp://127.0.0.1:${at}`, received, stop };
}

function transportTo(url: string): MailTransport {
	const transport = openMail({ smtpUrl: url, dataDir: '/nowhere' });
	onTestFinished(() => transport.close());
	return transport;
}

let serial = 0;
const aMail = (over: Partial<OutgoingMail> = {}): OutgoingMail => {
	serial += 1;
	return {
		messageId: `<0190-${serial}@portail.exemple.org>`,
		inReplyTo: null,
		unsubscribeUrl: null,
		from: 'Koumbit <portail@exemple.org>',
		to: { name: 'Ève Côté', address: 'eve@exemple.org' },
		subject: 'Votre demande d’adhésion est arrivée',
		text: 'Bonjour Ève,\n\nÇa y est\u00a0: « l’été\u00a0» 12\u00a0%.\n',
		html: '<p>Bonjour Ève, ça y est\u00a0: «\u00a0l’été\u00a0»</p>',
		locale: 'fr',
		...over,
	};
};

/** The header part, unfolded, one header a line. */
const headersOf = (raw: string) => (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n');
const only = (inbox: Inbox): Received => {
	expect(inbox.received).toHaveLength(1);
	const [first] = inbox.received;
	if (!first) throw new Error('nothing arrived');
	return first;
};

describe('a message by SMTP', () => {
	it('arrives as it was written: accents, no-break spaces, text and HTML', async () => {
		const inbox = await startSmtp();
		const sent = aMail();
		await transportTo(inbox.url).send(sent);
		const { mail, from, to } = only(inbox);
		expect({ from, to }).toEqual({ from: 'portail@exemple.org', to: ['eve@exemple.org'] });
		expect(mail.subject).toBe(sent.subject);
		expect(mail.text?.replaceAll('\r\n', '\n')).toBe(sent.text);
		expect(mail.html).toBe(sent.html);
		expect(mail.from?.value).toEqual([{ name: 'Koumbit', address: 'portail@exemple.org' }]);
		expect([mail.to].flat()[0]?.value).toEqual([{ name: 'Ève Côté', address: 'eve@exemple.org' }]);
		expect(mail.attachments).toEqual([]);
	});

	it('carries its own Message-ID, says it is automatic and in which language, and belongs to its thread', async () => {
		const inbox = await startSmtp();
		const transport = transportTo(inbox.url);
		await transport.send(aMail({ messageId: '<one@x.org>' }));
		await transport.send(aMail({ messageId: '<one@x.org>', inReplyTo: '<zero@x.org>', locale: 'en' }));
		const [first, second] = inbox.received;
		expect([first?.mail.messageId, second?.mail.messageId]).toEqual(['<one@x.org>', '<one@x.org>']);
		expect(first?.mail.inReplyTo).toBeUndefined();
		expect(second?.mail.inReplyTo).toBe('<zero@x.org>');
		expect(second?.mail.references).toBe('<zero@x.org>');
		for (const one of inbox.received) expect(one.mail.headers.get('auto-submitted')).toBe('auto-generated');
		expect(inbox.received.map((one) => one.mail.headers.get('content-language'))).toEqual(['fr-CA', 'en-CA']);
	});

	it('says how to unsubscribe, to mail programs too, only where there is something to leave', async () => {
		const inbox = await startSmtp();
		const transport = transportTo(inbox.url);
		await transport.send(aMail());
		const url = `https://portail.exemple.org/etat/abonnement/${'x'.repeat(43)}/`;
		await transport.send(aMail({ unsubscribeUrl: url }));
		const [plain = [], subscribed = []] = inbox.received.map((one) => headersOf(one.raw));
		expect(plain.filter((row) => /^List-/i.test(row))).toEqual([]);
		expect(subscribed).toContain(`List-Unsubscribe: <${url}>`);
		expect(subscribed).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
	});

	it('is ASCII in lines that every server accepts, however long what was written', async () => {
		const inbox = await startSmtp();
		const long = `${'été '.repeat(2_000)}${'x'.repeat(5_000)}`;
		await transportTo(inbox.url).send(aMail({ text: `${long}\n.\n..\nFrom ici\n`, html: `<p>${long}</p>`, subject: 'É'.repeat(300) }));
		const { raw, mail } = only(inbox);
		for (const row of raw.split('\r\n')) expect(row.length).toBeLessThanOrEqual(998);
		expect(raw).toMatch(/^[\t\r\n\x20-\x7e]*$/);
		expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
		expect(mail.text?.replaceAll('\r\n', '\n')).toBe(`${long}\n.\n..\nFrom ici\n`);
		expect(mail.html).toBe(`<p>${long}</p>`);
		expect(mail.subject).toBe('É'.repeat(300));
	});

	it.each([
		'Ève\r\nBcc: mallory@exemple.net',
		'Ève\nX-Evil: 1\n\nbody',
		'Ève\r\n\r\n<script>',
		'Ève" <mallory@exemple.net>, "x',
		'Ève\u2028Bcc: mallory@exemple.net',
		'Ève, mallory@exemple.net',
	])('can’t be given another header or another reader by the name %j', async (name) => {
		const inbox = await startSmtp();
		await transportTo(inbox.url).send(aMail({ to: { name, address: 'eve@exemple.org' }, subject: `Sujet ${name}` }));
		const { raw, mail, to } = only(inbox);
		expect(to).toEqual(['eve@exemple.org']);
		expect([mail.to].flat()[0]?.value.map((one) => one.address)).toEqual(['eve@exemple.org']);
		expect(mail.bcc).toBeUndefined();
		const names = headersOf(raw).map((header) => header.split(':')[0]?.toLowerCase());
		expect(names.toSorted()).toEqual(
			['auto-submitted', 'content-language', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].toSorted(),
		);
	});

	it.each([
		'eve@exemple.org\r\nRCPT TO:<mallory@exemple.net>',
		'eve@exemple.org>, <mallory@exemple.net',
		'eve@exemple.org, mallory@exemple.net',
		'',
	])('reaches nobody else by the address %j', async (address) => {
		const inbox = await startSmtp();
		await transportTo(inbox.url)
			.send(aMail({ to: { name: 'Ève', address } }))
			.catch(() => undefined);
		for (const one of inbox.received) expect(one.to).toHaveLength(1);
		expect(inbox.received.flatMap((one) => one.to)).not.toContain('mallory@exemple.net');
	});

	it('is refused for good when its address can’t be one', async () => {
		const inbox = await startSmtp();
		await expect(transportTo(inbox.url).send(aMail({ to: { name: 'Ève', address: 'eve@exe mple.org>' } }))).rejects.toBeInstanceOf(
			MailRefused,
		);
		expect(inbox.received).toEqual([]);
	});

	it('finds an address whose domain has accents', async () => {
		const inbox = await startSmtp();
		await transportTo(inbox.url).send(aMail({ to: { name: 'Ève', address: 'eve@café.org' } }));
		expect(only(inbox).to).toHaveLength(1);
		expect(headersOf(only(inbox).raw).find((header) => header.startsWith('To:'))).toMatch(/<eve@xn--caf-dma\.org>$/);
	});

	it('has one sender, whatever the sender’s name', async () => {
		const inbox = await startSmtp();
		await transportTo(inbox.url).send(aMail({ from: 'Koumbit, le réseau <portail@exemple.org>' }));
		const { mail, from } = only(inbox);
		expect(from).toBe('portail@exemple.org');
		expect(mail.from?.value).toEqual([{ name: 'Koumbit, le réseau', address: 'portail@exemple.org' }]);
		const bare = await startSmtp();
		await transportTo(bare.url).send(aMail({ from: 'portail@exemple.org' }));
		expect(only(bare).mail.from?.value).toEqual([{ name: '', address: 'portail@exemple.org' }]);
	});
});

describe('a server that says no', () => {
	const outcome = async (options: SMTPServerOptions, url?: (plain: string) => string) => {
		const inbox = await startSmtp(options);
		const transport = transportTo(url?.(inbox.url) ?? inbox.url);
		return transport.send(aMail()).then(
			() => 'sent',
			(error: unknown) => (error instanceof MailRefused ? 'refused' : 'later'),
		);
	};

	it('to the recipient for good (550) is believed', async () => {
		expect(await outcome({ onRcptTo: (_address, _session, done) => done(refuse(550, '5.1.1 no such user')) })).toBe('refused');
	});

	it('to the message for good (554) is believed', async () => {
		const onData: SMTPServerOptions['onData'] = (stream, _session, done) => {
			stream.resume();
			stream.on('end', () => done(refuse(554, '5.6.0 not this')));
		};
		expect(await outcome({ onData })).toBe('refused');
	});

	it('for now (451) is asked again later', async () => {
		expect(await outcome({ onRcptTo: (_address, _session, done) => done(refuse(451, '4.7.1 greylisted')) })).toBe('later');
	});

	it('to us (554 at the greeting, 550 to our sender, 530 or 535 to our log-in) is no refusal of the message', async () => {
		expect(await outcome({ onConnect: (_session, done) => done(refuse(554, 'no service for you')) })).toBe('later');
		expect(await outcome({ onMailFrom: (_address, _session, done) => done(refuse(550, '5.7.1 sender refused')) })).toBe('later');
		expect(await outcome({ authOptional: false, allowInsecureAuth: true })).toBe('later');
		const onAuth: SMTPServerOptions['onAuth'] = (_auth, _session, done) => done(refuse(535, '5.7.8 wrong password'));
		expect(await outcome({ onAuth, allowInsecureAuth: true }, (url) => url.replace('smtp://', 'smtp://user:pass@'))).toBe('later');
	});

	it('by hanging up after the message is not sent the same message at once again', async () => {
		let arrived = 0;
		const onData: SMTPServerOptions['onData'] = (stream, session) => {
			stream.resume();
			stream.on('end', () => {
				arrived += 1;
				const open = [...(server?.connections ?? [])].find((connection) => connection.session.id === session.id);
				open?.close();
			});
		};
		let server: { connections: Set<{ session: { id: string }; close(): void }> } | undefined;
		const port = await freePort();
		const real = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], logger: false, closeTimeout: 100, onData });
		server = real as unknown as typeof server;
		real.on('error', () => undefined);
		await new Promise<void>((resolve) => real.listen(port, '127.0.0.1', resolve));
		onTestFinished(() => new Promise<void>((resolve) => real.close(() => resolve())));
		await expect(transportTo(`smtp://127.0.0.1:${port}`).send(aMail())).rejects.not.toBeInstanceOf(MailRefused);
		await sleep(400);
		expect(arrived).toBe(1);
	});

	it('nothing at all is left after the time a sending may take, and asked again later', async () => {
		const inbox = await startSmtp({ onData: (stream) => void stream.resume() });
		const transport = openSmtp(inbox.url, 300);
		onTestFinished(() => transport.close());
		const started = performance.now();
		await expect(transport.send(aMail())).rejects.not.toBeInstanceOf(MailRefused);
		expect(performance.now() - started).toBeLessThan(2_000);
	});

	it('goodbye to a connection that was kept open costs no attempt', async () => {
		const inbox = await startSmtp({ socketTimeout: 150 });
		const transport = transportTo(inbox.url);
		await transport.send(aMail());
		await sleep(400);
		await transport.send(aMail());
		expect(inbox.received).toHaveLength(2);
	});

	it('by not being there is asked again later, and served once it is back', async () => {
		const port = await freePort();
		const transport = transportTo(`smtp://127.0.0.1:${port}`);
		await expect(transport.send(aMail())).rejects.not.toBeInstanceOf(MailRefused);
		const inbox = await startSmtp({}, port);
		await transport.send(aMail());
		expect(inbox.received).toHaveLength(1);
	});
});

describe('the outbox by SMTP', () => {
	let database: Database;
	const content: MailContent = {
		subject: 'Bienvenue',
		greeting: 'Bonjour,',
		paragraphs: ['Voici.'],
		action: { label: 'Ouvrir', url: 'https://x.org/jeton' },
	};
	const queue = (key: string, address = 'eve@exemple.org') =>
		write((tx) =>
			queueMessage(
				tx,
				{ actor: { kind: 'system' }, at: Date.now(), requestId: null },
				{ dedupeKey: key, to: { name: 'Ève Côté', address }, locale: 'fr', template: 'test.welcome', content },
			),
		);
	const rows = () => database.read.select().from(outboxMessage).orderBy(outboxMessage.id);

	beforeEach(async () => {
		vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T15:00:00Z') });
		database = await freshDatabase();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it('keeps a message while the server is down and delivers it after', async () => {
		const port = await freePort();
		const transport = transportTo(`smtp://127.0.0.1:${port}`);
		const messageId = await queue('a');
		expect(await deliverDue(transport)).toBe(0);
		expect(await rows()).toMatchObject([{ status: 'queued', attempt: 1 }]);
		const inbox = await startSmtp({}, port);
		expect(await deliverDue(transport)).toBe(0);
		vi.setSystemTime(Date.now() + 30_000);
		expect(await deliverDue(transport)).toBe(1);
		expect(only(inbox).mail.messageId).toBe(messageId);
		expect(await rows()).toMatchObject([{ status: 'sent', content: null }]);
	});

	it('buries what is refused for good and delivers the rest', async () => {
		const inbox = await startSmtp({
			onRcptTo: ({ address }, _session, done) =>
				address.startsWith('absent')
					? done(refuse(550, `5.1.1 <${address}> unknown`))
					: address.startsWith('plein')
						? done(refuse(452, '4.2.2 full'))
						: done(),
		});
		await queue('a', 'absent@exemple.org');
		await queue('b', 'plein@exemple.org');
		await queue('c', 'eve@exemple.org');
		expect(await deliverDue(transportTo(inbox.url))).toBe(1);
		const states = (await rows()).map((row) => [row.toAddress, row.status]).toSorted();
		expect(states).toEqual([
			['absent@exemple.org', 'dead'],
			['eve@exemple.org', 'sent'],
			['plein@exemple.org', 'queued'],
		]);
		expect((await rows()).map((row) => row.lastError ?? '').join(' ')).not.toMatch(/@/);
		expect(only(inbox).mail.text).toContain('https://x.org/jeton');
	});

	it('keeps everything when our own log-in is refused', async () => {
		const inbox = await startSmtp({ onAuth: (_auth, _session, done) => done(refuse(535, 'wrong')), allowInsecureAuth: true });
		for (const key of ['a', 'b', 'c']) await queue(key);
		expect(await deliverDue(transportTo(inbox.url.replace('smtp://', 'smtp://user:pass@')))).toBe(0);
		expect((await rows()).map((row) => row.status)).toEqual(['queued', 'queued', 'queued']);
	});

	it('sends again under the same Message-ID what was accepted by a sender that died at that moment', async () => {
		const inbox = await startSmtp();
		const transport = transportTo(inbox.url);
		const messageId = await queue('a');
		const [leased] = await write((tx) => leaseDue(tx, Date.now(), 1));
		if (!leased) throw new Error('nothing was leased');
		await transport.send(aMail({ messageId: leased.messageId }));
		expect(await deliverDue(transport)).toBe(0);
		vi.setSystemTime(Date.now() + LEASE);
		expect(await deliverDue(transport)).toBe(1);
		expect(await deliverDue(transport)).toBe(0);
		expect(inbox.received.map((one) => one.mail.messageId)).toEqual([messageId, messageId]);
	});

	it('by two senders at once delivers each message once', async () => {
		const inbox = await startSmtp();
		for (let count = 0; count < 20; count += 1) await queue(`key ${count}`);
		const counts = await Promise.all([deliverDue(transportTo(inbox.url)), deliverDue(transportTo(inbox.url))]);
		expect(counts[0] + counts[1]).toBe(20);
		expect(new Set(inbox.received.map((one) => one.mail.messageId)).size).toBe(20);
		expect(inbox.received).toHaveLength(20);
	});
});

describe('a message in a file', () => {
	let folder: string;
	let transport: MailTransport;
	const files = () => readdirSync(path.join(folder, 'mail'));

	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'koumbit-mail-'));
		transport = openMail({ smtpUrl: undefined, dataDir: folder });
	});
	afterEach(() => {
		transport.close();
		rmSync(folder, { recursive: true, force: true });
	});

	it('is the one SMTP would have sent, for its owner’s eyes only', async () => {
		const mask = process.umask(0);
		const sent = aMail({ messageId: '<0190-abc@portail.exemple.org>' });
		await transport.send(sent);
		process.umask(mask);
		expect(files()).toEqual(['0190-abc@portail.exemple.org.eml']);
		const file = path.join(folder, 'mail', files()[0] ?? '');
		expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
		expect((statSync(path.dirname(file)).mode & 0o777).toString(8)).toBe('700');
		const mail = await simpleParser(readFileSync(file));
		expect(mail.messageId).toBe(sent.messageId);
		expect(mail.subject).toBe(sent.subject);
		expect(mail.text?.replaceAll('\r\n', '\n')).toBe(sent.text);
		expect(mail.html).toBe(sent.html);
	});

	it('appears complete or not at all', async () => {
		const html = `<p>${'été '.repeat(50_000)}</p>`;
		const seen = new Set<number>();
		let writing = true;
		const watching = (async () => {
			while (writing) {
				try {
					for (const name of files()) if (name.endsWith('.eml')) seen.add(statSync(path.join(folder, 'mail', name)).size);
				} catch {
					// The folder isn't there before the first message.
				}
				await sleep(1);
			}
		})();
		for (let count = 0; count < 5; count += 1) await transport.send(aMail({ messageId: `<same-length-${count}@x.org>`, html }));
		writing = false;
		await watching;
		expect(seen.size).toBe(1);
		expect(files()).toHaveLength(5);
		expect(files().every((name) => name.endsWith('.eml'))).toBe(true);
	});

	it('sent twice is one file', async () => {
		const mail = aMail();
		await Promise.all([transport.send(mail), transport.send(mail)]);
		expect(files()).toHaveLength(1);
	});

	it('never leaves its folder, whatever its Message-ID', async () => {
		await transport.send(aMail({ messageId: '<../../evil/../x@y.org>' }));
		expect(files()).toHaveLength(1);
		expect(readdirSync(folder)).toEqual(['mail']);
	});
});
