import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The server in front of Astro, as few files: unbundled, its libraries cost half a second at each start. */
export default defineConfig({
	root,
	publicDir: false,
	build: {
		ssr: 'src/server/main.ts',
		outDir: 'dist/front',
		emptyOutDir: true,
		target: 'node24',
		minify: false,
		rolldownOptions: {
			output: { entryFileNames: 'main.js', chunkFileNames: 'chunks/[name].js' },
		},
	},
	ssr: {
		noExternal: true,
		// Native code can't be bundled.
		external: ['@node-rs/argon2'],
	},
});
