/**
 * The environment, validated once: the one place that reads `process.env` for the server, the worker and the command line.
 * Names and defaults are public (see docs/architecture.md); a wrong value throws an {@link EnvError} naming the variable.
 */
import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { projectRoot } from '#src/lib/root.ts';

export class EnvError extends Error {
	override name = 'EnvError';
}

// Not z.coerce: it reads a blank as 0 and 0x50 as 80.
const port = z
	.string()
	.refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535, 'must be a port, from 0 to 65535')
	.transform(Number);

const address = z.string().refine((value) => {
	const [ip = '', bits, ...rest] = value.split('/');
	const version = isIP(ip);
	if (version === 0 || rest.length > 0) return false;
	return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}, 'must be addresses or CIDRs separated by commas');

const blankIsUnset = (value: unknown) => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsUnset, schema.optional());

const schema = z.object({
	HOST: z.preprocess(blankIsUnset, z.string().default('127.0.0.1')),
	PORT: z.preprocess(blankIsUnset, port.default(4321)),
	SITE_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http or https address' })),
	DATA_DIR: z.preprocess(blankIsUnset, z.string().default('data')),
	DATABASE_URL: optional(
		z.string().regex(/^(file:|https?:\/\/|libsql:\/\/|wss?:\/\/)/, 'must begin with file:, http(s)://, libsql:// or ws(s)://'),
	),
	DATABASE_AUTH_TOKEN: optional(z.string()),
	SMTP_URL: optional(z.string().regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')),
	MAIL_FROM: z.preprocess(
		blankIsUnset,
		z
			.string()
			.regex(/^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/, 'must be an address, or a name and an <address>')
			.default('Koumbit <portail@localhost>'),
	),
	TRUST_PROXY: optional(
		z
			.string()
			.transform((value) => value.split(',').map((part) => part.trim()))
			.pipe(z.array(address)),
	),
	LOG_LEVEL: z.preprocess(blankIsUnset, z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
	WORKER: z.preprocess(blankIsUnset, z.enum(['inline', 'off']).default('inline')),
});

export interface Env {
	host: string;
	port: number;
	/** Public address without a trailing slash. */
	siteUrl: string;
	/** Absolute path. */
	dataDir: string;
	databaseUrl: string;
	databaseAuthToken: string | undefined;
	smtpUrl: string | undefined;
	mailFrom: string;
	/** Addresses or CIDRs whose `X-Forwarded-*` is believed. */
	trustProxy: readonly string[];
	logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
	worker: 'inline' | 'off';
}

/** @throws {EnvError} with one line that names the variable and says what is expected. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
	const parsed = schema.safeParse(source);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		throw new EnvError(`${String(issue?.path[0])} : ${issue?.message ?? 'invalid'}`);
	}
	const value = parsed.data;
	const dataDir = path.resolve(projectRoot, value.DATA_DIR);
	return {
		host: value.HOST,
		port: value.PORT,
		siteUrl: (value.SITE_URL ?? `http://localhost:${value.PORT}`).replace(/\/+$/, ''),
		dataDir,
		databaseUrl: value.DATABASE_URL ?? `file:${path.join(dataDir, 'koumbit.db')}`,
		databaseAuthToken: value.DATABASE_AUTH_TOKEN,
		smtpUrl: value.SMTP_URL,
		mailFrom: value.MAIL_FROM,
		trustProxy: value.TRUST_PROXY ?? [],
		logLevel: value.LOG_LEVEL,
		worker: value.WORKER,
	};
}

let cached: Env | undefined;

/** The process's environment, read at the first call. */
export function env(): Env {
	cached ??= readEnv();
	return cached;
}
