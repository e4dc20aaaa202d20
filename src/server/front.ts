/**
 * What stands in front of Astro's handler: it answers files, health and refusals itself, and hands on only requests whose
 * host, origin, method, address and body are in order.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { networkOf } from '#src/adapters/limits/index.ts';
import { matchRoute, type RouteKey } from '#src/i18n/routes.ts';
import type { AccessLog } from '#src/server/access-log.ts';
import { type Answer, refusals } from '#src/server/answers.ts';
import { type AstroHandler, giveBody, replaceBareErrors } from '#src/server/astro.ts';
import { BODY_LIMIT, drain, formKindOf, isWellFormed, readBody } from '#src/server/body.ts';
import { addressResolver } from '#src/server/client-address.ts';
import { flat, securityHeaders } from '#src/server/headers.ts';
import type { Readiness } from '#src/server/health.ts';
import { astroName, type Place, placesOf } from '#src/server/host.ts';
import { answerBelowHttp } from '#src/server/raw.ts';
import type { StaticFiles } from '#src/server/static.ts';
import { readTarget } from '#src/server/target.ts';
import { makeTurns } from '#src/server/turns.ts';
import { isOneClick } from '#src/server/unsubscribe.ts';

export interface FrontOptions {
	readonly siteUrl: string;
	readonly trustProxy: readonly string[];
	readonly files: StaticFiles;
	readonly astro: () => Promise<AstroHandler>;
	readonly readiness: () => Promise<Readiness>;
	/** Ends the subscription that a private link belongs to; false when it opens nothing. */
	readonly unsubscribe: (token: string) => Promise<boolean>;
	readonly log: AccessLog;
	/** A handler threw: what it threw, to be logged. */
	readonly onError: (error: unknown, requestId: string) => void;
	readonly headersTimeoutMs?: number;
	readonly requestTimeoutMs?: number;
}

interface Exchange {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly method: string;
	readonly requestId: string;
	readonly started: number;
	/** As sent; empty when it could not be read. */
	readonly path: string;
	/** The client waits for « 100 Continue » before it sends its body. */
	readonly expectsContinue: boolean;
}

const READABLE = 'GET, HEAD';
const ALL_METHODS = 'GET, HEAD, POST';
const CLOSED_BY_CLIENT = 499;
/** Pages whose form checks a password, a code or a link: dear, or written at each try, and sent by the thousand by whoever guesses. */
const WITH_PASSWORD: ReadonlySet<RouteKey> = new Set([
	'login',
	'loginStep',
	'loginLinkOpen',
	'accountProof',
	'passwordReset',
	'invitation',
]);
const PASSWORD_TURNS = {
	/** As many as are checked at the same time (src/adapters/passwords). */
	atOnce: 2,
	mostWaiting: 2_000,
	/** A whole workshop behind one address may log in at once; a crowd there waits a little and comes again. */
	mostOfOne: 20,
	longestMs: 5_000,
} as const;
/** Those who wait hold their form in memory: the largest, with a passkey's answer, is well below. */
const PASSWORD_BODY_LIMIT = 256 * 1024;

const hasBody = ({ headers }: IncomingMessage) => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const isLoopback = (address: string | undefined) => /^(::1|(::ffff:)?127\.)/.test(address ?? '');

/** The key of the route table, or a word: never the path, for private links carry their secret in it. */
function routeName(path: string): string {
	if (path.startsWith('/_actions/')) return 'action';
	return matchRoute(path)?.key ?? 'unknown';
}

function hasPassword(path: string): boolean {
	const key = matchRoute(path)?.key;
	return key !== undefined && WITH_PASSWORD.has(key);
}

