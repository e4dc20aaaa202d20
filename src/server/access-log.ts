/** One line a request: what was asked and how it went, nothing about who asked. Written in batches, off the request's path. */
import { env } from '#src/lib/env.ts';

const FLUSH_AFTER_MS = 100;
const FLUSH_AT = 32_768;

export interface AccessLog {
	/** @param route key of the route table or a fixed word, never the path: private links carry their secret in it. */
	request(method: string, route: string, status: number, milliseconds: number, requestId: string): void;
	flush(): void;
}

export function openAccessLog(write = (text: string): void => void process.stdout.write(text)): AccessLog {
	const silent = !['debug', 'info'].includes(env().logLevel);
	let pending = '';
	let timer: NodeJS.Timeout | undefined;
	let instant = 0;
	let at = '';

	const flush = () => {
		clearTimeout(timer);
		timer = undefined;
		if (pending === '') return;
		const text = pending;
		pending = '';
		write(text);
	};
	return {
		request(method, route, status, milliseconds, requestId) {
			if (silent) return;
			const now = Date.now();
			if (now !== instant) {
				instant = now;
				at = new Date(now).toISOString();
			}
			const ms = Math.round(milliseconds * 10) / 10;
			pending += `{"at":"${at}","level":"info","event":"request","method":"${method}","route":"${route}","status":${status},"ms":${ms},"requestId":"${requestId}"}\n`;
			if (pending.length > FLUSH_AT) flush();
			else timer ??= setTimeout(flush, FLUSH_AFTER_MS);
		},
		flush,
	};
}
