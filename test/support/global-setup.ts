/** One server for all browser tests; its address is handed over by the environment, which workers inherit. */
import { startServer } from '#test/support/server.ts';

export default async function setUp(): Promise<() => Promise<void>> {
	// Each test comes from an address of its own (see people.ts), so that limits of one don’t stop another.
	const server = await startServer({ env: { TRUST_PROXY: '127.0.0.1,::1' } });
	process.env.KOUMBIT_TEST_URL = server.url;
	process.env.KOUMBIT_TEST_DATA_DIR = server.dataDir;
	return async () => {
		await server.stop();
	};
}
