/** The server's first file. It holds almost nothing, so that the cache of compiled code is on before the rest is compiled. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import path from 'node:path';

if (import.meta.filename.endsWith('.js')) enableCompileCache(path.join(import.meta.dirname, '..', '.compile-cache'));

try {
	const { start } = await import('#src/server/start.ts');
	await start();
	flushCompileCache();
} catch (error) {
	const expected = error instanceof Error && (error.name === 'EnvError' || error.name === 'StartError');
	if (!expected) throw error;
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
}
