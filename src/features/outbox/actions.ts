import { write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { grantTo } from '#src/features/access/index.ts';
import { retryMessage } from '#src/features/outbox/mutations.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { redirectTo, refuse, valueOf } from '#src/lib/form.ts';

export const outboxActions = {
	retry: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'outbox.read');
		const retried = await write((tx) => retryMessage(tx, context.act(), grant, valueOf(values, 'id')));
		if (!retried.ok) return refuse(409, { '': retried.reason }, values);
		return redirectTo(pathOf('workOutbox', context.locale));
	}),
};
