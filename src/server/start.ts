/** Starts the portal: settings, folder, database, front, background work. */
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { closeDatabase } from '#db/client.ts';
import { env } from '#src/lib/env.ts';
import { describeError, log } from '#src/lib/log.ts';
import { projectRoot } from '#src/lib/root.ts';
import { openAccessLog } from '#src/server/access-log.ts';
import { loadAstro } from '#src/server/astro.ts';
import { logConsole } from '#src/server/console.ts';
import { createFront } from '#src/server/front.ts';
import { securityHeaders } from '#src/server/headers.ts';
import { readinessOf } from '#src/server/health.ts';
import { placesOf } from '#src/server/host.ts';
import { followStatus } from '#src/server/live-status.ts';
import { prepareDatabase } from '#src/server/setup.ts';
import { openStaticFiles } from '#src/server/static.ts';
import { stopAll } from '#src/server/stop.ts';
import { unsubscribeByLink } from '#src/server/unsubscribe.ts';

/** Cannot start, for a reason the operator can act on: shown as one line. */
class StartError extends Error {
	override name = 'StartError';
}

interface Worker {
	stop(): Promise<void>;
	alive(): boolean;
}

/** Pages carry the address they were built for; forms sent to another one would be refused. */
function warnOfOtherAddress(siteUrl: string): void {
	const stamp = path.join(projectRoot, 'dist', '.koumbit-build');
	if (!existsSync(stamp)) return;
	const { site } = JSON.parse(readFileSync(stamp, 'utf8')) as { site?: string };
	const isLoopback = (address: string) => placesOf(address)('localhost') !== null;
	if (site === undefined || site === siteUrl || (isLoopback(site) && isLoopback(siteUrl))) return;
	log.warn('built_for_another_address', { built: site, serving: siteUrl, advice: 'npm run build' });
}

function listen(server: ReturnType<typeof createFront>, host: string, port: number): Promise<AddressInfo> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const reason = error.code === 'EADDRINUSE' ? 'is already in use' : `can't be listened on (${error.code})`;
			reject(new StartError(`PORT : ${host}:${port} ${reason}`));
		});
		server.listen(port, host, () => resolve(server.address() as AddressInfo));
	});
}

/** @throws {StartError} or an EnvError, with a sentence for the operator. */
export async function start(): Promise<void> {
	const settings = env();
	const client = path.join(projectRoot, 'dist', 'client');
	const isBuilt = [client, path.join(projectRoot, 'dist', 'server', 'entry.mjs')].every((file) => existsSync(file));
	if (!isBuilt) throw new StartError('the site is not built: run npm run build');
	logConsole();
	// Loading pages and opening the database have nothing to wait for in one another.
	const astro = loadAstro();
	astro.catch(() => undefined);

	try {
		const { applied } = await prepareDatabase();
		if (applied.length > 0) log.info('migrated', { migrations: applied.join(' ') });
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		if (error instanceof Error && error.name === 'SettingsError') throw new StartError(reason);
		throw new StartError(`DATABASE_URL : the database can't be opened or brought up to date (${reason.split('\n', 1)[0]})`);
	}

	let worker: Worker | null = null;
	const workerState = () => {
		if (settings.worker === 'off') return 'off';
		return worker?.alive() ? 'ok' : 'down';
	};
	const access = openAccessLog();
	const files = openStaticFiles(client, securityHeaders(settings.siteUrl));
	const status = followStatus(files);
	// Before the first visitor: while something is open, no one is shown a home page that keeps silent about it.
	await status.look();
	const server = createFront({
		siteUrl: settings.siteUrl,
		trustProxy: settings.trustProxy,
		files,
		astro: () => astro,
		readiness: readinessOf(workerState),
		unsubscribe: unsubscribeByLink,
		log: access,
		onError: (error, requestId) => log.error('request_failed', { ...describeError(error), requestId }),
	});
	const { port } = await listen(server, settings.host, settings.port);
	const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
	process.stdout.write(`Portail prêt · portal ready: http://${host}:${port}/ (${settings.siteUrl}/)\n`);
	warnOfOtherAddress(settings.siteUrl);

	let stopping = false;
	const stop = async (code: number) => {
		// Ctrl-C reaches npm's child twice: from the terminal and from npm.
		if (stopping) return;
		stopping = true;
		await stopAll({
			server,
			stopWorker: async () => {
				await Promise.all([worker?.stop(), status.stop()]);
			},
			release: () => {
				closeDatabase();
				access.flush();
			},
		});
		process.exit(code);
	};
	process.on('SIGTERM', () => void stop(0));
	process.on('SIGINT', () => void stop(0));
	process.on('uncaughtException', (error) => {
		log.error('uncaught', describeError(error));
		void stop(1);
	});
	process.on('unhandledRejection', (error) => log.error('unhandled_rejection', describeError(error)));

	status.follow();
	await astro;
	if (settings.worker === 'inline' && !stopping) {
		const { startWorker } = await import('#src/server/worker.ts');
		worker = startWorker();
	}
	await files.loadAll();
}
