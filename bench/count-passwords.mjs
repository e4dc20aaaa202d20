/** Loaded before the portal: each password it checks or hashes adds one byte to the file named by PASSWORD_RUNS. */
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const argon2 = createRequire(import.meta.url)('@node-rs/argon2');
for (const name of ['hash', 'verify']) {
	const run = argon2[name];
	argon2[name] = (...input) => {
		appendFileSync(process.env.PASSWORD_RUNS, '.');
		return run(...input);
	};
}