export function createFront(options: FrontOptions): Server {
	const common = securityHeaders(options.siteUrl);
	const commonFlat = flat(common);
	const isHttps = options.siteUrl.startsWith('https:');
	const placeOf = placesOf(options.siteUrl);
	const clientAddress = addressResolver(options.trustProxy);
	const refused = refusals(() => options.files.stylesheets());
	const { log, files } = options;
	const passwords = makeTurns(PASSWORD_TURNS);

	const logged = ({ method, started, requestId }: Exchange, route: string, status: number) =>
		log.request(method, route, status, performance.now() - started, requestId);

	const send = async (exchange: Exchange, status: number, answer: Answer, extra: readonly string[] = []): Promise<void> => {
		const { request, response } = exchange;
		const unread = hasBody(request) && !request.complete;
		const headers = ['Content-Type', answer.type, 'Content-Length', String(answer.body.length), 'Cache-Control', 'no-store', ...commonFlat];
		headers.push('X-Request-Id', exchange.requestId, ...extra);
		if (unread) headers.push('Connection', 'close');
		response.writeHead(status, headers);
		if (unread && !exchange.expectsContinue) {
			response.write(answer.body);
			await drain(request);
			response.end();
		} else {
			response.end(answer.body);
		}
	};

	const refuse = (exchange: Exchange, status: number, extra: readonly string[] = [], route = routeName(exchange.path)): Promise<void> => {
		logged(exchange, route, status);
		const answer = status === 421 ? refused.text(status) : refused.page(status, exchange.path, exchange.requestId);
		return send(exchange, status, answer, extra);
	};

	const answerJson = (exchange: Exchange, route: string, status: number, value: unknown): Promise<void> => {
		logged(exchange, route, status);
		return send(exchange, status, { type: 'application/json', body: Buffer.from(`${JSON.stringify(value)}\n`) });
	};

	const answerHealth = async (exchange: Exchange, name: string): Promise<void> => {
		if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return refuse(exchange, 405, ['Allow', READABLE], 'health');
		if (name === '/healthz') return answerJson(exchange, 'healthz', 200, { ok: true });
		const readiness = await options.readiness();
		return answerJson(exchange, 'readyz', readiness.ready ? 200 : 503, readiness);
	};

	const redirectToSlash = (exchange: Exchange, query: string): void => {
		logged(exchange, routeName(`${exchange.path}/`), 308);
		exchange.response.writeHead(308, ['Location', `${exchange.path}/${query}`, 'Content-Length', '0', ...commonFlat]);
		exchange.response.end();
	};

	/** A mail program's own POST: no browser stands behind it, so it has no origin, and the secret link is its right. */
	const answerOneClick = async (exchange: Exchange, token: string): Promise<void> => {
		const read = await readBody(exchange.request);
		if (!read.ok) return refuse(exchange, read.reason === 'aborted' ? 408 : 413);
		if (!isOneClick(Buffer.from(read.body))) return refuse(exchange, 403);
		try {
			if (!(await options.unsubscribe(token))) return refuse(exchange, 404);
		} catch (error) {
			options.onError(error, exchange.requestId);
			return refuse(exchange, 503, ['Retry-After', '5']);
		}
		logged(exchange, 'statusSubscription', 200);
		return send(exchange, 200, { type: 'text/plain; charset=utf-8', body: Buffer.from('OK\n') });
	};

	/** Null when the form may go on; otherwise it was answered. */
	const receiveForm = async (exchange: Exchange, place: Place): Promise<'answered' | null> => {
		const { request } = exchange;
		const answer = async (status: number) => {
			await refuse(exchange, status);
			return 'answered' as const;
		};
		const match = request.headers.origin === undefined ? matchRoute(exchange.path) : null;
		if (match?.key === 'statusSubscription') {
			await answerOneClick(exchange, match.params.token ?? '');
			return 'answered';
		}
		// Astro checks it too, but only for the content types of forms.
		if (request.headers.origin !== place.origin) return answer(403);
		const type = request.headers['content-type'];
		const kind = formKindOf(type);
		if (kind === null || type === undefined) return answer(415);
		const read = await readBody(request, hasPassword(exchange.path) ? PASSWORD_BODY_LIMIT : BODY_LIMIT);
		if (!read.ok && read.reason === 'aborted') {
			logged(exchange, routeName(exchange.path), CLOSED_BY_CLIENT);
			return 'answered';
		}
		if (!read.ok) return answer(413);
		if (!(await isWellFormed(kind, type, Buffer.from(read.body)))) return answer(400);
		giveBody(request, read.body);
		return null;
	};

	/** What the client said of itself is replaced by what is known. */
	const settleHeaders = ({ request, requestId }: Exchange, place: Place): void => {
		const { headers } = request;
		const client = clientAddress(request.socket.remoteAddress, headers['x-forwarded-for']?.toString());
		for (const name of Object.keys(headers)) {
			if (name.startsWith('x-forwarded') || name === 'forwarded' || name === 'x-real-ip') delete headers[name];
		}
		headers['x-forwarded-for'] = client;
		headers['x-request-id'] = requestId;
		headers.host = astroName(place.host);
		if (headers.origin === place.origin) headers.origin = astroName(place.origin);
		if (isHttps) {
			headers['x-forwarded-proto'] = 'https';
			headers['x-forwarded-host'] = headers.host;
		}
	};

	/**
	 * Waits until a form with a password may go on; answered when too many do, or when its sender has left. Only once it was received
	 * whole from a page of ours: whoever sends slowly waits with nobody's turn in hand.
	 */
	const waitForTurn = async (exchange: Exchange): Promise<'answered' | null> => {
		const { request, response, path } = exchange;
		if (!hasPassword(path)) return null;
		const end = await passwords.take(
			networkOf(clientAddress(request.socket.remoteAddress, request.headers['x-forwarded-for']?.toString())),
		);
		if (end === null) {
			await refuse(exchange, 503, ['Retry-After', '5']);
			return 'answered';
		}
		if (response.closed || response.destroyed) {
			end();
			logged(exchange, routeName(path), CLOSED_BY_CLIENT);
			return 'answered';
		}
		response.once('close', end);
		return null;
	};

	const render = async (exchange: Exchange, place: Place): Promise<void> => {
		const { request, response, requestId, path } = exchange;
		if (exchange.method === 'POST' && (await receiveForm(exchange, place)) === 'answered') return;
		if (exchange.method === 'POST' && (await waitForTurn(exchange)) === 'answered') return;
		settleHeaders(exchange, place);
		response.on('close', () => logged(exchange, routeName(path), response.writableFinished ? response.statusCode : CLOSED_BY_CLIENT));
		for (const [name, value] of common) response.setHeader(name, value);
		response.setHeader('X-Request-Id', requestId);
		response.setHeader('Cache-Control', 'private, no-store');
		const answerError = (status: number) => {
			const { type, body } = refused.page(status, path, requestId);
			response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
			response.end(body);
		};
		replaceBareErrors(response, answerError);
		try {
			const astro = await options.astro();
			await astro(request, response);
		} catch (error) {
			options.onError(error, requestId);
			if (response.headersSent) {
				response.destroy();
				return;
			}
			response.statusCode = 500;
			response.end();
		}
	};

	const handle = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): Promise<void> | undefined => {
		const started = performance.now();
		const { headers, method = 'GET' } = request;
		const requestId = randomUUID();
		const target = readTarget(request.url ?? '/');
		const path = target.ok ? target.path : '';
		const isRead = method === 'GET' || method === 'HEAD';
		const place = placeOf(headers.host);

		if (place && target.ok && isRead) {
			const file = files.find(target.name);
			if (file) {
				const status = file.serve(headers, response);
				log.request(method, file.route, status, performance.now() - started, requestId);
				return undefined;
			}
		}

		const exchange: Exchange = { request, response, method, requestId, started, path, expectsContinue };
		if (path === '/healthz' || path === '/readyz') {
			// A supervisor on the same machine asks by address, whatever the public name is.
			if (place || isLoopback(request.socket.remoteAddress)) return answerHealth(exchange, path);
		}
		if (!place) return refuse(exchange, 421);
		if (!target.ok) return refuse(exchange, target.status);
		if (!isRead && method !== 'POST') return refuse(exchange, 405, ['Allow', ALL_METHODS]);
		if (!isRead && files.find(target.name)) return refuse(exchange, 405, ['Allow', READABLE]);
		// A feed or its data is a file by its name, even below an address with a parameter.
		if (!path.endsWith('/') && !/\.(xml|json)$/.test(path) && (files.find(`${target.name}/`) || matchRoute(`${path}/`))) {
			redirectToSlash(exchange, target.query);
			return undefined;
		}
		if (path.startsWith('/_assets/')) return refuse(exchange, 404, [], 'asset');
		if (path.includes('//')) return refuse(exchange, 404);
		// Without a slash Astro redirects first and says « not found » after: one answer is enough.
		if (!path.endsWith('/') && !/\.\w+$|^\/_/.test(path)) request.url = `${path}/${target.query}`;
		if (expectsContinue) {
			if (Number(headers['content-length'] ?? 0) > BODY_LIMIT) return refuse(exchange, 413);
			response.writeContinue();
			return render({ ...exchange, expectsContinue: false }, place);
		}
		return render(exchange, place);
	};

	const guarded = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
		try {
			handle(request, response, expectsContinue)?.catch((error: unknown) => {
				options.onError(error, 'none');
				response.destroy();
			});
		} catch (error) {
			options.onError(error, 'none');
			response.destroy();
		}
	};

	const server = createServer(
		{
			// Larger than the longest address allowed, so that a long address is told apart from long headers.
			maxHeaderSize: 32_768,
			headersTimeout: options.headersTimeoutMs ?? 10_000,
			requestTimeout: options.requestTimeoutMs ?? 60_000,
			connectionsCheckingInterval: 1_000,
			keepAliveTimeout: 20_000,
		},
		guarded(false),
	);
	server.on('checkContinue', guarded(true));
	// A reader that takes nothing for so long is gone, or means harm.
	server.setTimeout(120_000);
	answerBelowHttp(server, commonFlat, refused, log);
	return server;
}
