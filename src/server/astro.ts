/** What Astro's built handler is called with, and what becomes of an error it answers without a page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '#src/lib/root.ts';

export type AstroHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Not bundled with the front: Astro builds it by itself, with chunks it loads page by page. */
export async function loadAstro(): Promise<AstroHandler> {
	const entry = pathToFileURL(path.join(projectRoot, 'dist', 'server', 'entry.mjs')).href;
	const built = (await import(/* @vite-ignore */ entry)) as { handler: AstroHandler };
	return built.handler;
}

/** Hands over a body that was read already. */
export function giveBody(request: IncomingMessage, body: Buffer): void {
	Object.assign(request, { body });
}

const isPage = (type: unknown) => /^(text\/html|application\/json|application\/xml)/.test(String(type ?? ''));

function contentTypeIn(headers: unknown): unknown {
	return typeof headers === 'object' && headers !== null && 'content-type' in headers ? headers['content-type'] : undefined;
}

/** Astro answers some errors with a bare word or nothing: `answer` then writes a page instead, and the bare word is dropped. */
export function replaceBareErrors(response: ServerResponse, answer: (status: number) => void): void {
	const { writeHead, write, end } = response;
	let replaced = false;
	const replace = (status: number) => {
		replaced = true;
		Object.assign(response, { writeHead, write, end });
		answer(status);
		// Whatever the handler still writes belongs to the answer that was dropped.
		Object.assign(response, { writeHead: () => response, write: () => true, end: () => response });
	};
	const isBare = (status: number, type: unknown) => !replaced && !response.headersSent && status >= 400 && !isPage(type);

	Object.assign(response, {
		writeHead(status: number, ...rest: unknown[]) {
			const type = contentTypeIn(rest.at(-1)) ?? response.getHeader('content-type');
			if (isBare(status, type)) {
				replace(status);
				return response;
			}
			return Reflect.apply(writeHead, response, [status, ...rest]);
		},
		end(...rest: unknown[]) {
			if (isBare(response.statusCode, response.getHeader('content-type'))) {
				replace(response.statusCode);
				return response;
			}
			return Reflect.apply(end, response, rest);
		},
	});
}
