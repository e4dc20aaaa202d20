/** What people of the public write. */
import type { NewMessage } from '#src/features/contact/mutations.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';

let serial = 0;

/** A message that holds; each has an address of its own. */
export function aMessage(over: Partial<NewMessage> = {}): NewMessage {
	serial += 1;
	return {
		submissionKey: newIdempotencyKey(),
		name: 'Marie-Ève Lapointe',
		email: `marie${serial}@exemple.org`,
		about: 'joining',
		subject: 'Une question',
		message: 'Pouvons-nous devenir membre?\nMerci!',
		locale: 'fr',
		trapped: false,
		...over,
	};
}
