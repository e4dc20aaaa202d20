import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { write } from '#db/client.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { countDead, listMessages } from '#src/features/outbox/data.ts';
import { queueMessage, retryMessage } from '#src/features/outbox/mutations.ts';
import { actBy, aGrant, anAct } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

it('a message about a complaint is neither listed, counted nor sent again: whom it is about reads the list too', async () => {
	const database = await freshDatabase();
	await write(async (tx) => {
		for (const template of ['complaints.received', 'requests.reply']) {
			await queueMessage(tx, anAct(), {
				dedupeKey: template,
				to: { name: 'Camille', address: 'camille@exemple.org' },
				locale: 'fr',
				template,
				content: { subject: template, greeting: 'Bonjour,', paragraphs: [] },
			});
		}
		await tx.update(outboxMessage).set({ status: 'dead' });
	});
	const grant = aGrant('wil', 'outbox.read');
	for (const finance of [null, aGrant('wil', 'payments.record')]) {
		expect((await listMessages(database.read, grant, finance, null)).map(({ template }) => template)).toEqual(['requests.reply']);
	}
	expect(await countDead(database.read, grant)).toBe(1);
	const [hidden] = await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, 'complaints.received'));
	const retried = await write((tx) => retryMessage(tx, actBy('wil'), grant, hidden?.id ?? ''));
	expect(retried).toEqual({ ok: false, reason: 'impossible_transition' });
});
