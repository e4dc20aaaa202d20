/** Archives made while they are sent: a file's text goes through piece by piece, and nothing is read before someone wants it. */
import { ReadableStream as NodeStream } from 'node:stream/web';
import { strToU8, Zip, ZipDeflate } from 'fflate';

export interface ZipFile {
	readonly name: string;
	text(): AsyncIterable<string> | Iterable<string>;
}

/** Text gathered before it is compressed: small pieces compress badly and cost a turn each. */
const GATHERED = 64 * 1024;

async function* pieces(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
	let ready: Uint8Array[] = [];
	const zip = new Zip((error, chunk) => {
		if (error) throw error;
		ready.push(chunk);
	});
	const taken = () => {
		const out = ready;
		ready = [];
		return out;
	};
	for await (const file of files) {
		const entry = new ZipDeflate(file.name, { level: 6 });
		zip.add(entry);
		let text = '';
		for await (const part of file.text()) {
			text += part;
			if (text.length < GATHERED) continue;
			entry.push(strToU8(text));
			text = '';
			yield* taken();
		}
		entry.push(strToU8(text), true);
		yield* taken();
	}
	zip.end();
	yield* taken();
}

/** Bytes of an archive, made as fast as they are read. Names are UTF-8; at most 4 GiB. */
export function zipStream(files: AsyncIterable<ZipFile>): ReadableStream<Uint8Array> {
	return NodeStream.from(pieces(files)) as ReadableStream<Uint8Array>;
}
