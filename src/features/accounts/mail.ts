import type { MailContent } from '#src/features/outbox/index.ts';
import { type Messages, messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

/** What was changed in an account, as its owner is told. */
export type Change =
	| { readonly kind: 'password' }
	| { readonly kind: 'address_added' | 'address_preferred' | 'address_removed'; readonly address: string }
	| { readonly kind: 'passkey_added' | 'passkey_removed'; readonly name: string }
	| { readonly kind: 'app_added' | 'app_removed' | 'recovery_made' | 'factors_reset' | 'step_failed' }
	| { readonly kind: 'recovery_used'; readonly left: number };

export function passwordMail(locale: Locale, { name, url }: { name: string; url: string }): MailContent {
	const m = messages(locale).accounts.mail;
	return {
		subject: m.password.subject,
		greeting: m.hello(name),
		paragraphs: [m.password.text],
		action: { label: m.password.action, url },
		after: [m.password.after],
	};
}

/** To an address nobody has proven yet: nothing that its sender could have written. */
export function addressMail(locale: Locale, { url }: { url: string }): MailContent {
	const m = messages(locale).accounts.mail;
	return {
		subject: m.address.subject,
		greeting: m.hello(''),
		paragraphs: [m.address.text],
		action: { label: m.address.action, url },
		after: [m.address.after],
	};
}

function changeText(m: Messages['accounts']['mail']['changed'], change: Change): string {
	if ('address' in change) return m[change.kind](change.address);
	if ('name' in change) return m[change.kind](change.name);
	return change.kind === 'recovery_used' ? m.recovery_used(change.left) : m[change.kind];
}

export function changedMail(locale: Locale, { name, change, url }: { name: string; change: Change; url: string }): MailContent {
	const m = messages(locale).accounts.mail;
	return {
		subject: m.changed.subject,
		greeting: m.hello(name),
		paragraphs: [changeText(m.changed, change), m.changed.notYou],
		action: { label: m.changed.action, url },
	};
}
