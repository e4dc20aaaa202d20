/** A thousand log-ins at the same time against one account: what they cost, what they tell, and who else notices. */
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Bench, BenchContext } from '#bench/bench.ts';
import { type Answer, exchange, getRequest, postRequest } from '#bench/http.ts';
import { launch, type Running } from '#bench/process.ts';
import { median, type Result } from '#bench/report.ts';
import type { StormData, StormReport } from '#bench/storm.ts';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { LOGIN_LIMITS } from '#src/features/login/index.ts';
import { projectRoot } from '#src/lib/root.ts';

const AT_ONCE = 1_000;
/** Sent a thousand at a time while others read: long enough that a hundredth of what they read is more than the first moment. */
const SUSTAINED = 5_000;
const ORIGIN = 'http://localhost';
const TARGET = '/connexion/?_action=login.logIn';
const WRONG = 'ce n’est pas le bon mot de passe';

/** The demonstration's accounts, whose passwords nobody here knows; each is tried less often than its limit. */
const KNOWN = [DEMONSTRATION.worker, DEMONSTRATION.finance, DEMONSTRATION.treasurer, 'noe@exemple.org', 'grace@exemple.org'];
/** As long as a known one: what is typed comes back in the page. */
const unknownLike = (known: string) => known.replace(/^../, 'zz');
const SAMPLES_EACH = 36;

const round = (value: number) => Number(value.toFixed(3));
const addressOf = (number: number) => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;

function logIn(email: string, password: string, from: string | null): string {
	const body = new URLSearchParams({ email, password, next: '' }).toString();
	return postRequest(TARGET, body, { Origin: ORIGIN, ...(from === null ? {} : { 'X-Forwarded-For': from }) });
}

interface Counted {
	readonly running: Running;
	/** Passwords checked or hashed so far. */
	runs(): number;
}

/** A process of the portal whose work on passwords is counted, and whose limits have counted nothing yet. */
async function launchCounted({ portal, folder, freePort }: BenchContext): Promise<Counted> {
	const port = await freePort();
	const file = path.join(folder, `passwords-${port}`);
	writeFileSync(file, '');
	const { running } = await launch('dist/front/main.js', port, '/readyz', {
		DATA_DIR: portal.dataDir,
		SITE_URL: ORIGIN,
		TRUST_PROXY: '127.0.0.1',
		WORKER: 'off',
		PASSWORD_RUNS: file,
		NODE_OPTIONS: `--import=${path.join(projectRoot, 'bench/count-passwords.mjs')}`,
	});
	const counted = { running, runs: () => statSync(file).size };
	// The first check of all also hashes what stands for no account.
	await exchange(port, logIn('personne@exemple.org', WRONG, '192.0.2.1'));
	if (counted.runs() !== 2) throw new Error(`one log-in is counted as ${counted.runs()} runs`);
	return counted;
}

function storm(data: StormData): Promise<StormReport> {
	return new Promise((resolve, reject) => {
		const worker = new Worker(new URL('../storm.ts', import.meta.url), { workerData: data });
		worker.once('message', resolve);
		worker.once('error', reject);
	});
}

/** A thousand wrong passwords at once, then the owner. @param from address of each attempt. */
async function attack(
	context: BenchContext,
	options: {
		readonly name: string;
		readonly against: string;
		readonly allowed: number;
		readonly from: (attempt: number) => string;
		readonly owner: string | null;
	},
): Promise<Result[]> {
	const { running, runs } = await launchCounted(context);
	try {
		const before = runs();
		const email = DEMONSTRATION.administrator;
		const requests = Array.from({ length: AT_ONCE }, (_, at) => logIn(email, WRONG, options.from(at)));
		const { statuses, seconds } = await storm({ port: running.port, requests, atOnce: AT_ONCE });
		const used = runs() - before;
		const odd = Object.keys(statuses).filter((status) => !['422', '429', '503'].includes(status));
		if (odd.length > 0) throw new Error(`${options.name}: answers ${JSON.stringify(statuses)}`);
		const stranger = await exchange(running.port, logIn(email, DEMONSTRATION.password, '203.0.113.250'));
		const owner = await exchange(running.port, logIn(email, DEMONSTRATION.password, options.owner));
		const wait = Number(stranger.headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1] ?? 0);
		const value = used / options.allowed;
		return [
			{
				name: `${options.name}.work`,
				unit: 'ratio',
				value: round(value),
				against: options.against,
				samples: [round(value)],
				goal: 1,
				holds: value <= 1,
				absolute: {
					attempts: AT_ONCE,
					argon2_runs: used,
					refused: (statuses['429'] ?? 0) + (statuses['503'] ?? 0),
					seconds: round(seconds),
				},
			},
			{
				name: `${options.name}.owner`,
				unit: 'ratio',
				value: owner.status === 303 ? 1 : 0,
				against: 'the owner at a place of their own, let in at once with the right password',
				samples: [owner.status === 303 ? 1 : 0],
				goal: 1,
				holds: owner.status === 303 && wait <= LOGIN_LIMITS.seconds,
				absolute: { status: owner.status, from_a_new_place: stranger.status, seconds_to_wait_there: wait },
			},
		];
	} finally {
		await running.stop();
	}
}

