/** The built portal with the demonstration in a folder of its own, and its group administrator logged in. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchContext } from '#bench/bench.ts';
import { launch, type Running } from '#bench/process.ts';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { projectRoot } from '#src/lib/root.ts';
import { seedPortal } from '#test/support/operator.ts';
import { freePort } from '#test/support/ports.ts';
import { openVisitor } from '#test/support/visitor.ts';

const MAIN = 'dist/front/main.js';

/** The same in every process, this one too, for it goes into messages. */
const SITE_URL = 'http://localhost';

/** Another process of the portal over the same data. */
export async function launchPortal(dataDir: string): Promise<Running> {
	const port = await freePort();
	const env = { DATA_DIR: dataDir, SITE_URL, TRUST_PROXY: '127.0.0.1', WORKER: 'off' };
	return (await launch(MAIN, port, '/readyz', env)).running;
}

async function logIn(port: number): Promise<{ cookie: string; spacePath: string }> {
	const visitor = openVisitor(`http://localhost:${port}`);
	const { administrator, password } = DEMONSTRATION;
	const page = await visitor.submit(await visitor.get('/connexion/'), { email: administrator, password });
	if (page.status !== 200 || !page.url.pathname.startsWith('/espace/'))
		throw new Error(`logging in led to ${page.url.pathname} (${page.status})`);
	return { cookie: visitor.cookies(), spacePath: page.url.pathname };
}

/** Everything a case needs. `close` ends the portal and removes what was written. */
export async function openBench(rounds: number): Promise<BenchContext & { close(): Promise<void> }> {
	if (!existsSync(path.join(projectRoot, MAIN))) throw new Error('not built: run npm run build');
	process.env.SITE_URL = SITE_URL;
	const folder = mkdtempSync(path.join(tmpdir(), 'koumbit-bench-'));
	const remove = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', remove);
	const dataDir = path.join(folder, 'data');
	try {
		await seedPortal(dataDir);
		const running = await launchPortal(dataDir);
		try {
			const portal = { ...running, dataDir, databaseFile: path.join(dataDir, 'koumbit.db'), ...(await logIn(running.port)) };
			return {
				portal,
				folder,
				rounds,
				freePort,
				async close() {
					await running.stop();
					remove();
					process.off('exit', remove);
				},
			};
		} catch (error) {
			await running.stop();
			throw error;
		}
	} catch (error) {
		remove();
		throw error;
	}
}
