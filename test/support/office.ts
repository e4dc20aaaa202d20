/** What people do at the portal every day, over HTTP, for scenarios that care about what comes after. */
import type { Mailbox } from '#test/support/mailbox.ts';
import { linkIn, openMailbox } from '#test/support/mailbox.ts';
import { inviteWorkerByCommand } from '#test/support/operator.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { setUpSteps } from '#test/support/steps.ts';
import { openVisitor, type Page, type Visitor } from '#test/support/visitor.ts';

export const PASSWORD = 'quatre sillons et un champ';

export interface Office {
	readonly server: TestServer;
	readonly mail: Mailbox;
	/** A visitor from a network address of their own: limits count by address. */
	visitor(): Visitor;
	/** A worker, invited and logged in. */
	worker(name?: string, roles?: readonly string[]): Promise<Visitor>;
	/** The one who accepts the groups, a plain worker: for what anyone of the desk may do, so that nobody is hired for it. */
	desk(): Promise<Visitor>;
	/** A group that is a member: its administrator, logged in, and the path of its space. */
	memberGroup(form?: Form): Promise<{ visitor: Visitor; space: string; slug: string; address: string; name: string }>;
	unique(word: string): string;
}

export type Form = Readonly<Record<string, string | readonly string[]>>;

/** An application that holds. */
export function anApplication(over: Form = {}): Form {
	return {
		kind: 'nonprofit',
		usualName: 'Comité logement',
		legalName: 'Comité logement inc.',
		mission: 'Nous aidons les locataires.',
		applicantName: 'Amina Diallo',
		email: 'amina@exemple.org',
		locale: 'fr',
		needs: ['email', 'list'],
		hasDomain: 'unknown',
		people: 'some',
		hosted: 'unknown',
		budgetBand: 'under_25k',
		contribution: 'suggested',
		frequency: 'monthly',
		consent: 'on',
		...over,
	};
}

export const SEND = /Envoyer la demande|Send the application/;
export const LATER = /plus tard|later/;

export async function apply(visitor: Visitor, over: Form = {}): Promise<Page> {
	return visitor.submit(await visitor.get('/adhesion/'), anApplication(over), { button: SEND });
}

/** Follows the link of the newest message to that address, and presses its button. @returns the status page. */
export async function confirm(visitor: Visitor, mail: Mailbox, address: string): Promise<Page> {
	return visitor.submit(await visitor.get(linkIn(await mail.next(address))), {}, { form: 'main form' });
}

/** The page of an application on the desk. */
export async function openApplication(worker: Visitor, name: string): Promise<Page> {
	const list = await worker.get('/travail/adhesions/');
	const link = list.root.querySelectorAll('main a').find((one) => one.text.includes(name));
	if (!link) throw new Error(`no application of ${name} on the desk: ${list.text}`);
	return worker.get(link.getAttribute('href') ?? '');
}

export async function openOffice(env: Readonly<Record<string, string>> = {}): Promise<Office> {
	const server = await startServer({ env: { TRUST_PROXY: '127.0.0.1,::1', ...env } });
	const mail = openMailbox(server.dataDir);
	let people = 0;
	let words = 0;
	const unique = (word: string) => `${word}-${++words}`;
	const visitor = () => openVisitor(server.url, { 'x-forwarded-for': `198.51.${people >> 8}.${++people & 0xff}` });

	const worker = async (name = 'Julien Roy', roles: readonly string[] = []) => {
		const one = visitor();
		const page = await one.get(await inviteWorkerByCommand(server, `${unique('worker')}@exemple.org`, { name, roles }));
		await one.submit(page, { fullName: name, password: PASSWORD });
		await setUpSteps(one);
		const desk = await one.get('/travail/');
		if (desk.url.pathname !== '/travail/') throw new Error(`the desk led to ${desk.url.pathname}: ${desk.text}`);
		return one;
	};

	let hired: Promise<Visitor> | undefined;
	const desk = () => {
		hired ??= worker();
		return hired;
	};

	return {
		server,
		mail,
		visitor,
		worker,
		desk,
		unique,
		async memberGroup(form = {}) {
			const julien = await desk();
			const name = unique('Groupe');
			const address = `${unique('groupe')}@exemple.org`;
			const one = visitor();
			await apply(one, { usualName: name, email: address, ...form });
			await confirm(one, mail, address);
			const taken = await julien.submit(await openApplication(julien, name), {}, { button: 'Prendre en lecture' });
			await julien.submit(taken, {}, { button: 'Accepter la demande' });
			let invitation = await mail.next(address);
			while (!linkIn(invitation).includes('/invitation/')) invitation = await mail.next(address);
			const home = await one.submit(await one.get(linkIn(invitation)), { fullName: 'Amina Diallo', password: PASSWORD });
			const slug = home.url.pathname.split('/').at(-2) ?? '';
			return { visitor: one, space: home.url.pathname, slug, address, name };
		},
	};
}