/** Of a passkey, as the page carries it: random, of the server and the instant alone. */
const CHALLENGE = /(challenge(?:"|&#34;|&quot;):(?:"|&#34;|&quot;))[\w-]+/g;

/** What a stranger can compare: all but the time, the request's number, the challenge and the address typed. */
function told({ status, headers, body }: Answer, email: string): string {
	const kept = headers.filter(([name]) => !/^(date|x-request-id)$/i.test(name)).map(([name, value]) => `${name}: ${value}`);
	return [status, ...kept, body.toString().replaceAll(email, 'ADDRESS').replaceAll(CHALLENGE, '$1CHALLENGE')].join('\n');
}

/** Known and unknown accounts by turns. */
async function compareAccounts(context: BenchContext): Promise<Result> {
	const { running } = await launchCounted(context);
	try {
		const times = { known: [] as number[], unknown: [] as number[] };
		let client = 0;
		for (let at = -KNOWN.length; at < SAMPLES_EACH * KNOWN.length; at += 1) {
			const known = KNOWN[Math.abs(at) % KNOWN.length] ?? '';
			const answers = { known: '', unknown: '' };
			for (const who of at % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
				const email = who === 'known' ? known : unknownLike(known);
				client += 1;
				const request = logIn(email, WRONG, addressOf(client));
				const started = performance.now();
				const answer = await exchange(running.port, request);
				if (at >= 0) times[who].push(performance.now() - started);
				answers[who] = told(answer, email);
			}
			if (answers.known !== answers.unknown)
				throw new Error(`login.time: a known account is told from an unknown one:\n${answers.known}\n—\n${answers.unknown}`);
		}
		const ratio = median(times.unknown) / median(times.known);
		const value = Math.max(ratio, 1 / ratio);
		return {
			name: 'login.time',
			unit: 'ratio',
			value: round(value),
			against: 'the other of an unknown and a known account: medians of samples by turns, the same answer byte for byte',
			samples: [round(ratio)],
			goal: 1.1,
			holds: value <= 1.1,
			absolute: { unknown_ms: round(median(times.unknown)), known_ms: round(median(times.known)), samples: times.known.length },
		};
	} finally {
		await running.stop();
	}
}

const p99 = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;

/** People who read at the same time, one page after another, until told to stop. @returns milliseconds each page took. */
async function readPages(port: number, request: string, until: () => boolean): Promise<number[]> {
	const took: number[] = [];
	const reader = async () => {
		while (!until()) {
			const started = performance.now();
			const { status } = await exchange(port, request);
			if (status !== 200) throw new Error(`a page read meanwhile answers ${status}`);
			took.push(performance.now() - started);
		}
	};
	await Promise.all([reader(), reader(), reader(), reader()]);
	return took;
}

/** The home page and a member's page while a thousand log-ins are under way all the time. */
async function compareReaders(context: BenchContext): Promise<Result[]> {
	const { portal, rounds } = context;
	const pages = { home: getRequest('/', { 'Accept-Encoding': 'br' }), member: getRequest(portal.spacePath, { Cookie: portal.cookie }) };
	const results: Result[] = [];
	for (const [name, request] of Object.entries(pages)) {
		const samples: number[] = [];
		const calm: number[] = [];
		const busy: number[] = [];
		const attacks: { seconds: number; reads: number }[] = [];
		for (let at = 0; at < rounds; at += 1) {
			const { running } = await launchCounted(context);
			try {
				const { port } = running;
				const measureFor = async (milliseconds: number) => {
					const end = performance.now() + milliseconds;
					return readPages(port, request, () => performance.now() > end);
				};
				await measureFor(500);
				const quiet = p99(await measureFor(3_000));
				let over = false;
				const requests = Array.from({ length: SUSTAINED }, (_, attempt) => logIn(DEMONSTRATION.administrator, WRONG, addressOf(attempt)));
				const attacked = storm({ port, requests, atOnce: AT_ONCE }).finally(() => {
					over = true;
				});
				const read = await readPages(port, request, () => over);
				const { seconds, statuses } = await attacked;
				if (statuses.lost) throw new Error(`login.p99: ${JSON.stringify(statuses)}`);
				const loud = p99(read);
				attacks.push({ seconds, reads: read.length });
				samples.push(loud / quiet);
				calm.push(quiet);
				busy.push(loud);
			} finally {
				await running.stop();
			}
		}
		const value = median(samples);
		results.push({
			name: `login.p99.${name}`,
			unit: 'ratio',
			value: round(value),
			against: 'the same page, as often, when nobody attacks: 99th of a hundred',
			samples: samples.map(round),
			goal: 3,
			holds: value <= 3,
			absolute: {
				attacked_ms: round(median(busy)),
				calm_ms: round(median(calm)),
				attack_seconds: round(median(attacks.map(({ seconds }) => seconds))),
				reads: median(attacks.map(({ reads }) => reads)),
			},
		});
	}
	return results;
}

export const login: Bench = {
	name: 'login',
	async run(context) {
		const { together, byAccount } = LOGIN_LIMITS;
		return [
			...(await attack(context, {
				name: 'login.one',
				against: 'the checks one address is allowed on one account, of 1 000 log-ins at once',
				allowed: together,
				from: () => '198.51.100.7',
				owner: '203.0.113.9',
			})),
			...(await attack(context, {
				name: 'login.many',
				against: 'the checks one account is allowed, of 1 000 log-ins at once from 1 000 addresses',
				allowed: byAccount,
				from: addressOf,
				// Where a session of theirs was opened: the portal knows the place.
				owner: null,
			})),
			await compareAccounts(context),
			...(await compareReaders(context)),
		];
	},
};
