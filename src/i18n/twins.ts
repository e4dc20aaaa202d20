/**
 * Makes the English page of each row of the route table from its French file: one file, two addresses, so that a page
 * without its twin can't exist. A row without a file, or a file without a row, stops the build.
 */
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { routes } from './routes.ts';

/** Pages that are not in two languages: error pages choose theirs from the request. */
const WITHOUT_TWIN = new Set(['404.astro', '500.astro']);

/** File of a page under src/pages, by the French pattern of its row. @throws when there is none. */
export function pageFile(pages: string, pattern: string): string {
	const stem = pattern.replace(/^\/|\/$/g, '');
	const candidates = stem === '' ? ['index.astro'] : [`${stem}.astro`, `${stem}/index.astro`];
	const found = candidates.find((candidate) => existsSync(path.join(pages, candidate)));
	if (!found) throw new Error(`src/i18n/routes.ts names ${pattern}, but src/pages has neither ${candidates.join(' nor ')}`);
	return found;
}

export function languageTwins(): AstroIntegration {
	return {
		name: 'language-twins',
		hooks: {
			'astro:config:setup': ({ config, injectRoute }) => {
				const pages = fileURLToPath(new URL('./pages/', config.srcDir));
				const named = new Set<string>();
				for (const twin of Object.values(routes)) {
					const file = pageFile(pages, twin.fr);
					named.add(file);
					injectRoute({ pattern: twin.en.replace(/\/$/, ''), entrypoint: path.join(pages, file) });
				}
				const orphan = globSync('**/*.astro', { cwd: pages }).find((file) => !named.has(file) && !WITHOUT_TWIN.has(file));
				if (orphan) throw new Error(`src/pages/${orphan} has no row in src/i18n/routes.ts, so it has no English twin`);
			},
		},
	};
}
