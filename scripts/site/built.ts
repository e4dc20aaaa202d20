/** What the build wrote, by the addresses under which it is served. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ANSWERED_FILE } from '#src/i18n/answered.ts';

export interface BuiltSite {
	/** Addresses of prerendered pages, with the file of each. */
	readonly pages: ReadonlyMap<string, string>;
	/** True when a file or the server itself answers the address. */
	answers(address: string): boolean;
}

/** @throws when the site was not built. */
export function openBuilt(root: string): BuiltSite {
	const client = path.join(root, 'dist', 'client');
	if (!existsSync(client)) throw new Error('dist/client is missing: run npm run build');
	const files = new Set<string>();
	const pages = new Map<string, string>();
	for (const entry of readdirSync(client, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const file = path.join(entry.parentPath, entry.name);
		const name = `/${path.relative(client, file).split(path.sep).join('/')}`;
		if (name.endsWith('.html')) pages.set(name.replace(/index\.html$/, ''), file);
		files.add(name.replace(/index\.html$/, ''));
	}
	const answered = JSON.parse(readFileSync(path.join(root, 'dist', 'server', ANSWERED_FILE), 'utf8')) as string[];
	const patterns = answered.map((source) => new RegExp(source));
	return { pages, answers: (address) => files.has(address) || patterns.some((pattern) => pattern.test(address)) };
}
