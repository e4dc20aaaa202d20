/** A form's body, read whole before anything else sees it: too large, broken or cut short is then a plain answer. */
import type { IncomingMessage } from 'node:http';

export const BODY_LIMIT = 1024 * 1024;

export type Body = { readonly ok: true; readonly body: Buffer } | { readonly ok: false; readonly reason: 'too_large' | 'aborted' };

/** Stops reading at the limit and leaves the rest on the connection, whether or not a length was announced. */
export function readBody(request: IncomingMessage, limit = BODY_LIMIT): Promise<Body> {
	if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve({ ok: false, reason: 'too_large' });
	return new Promise((resolve) => {
		const chunks: Buffer[] = [];
		let size = 0;
		const finish = (result: Body) => {
			request.off('data', onData);
			request.off('end', onEnd);
			request.off('close', onClose);
			resolve(result);
		};
		const onData = (chunk: Buffer) => {
			size += chunk.length;
			if (size <= limit) {
				chunks.push(chunk);
				return;
			}
			request.pause();
			finish({ ok: false, reason: 'too_large' });
		};
		const onEnd = () => finish({ ok: true, body: Buffer.concat(chunks, size) });
		const onClose = () => finish({ ok: false, reason: 'aborted' });
		request.on('data', onData);
		request.on('end', onEnd);
		request.on('close', onClose);
	});
}

/** Reads on and throws away, so that the client reads our answer instead of a reset connection; gives up on who sends for ever. */
export function drain(request: IncomingMessage, limit = 8 * BODY_LIMIT, milliseconds = 3_000): Promise<void> {
	if (request.complete || request.destroyed) return Promise.resolve();
	return new Promise((resolve) => {
		let size = 0;
		const finish = () => {
			clearTimeout(timer);
			resolve();
		};
		const timer = setTimeout(finish, milliseconds);
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size > limit) finish();
		});
		request.once('end', finish);
		request.once('close', finish);
		request.resume();
	});
}

type FormKind = 'urlencoded' | 'multipart';

/** What the portal's forms send; null for anything else. */
export function formKindOf(contentType: string | undefined): FormKind | null {
	const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
	if (type === 'application/x-www-form-urlencoded') return 'urlencoded';
	return type === 'multipart/form-data' ? 'multipart' : null;
}

/** A broken multipart body would surface in the middle of a page as an exception. */
export async function isWellFormed(kind: FormKind, contentType: string, body: Buffer<ArrayBuffer>): Promise<boolean> {
	if (kind === 'urlencoded') return true;
	try {
		await new Response(body, { headers: { 'content-type': contentType } }).formData();
		return true;
	} catch {
		return false;
	}
}
