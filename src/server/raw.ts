/** Answers where there is no response object: unreadable requests, tunnels, expectations nobody knows. */
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AccessLog } from '#src/server/access-log.ts';
import type { Refusals } from '#src/server/answers.ts';

interface ParseError extends Error {
	code?: string;
	rawPacket?: Buffer;
}

function statusOf(error: ParseError): number {
	switch (error.code) {
		case 'HPE_HEADER_OVERFLOW':
			// Too long before the first line has ended: the address is, not the headers.
			return error.rawPacket && /^[A-Z]+ \S{8192}/.test(error.rawPacket.toString('latin1')) ? 414 : 431;
		case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
			return 413;
		case 'ERR_HTTP_REQUEST_TIMEOUT':
			return 408;
		default:
			return 400;
	}
}

export function answerBelowHttp(server: Server, common: readonly string[], refused: Refusals, log: AccessLog): void {
	const raw = (status: number, extra: readonly string[] = []): string => {
		const { type, body } = refused.text(status);
		const headers = ['Content-Type', type, 'Content-Length', String(body.length), 'Cache-Control', 'no-store', 'Connection', 'close'];
		headers.push(...common, ...extra);
		const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : []));
		return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body.toString()}`;
	};
	const answer = (socket: Duplex, status: number, route: string, extra: readonly string[] = []) => {
		log.request('-', route, status, 0, randomUUID());
		socket.end(raw(status, extra), () => socket.destroy());
	};

	server.on('clientError', (error: ParseError, socket) => {
		const current: unknown = Reflect.get(socket, '_httpMessage');
		const answering = typeof current === 'object' && current !== null && '_headerSent' in current && current._headerSent === true;
		if (!socket.writable || answering || error.code === 'ECONNRESET') {
			socket.destroy();
			return;
		}
		answer(socket, statusOf(error), 'unreadable');
	});
	server.on('connect', (_request, socket) => {
		socket.on('error', () => socket.destroy());
		answer(socket, 405, 'unknown', ['Allow', 'GET, HEAD, POST']);
	});
	server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
		log.request('-', 'unknown', 417, 0, randomUUID());
		const { type, body } = refused.text(417);
		response.writeHead(417, ['Content-Type', type, 'Content-Length', String(body.length), 'Connection', 'close', ...common]);
		response.end(body);
	});
}
