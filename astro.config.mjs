import node from '@astrojs/node';
import sitemap from '@astrojs/sitemap';
import { defineConfig } from 'astro/config';
import { sourceArchive } from './scripts/source-archive.mjs';
import { answeredAddresses } from './src/i18n/answered.ts';
import { describePage, inSitemap } from './src/i18n/sitemap.ts';
import { languageTwins } from './src/i18n/twins.ts';

const site = process.env.SITE_URL || `http://localhost:${process.env.PORT || 4321}`;
const { hostname, protocol } = new URL(site);
const loopback = ['localhost', '127.0.0.1', '[::1]'];

export default defineConfig({
	site,
	output: 'static',
	trailingSlash: 'always',
	// Whole pages only: an error after the first byte would otherwise be a page cut short under a 200.
	adapter: node({ mode: 'middleware', bodySizeLimit: 1024 * 1024, experimentalDisableStreaming: true }),
	integrations: [
		languageTwins(),
		answeredAddresses(),
		sitemap({ filter: inSitemap, serialize: (item) => ({ ...item, ...describePage(item.url) }) }),
		sourceArchive(),
	],
	build: { inlineStylesheets: 'never', assets: '_assets' },
	compressHTML: true,
	devToolbar: { enabled: false },
	security: {
		checkOrigin: true,
		actionBodySizeLimit: 1024 * 1024,
		allowedDomains: loopback.includes(hostname)
			? loopback.map((name) => ({ hostname: name }))
			: [{ hostname, protocol: protocol.replace(':', '') }],
	},
	// The command line and the worker run outside of Astro: settings are read by src/lib/env.ts everywhere.
	vite: {
		// Bundled: unbundled, drizzle alone costs half a second and over a hundred megabytes at start.
		// Not in development, which runs modules as they are: some of these are CommonJS.
		ssr: {
			noExternal: process.argv.includes('dev')
				? []
				: ['drizzle-orm', 'lucia', '@oslojs/crypto', '@oslojs/encoding', 'rate-limiter-flexible', 'zod', 'yaml'],
			external: ['@node-rs/argon2'],
		},
		build: { assetsInlineLimit: 0 },
	},
});
