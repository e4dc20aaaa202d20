import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import nodemailer from 'nodemailer';
import { compose } from '#src/adapters/mail/compose.ts';
import type { MailTransport } from '#src/adapters/mail/port.ts';

/** Each message becomes `$DATA_DIR/mail/ID.eml`, complete or not there at all. */
export function openFiles(dataDir: string): MailTransport {
	const folder = path.join(dataDir, 'mail');
	const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
	return {
		async send(mail) {
			await mkdir(folder, { recursive: true, mode: 0o700 });
			const { message } = await transport.sendMail(compose(mail));
			const name = mail.messageId.replace(/[^\w.@-]/g, '');
			const partial = path.join(folder, `.${name}.${randomUUID()}.part`);
			await writeFile(partial, message as Buffer, { mode: 0o600, flush: true });
			await rename(partial, path.join(folder, `${name}.eml`));
		},
		close: () => transport.close(),
	};
}
