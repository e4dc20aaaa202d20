import type { outbox as fr } from '#src/i18n/fr/outbox.ts';

export const outbox: typeof fr = {
	title: 'Outgoing messages',
	lead: 'Each email the portal sends, with its state. Its content is erased as soon as it is sent.',
	to: 'Recipient',
	subject: 'Subject',
	state: 'State',
	when: 'When',
	attempts: (count: number) => (count === 1 ? '1 attempt' : `${count} attempts`),
	nextTry: (when: string) => `Next attempt on ${when}`,
	states: {
		queued: 'queued',
		sending: 'being sent',
		sent: 'sent',
		dead: 'abandoned',
		cancelled: 'cancelled',
		bounced: 'bounced',
	},
	retry: 'Send again',
	retried: 'The message is back in the queue.',
	older: 'Older',
	empty: 'No messages have been sent yet.',
	deadNotice: (count: number) =>
		count === 1
			? 'One message could not be sent and will not be retried on its own.'
			: `${count} messages could not be sent and will not be retried on their own.`,
};
