/** Tells the steps after the build which addresses the server answers by itself: links to them lead somewhere though no file is there. */
import { writeFileSync } from 'node:fs';
import type { AstroIntegration } from 'astro';

/** In the folder of the built server: regular expressions of paths, as a JSON list. */
export const ANSWERED_FILE = 'answered.json';

export function answeredAddresses(): AstroIntegration {
	let patterns: string[] = [];
	let server: URL;
	return {
		name: 'answered-addresses',
		hooks: {
			'astro:routes:resolved': ({ routes }) => {
				patterns = routes
					.filter(
						({ isPrerendered, pattern, type, origin }) =>
							!isPrerendered &&
							origin !== 'internal' &&
							pattern !== '/404' &&
							pattern !== '/500' &&
							(type === 'page' || type === 'endpoint'),
					)
					.map(({ patternRegex }) => patternRegex.source);
			},
			'astro:config:done': ({ config }) => {
				server = config.build.server;
			},
			'astro:build:done': () => {
				writeFileSync(new URL(ANSWERED_FILE, server), JSON.stringify(patterns));
			},
		},
	};
}
