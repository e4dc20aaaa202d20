/**
 * A load generator that costs little beside what it measures: raw sockets kept open, requests written whole, answers
 * recognised by their length. Loopback only, bounded in count and in time.
 */
import { connect, type Socket } from 'node:net';

export interface Target {
	readonly port: number;
	/** The whole request, head and body. Called once for each request, so that it may differ. */
	readonly request: (index: number) => string;
	/** The status each answer must have: a fast error is no result. */
	readonly status: number;
	/** Bytes each body must have, chunk sizes not counted: a short page is no result either. */
	readonly bodyBytes?: number;
}

export interface Answer {
	readonly status: number;
	/** Name as sent and value, in the order sent. */
	readonly headers: readonly (readonly [string, string])[];
	/** As on the wire, without the sizes of chunks. */
	readonly body: Buffer;
}

interface Received {
	readonly status: number;
	readonly bodyBytes: number;
	readonly head: string;
	body(): Buffer;
}

const SILENCE_MS = 20_000;

/** Reads one answer after another from a socket. */
function reader(socket: Socket): () => Promise<Received> {
	let buffer: Buffer = Buffer.alloc(0);
	let wake: (() => void) | undefined;
	let failed: Error | undefined;
	const fail = (error: Error) => {
		failed ??= error;
		wake?.();
	};
	socket.on('data', (chunk: Buffer) => {
		buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
		wake?.();
	});
	socket.on('error', fail);
	socket.on('close', () => fail(new Error('the server closed the connection')));
	socket.setTimeout(SILENCE_MS, () => {
		fail(new Error(`no answer for ${SILENCE_MS / 1000} s`));
		socket.destroy();
	});
	const more = () =>
		new Promise<void>((resolve, reject) => {
			if (failed) {
				reject(failed);
				return;
			}
			wake = () => {
				wake = undefined;
				if (failed) reject(failed);
				else resolve();
			};
		});

	return async () => {
		let end = buffer.indexOf('\r\n\r\n');
		while (end < 0) {
			await more();
			end = buffer.indexOf('\r\n\r\n');
		}
		const head = buffer.toString('latin1', 0, end);
		const status = Number(head.slice(9, 12));
		const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
		const parts: [number, number][] = [];
		let total = end + 4;
		if (length !== undefined) {
			total += Number(length);
			parts.push([end + 4, total]);
			while (buffer.length < total) await more();
		} else if (/\r\ntransfer-encoding: chunked/i.test(head)) {
			for (;;) {
				let line = buffer.indexOf('\r\n', total);
				while (line < 0) {
					await more();
					line = buffer.indexOf('\r\n', total);
				}
				const size = Number.parseInt(buffer.toString('latin1', total, line), 16);
				const from = line + 2;
				total = from + size + 2;
				while (buffer.length < total) await more();
				if (size === 0) break;
				parts.push([from, from + size]);
			}
		}
		const whole = buffer;
		buffer = buffer.subarray(total);
		return {
			status,
			head,
			bodyBytes: parts.reduce((sum, [from, to]) => sum + to - from, 0),
			body: () => Buffer.concat(parts.map(([from, to]) => whole.subarray(from, to))),
		};
	};
}

function open(port: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
		socket.once('error', reject);
	});
}

/** Sends `count` requests over `connections` sockets. @returns requests a second. @throws on an unexpected status or length. */
export async function measureRate(target: Target, count: number, connections: number): Promise<number> {
	const sockets = await Promise.all(Array.from({ length: connections }, () => open(target.port)));
	let index = 0;
	try {
		const started = performance.now();
		await Promise.all(
			sockets.map(async (socket) => {
				const read = reader(socket);
				while (index < count) {
					socket.write(target.request(index++), 'latin1');
					const { status, bodyBytes } = await read();
					if (status !== target.status) throw new Error(`expected ${target.status}, got ${status} on port ${target.port}`);
					if (target.bodyBytes !== undefined && bodyBytes !== target.bodyBytes) {
						throw new Error(`expected ${target.bodyBytes} bytes, got ${bodyBytes} on port ${target.port}`);
					}
				}
			}),
		);
		return count / ((performance.now() - started) / 1000);
	} finally {
		for (const socket of sockets) socket.destroy();
	}
}

/** One request, and all of what came back. */
export async function exchange(port: number, request: string): Promise<Answer> {
	const socket = await open(port);
	try {
		const read = reader(socket);
		socket.write(request, 'latin1');
		const { status, head, body } = await read();
		const headers = head
			.split('\r\n')
			.slice(1)
			.map((line) => {
				const colon = line.indexOf(':');
				return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
			});
		return { status, headers, body: body() };
	} finally {
		socket.destroy();
	}
}

/** What node:http writes by itself, and differs from one answer to the next. */
const OWN = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding']);

/** The headers a floor has to write itself. */
export function ownHeaders({ headers }: Answer): [string, string][] {
	return headers.filter(([name]) => !OWN.has(name.toLowerCase())).map(([name, value]) => [name, value]);
}

/** @throws unless both answers have the same status, headers in the same order (but the time and the request's number) and bytes. */
export function assertSame(name: string, ours: Answer, floor: Answer): void {
	if (ours.status !== floor.status) throw new Error(`${name}: the portal answers ${ours.status}, the floor ${floor.status}`);
	if (!ours.body.equals(floor.body)) {
		const at = ours.body.findIndex((byte, index) => byte !== floor.body[index]);
		const around = (body: Buffer) => JSON.stringify(body.subarray(Math.max(0, at - 40), at + 40).toString());
		throw new Error(`${name}: the floor's bytes differ at ${at}: ${around(ours.body)} and ${around(floor.body)}`);
	}
	const comparable = ({ headers }: Answer) =>
		headers
			.map(([key, value]) => (/^(date|x-request-id)$/i.test(key) ? `${key}: ${value.length} characters` : `${key}: ${value}`))
			.join('\n');
	if (comparable(ours) !== comparable(floor)) {
		throw new Error(`${name}: the headers differ:\n${comparable(ours)}\n—\n${comparable(floor)}`);
	}
}

export function getRequest(path: string, headers: Readonly<Record<string, string>> = {}): string {
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`;
}

/** @param body ASCII only, as an encoded form is. */
export function postRequest(path: string, body: string, headers: Readonly<Record<string, string>> = {}): string {
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n${lines.join('')}\r\n${body}`;
}
