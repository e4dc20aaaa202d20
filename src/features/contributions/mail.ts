import { type Balance, lastDayOf, type PaymentMethod } from '#src/features/contributions/rules.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate, formatMoney } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

interface To {
	readonly name: string;
	readonly groupName: string;
	/** The group's account. */
	readonly url: string;
}

interface ChargeValues extends To {
	readonly number: string;
	readonly amountCents: number;
	/** What is still to pay once the group's credit was used. */
	readonly leftCents: number;
	readonly dueOn: string;
	readonly period: { readonly from: string; readonly to: string };
	/** Sentences that explain the amount. */
	readonly why: readonly string[];
}

// No subject tells an amount: a locked telephone shows it, and so does the outbox page to workers who may not see accounts.

/** A part of the contribution is to be paid, with the reasons of its amount. */
export function chargeMail(locale: Locale, values: ChargeValues): MailContent {
	const m = messages(locale).contributions.mail;
	const money = (amount: number) => formatMoney(amount, locale);
	const usedCents = values.amountCents - values.leftCents;
	const paragraphs = [
		m.charge.what(
			values.groupName,
			money(values.amountCents),
			formatDate(values.period.from, locale),
			formatDate(lastDayOf(values.period.to), locale),
		),
	];
	if (values.leftCents === 0) paragraphs.push(m.charge.paidByCredit);
	else {
		if (usedCents > 0) paragraphs.push(m.charge.partByCredit(money(usedCents)));
		paragraphs.push(m.charge.due(money(values.leftCents), formatDate(values.dueOn, locale)));
	}
	paragraphs.push([m.charge.why, ...values.why].join('\n'), m.charge.hardship);
	return {
		subject:
			values.leftCents === 0 ? m.charge.subjectPaid(values.number) : m.charge.subject(values.number, formatDate(values.dueOn, locale)),
		greeting: m.greeting(values.name),
		paragraphs,
		action: { label: m.seeAccount, url: values.url },
	};
}

interface PaymentValues extends To, Balance {
	readonly amountCents: number;
	readonly receivedOn: string;
	readonly method: PaymentMethod;
	readonly reference: string;
}

const standing = (locale: Locale, { dueCents, creditCents }: Balance): string => {
	const m = messages(locale).contributions.mail;
	if (dueCents > 0) return m.stillDue(formatMoney(dueCents, locale));
	return creditCents > 0 ? m.inYourFavour(formatMoney(creditCents, locale)) : m.nothingDue;
};

/** A payment was recorded. Not a receipt for taxes, and does not say it is one. */
export function paymentMail(locale: Locale, values: PaymentValues): MailContent {
	const all = messages(locale).contributions;
	const m = all.mail;
	const money = formatMoney(values.amountCents, locale);
	return {
		subject: m.payment.subject,
		greeting: m.greeting(values.name),
		paragraphs: [
			m.payment.what(values.groupName, money, formatDate(values.receivedOn, locale), all.methodPhrases[values.method]),
			...(values.reference === '' ? [] : [m.payment.reference(values.reference)]),
			standing(locale, values),
			m.payment.mistake,
		],
		action: { label: m.seeAccount, url: values.url },
	};
}

interface CorrectionValues extends To, Balance {
	readonly kind: 'payment' | 'charge';
	readonly amountCents: number;
	readonly reason: string;
}

/** A payment or a charge was undone. */
export function correctionMail(locale: Locale, values: CorrectionValues): MailContent {
	const m = messages(locale).contributions.mail;
	const money = formatMoney(values.amountCents, locale);
	const words = values.kind === 'payment' ? m.correction.payment : m.correction.charge;
	return {
		subject: m.correction.subject,
		greeting: m.greeting(values.name),
		paragraphs: [words(values.groupName, money), m.correction.reason],
		quote: values.reason,
		after: [standing(locale, values), m.correction.history],
		action: { label: m.seeAccount, url: values.url },
	};
}
