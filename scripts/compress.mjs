/** Writes .br and .gz beside the text files of dist/client, when smaller: too slow to be done while someone waits. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { root } from './node24.mjs';

const TEXT = /\.(css|html|ico|js|json|svg|txt|webmanifest|xml)$/;
/** Less than this is lost in the headers of an answer. */
const WORTH_BYTES = 64;
/** As many as Node has threads for it. More would only wait, each with its file and its encoder in memory: gigabytes for ten thousand pages. */
const AT_ONCE = 4;

const client = path.join(root, 'dist', 'client');
const brotli = (body) =>
	promisify(brotliCompress)(body, {
		params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
	});
const gzipped = (body) => promisify(gzip)(body, { level: 9 });

const files = readdirSync(client, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile() && TEXT.test(entry.name))
	.map((entry) => path.join(entry.parentPath, entry.name));

async function work() {
	for (let file = files.pop(); file; file = files.pop()) {
		const body = readFileSync(file);
		const forms = [
			['.br', await brotli(body)],
			['.gz', await gzipped(body)],
		];
		for (const [suffix, form] of forms) {
			if (form.length + WORTH_BYTES < body.length) writeFileSync(file + suffix, form);
		}
	}
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
