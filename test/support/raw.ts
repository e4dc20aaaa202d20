/** Bytes on a connection, for what no HTTP client agrees to send. */
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

function parse(text: string): RawAnswer {
	const [head = '', ...rest] = text.split('\r\n\r\n');
	const [first = '', ...lines] = head.split('\r\n');
	const headers: Record<string, string> = {};
	for (const line of lines) {
		const colon = line.indexOf(':');
		headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
	}
	return { status: Number(first.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n') };
}

/**
 * Sends the pieces one after another (`readLast`: reads nothing before all are sent) and gives the answer once the server has closed the connection or said all of it.
 */
export function sendRaw(port: number, pieces: readonly (string | Buffer)[], { pauseMs = 0, readLast = false } = {}): Promise<RawAnswer> {
	return new Promise((resolve, reject) => {
		const socket: Socket = connect(port, '127.0.0.1');
		let text = '';
		let open = true;
		const finish = () => {
			open = false;
			clearTimeout(timer);
			socket.destroy();
			resolve(parse(text));
		};
		const timer = setTimeout(() => {
			socket.destroy();
			reject(new Error(`no answer within 15 s; so far: ${text}`));
		}, 15_000);
		socket.on('data', (chunk) => {
			text += chunk.toString('latin1');
			const answer = parse(text);
			const length = Number(answer.headers['content-length'] ?? Number.NaN);
			if (answer.status !== 100 && answer.body.length >= length) finish();
		});
		socket.on('close', finish);
		// A server that refuses early may close while we still send: what it said before counts.
		socket.on('error', () => undefined);
		const send = async () => {
			if (readLast) socket.pause();
			for (const piece of pieces) {
				if (!open) return;
				if (!socket.write(piece)) await new Promise((resume) => socket.once('drain', resume));
				if (pauseMs > 0) await new Promise((resume) => setTimeout(resume, pauseMs));
			}
			socket.resume();
		};
		socket.on('connect', () => void send());
	});
}
