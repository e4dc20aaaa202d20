/**
 * Makes the folder ready: `node scripts/prepare.mjs` installs what package-lock.json says when it changed,
 * `node scripts/prepare.mjs build` also builds when the sources or the public address did.
 * No dependency: it runs on any Node from 20 on, before anything is installed. It speaks on standard error, so that commands
 * with output of their own (`--json`) stay readable.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { nodeComplaint, root, run } from './node24.mjs';
import { buildReason, isInstalled, siteOf, stampInstall } from './stamps.mjs';

const say = (text) => process.stderr.write(`prepare: ${text}\n`);
const wantsBuild = process.argv.includes('build');

/** @returns {Promise<number>} exit code. */
async function prepare() {
	if (!isInstalled()) {
		const why = existsSync(path.join(root, 'node_modules', '.package-lock.json'))
			? 'package-lock.json changed'
			: 'nothing is installed yet';
		say(`${why}: npm install (as the lock file says)`);
		// Not `npm ci`: it refuses a lock that lacks other platforms' binaries, and deletes the Node another server runs on.
		const { code } = await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
		if (code !== 0) return code;
		stampInstall();
	}
	const complaint = nodeComplaint();
	if (complaint) {
		say(complaint);
		return 1;
	}
	if (!wantsBuild) return 0;
	const reason = buildReason();
	if (reason === null) return 0;
	say(`${reason}: building for ${siteOf()}`);
	const { code } = await run('node', [path.join(root, 'scripts', 'build.mjs')]);
	return code;
}

/** Nothing to do, known without taking the lock: what every start but the first finds. */
function isReady() {
	return isInstalled() && (!wantsBuild || buildReason() === null) && nodeComplaint() === null;
}

if (!isReady()) {
	const lock = path.join(root, 'node_modules', '.koumbit-prepare');
	process.exitCode = await withLock(lock, () => say('another process is installing or building here: waiting for it'), prepare);
}
