import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvError, env, readEnv } from '#src/lib/env.ts';
import { projectRoot } from '#src/lib/root.ts';

describe('without any variable', () => {
	it('the portal serves this machine only, from a folder of its own, and keeps its mail in files', () => {
		expect(readEnv({})).toEqual({
			host: '127.0.0.1',
			port: 4321,
			siteUrl: 'http://localhost:4321',
			dataDir: path.join(projectRoot, 'data'),
			databaseUrl: `file:${path.join(projectRoot, 'data', 'koumbit.db')}`,
			databaseAuthToken: undefined,
			smtpUrl: undefined,
			mailFrom: 'Koumbit <portail@localhost>',
			trustProxy: [],
			logLevel: 'info',
			worker: 'inline',
		});
	});

	it('blank ones count as absent', () => {
		const names = [
			'HOST',
			'PORT',
			'SITE_URL',
			'DATA_DIR',
			'DATABASE_URL',
			'DATABASE_AUTH_TOKEN',
			'SMTP_URL',
			'MAIL_FROM',
			'TRUST_PROXY',
			'LOG_LEVEL',
			'WORKER',
		];
		expect(readEnv(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readEnv({}));
	});
});

describe('a variable', () => {
	it('is read as it stands', () => {
		const read = readEnv({
			HOST: '0.0.0.0',
			PORT: '8080',
			SITE_URL: 'https://portail.exemple.org//',
			DATA_DIR: '/srv/koumbit',
			DATABASE_URL: 'libsql://db.exemple.org',
			DATABASE_AUTH_TOKEN: 'jeton',
			SMTP_URL: 'smtps://user:pass@mail.exemple.org',
			MAIL_FROM: 'Koumbit, le réseau <portail@exemple.org>',
			TRUST_PROXY: '127.0.0.1, 10.0.0.0/8,::1,fd00::/8',
			LOG_LEVEL: 'warn',
			WORKER: 'off',
		});
		expect(read).toEqual({
			host: '0.0.0.0',
			port: 8080,
			siteUrl: 'https://portail.exemple.org',
			dataDir: '/srv/koumbit',
			databaseUrl: 'libsql://db.exemple.org',
			databaseAuthToken: 'jeton',
			smtpUrl: 'smtps://user:pass@mail.exemple.org',
			mailFrom: 'Koumbit, le réseau <portail@exemple.org>',
			trustProxy: ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'],
			logLevel: 'warn',
			worker: 'off',
		});
	});

	it('for the folder moves the database with it', () => {
		expect(readEnv({ DATA_DIR: 'ailleurs' }).databaseUrl).toBe(`file:${path.join(projectRoot, 'ailleurs', 'koumbit.db')}`);
	});

	it('for the port is in the address the portal gives itself', () => {
		expect(readEnv({ PORT: '5000' }).siteUrl).toBe('http://localhost:5000');
	});

	it.each([
		['PORT', '-1'],
		['PORT', '65536'],
		['PORT', '80.5'],
		['PORT', 'http'],
		['PORT', ' '],
		['PORT', '0x50'],
		['PORT', '1e3'],
		['SITE_URL', 'portail.exemple.org'],
		['SITE_URL', 'ftp://exemple.org'],
		['SITE_URL', 'javascript:alert(1)'],
		['DATABASE_URL', 'postgres://localhost/koumbit'],
		['DATABASE_URL', 'data/koumbit.db'],
		['SMTP_URL', 'mail.exemple.org'],
		['SMTP_URL', 'http://mail.exemple.org'],
		['MAIL_FROM', 'Koumbit'],
		['MAIL_FROM', 'Koumbit <portail>'],
		['MAIL_FROM', 'Koumbit\r\nBcc: x@y.org <portail@exemple.org>'],
		['TRUST_PROXY', 'localhost'],
		['TRUST_PROXY', '10.0.0.0/33'],
		['TRUST_PROXY', '10.0.0.0/8/8'],
		['TRUST_PROXY', '::1/129'],
		['TRUST_PROXY', '127.0.0.1,'],
		['TRUST_PROXY', '*'],
		['LOG_LEVEL', 'verbose'],
		['WORKER', 'on'],
	])('that is wrong (%s=%s) is named in one line, without what it held', (name, value) => {
		const read = () => readEnv({ [name]: value });
		expect(read).toThrow(EnvError);
		expect(read).toThrow(new RegExp(`^${name} : .+$`));
	});

	it('that is wrong does not print a password on the terminal', () => {
		expect(() => readEnv({ DATABASE_URL: 'postgres://koumbit:motdepasse@localhost/x' })).toThrow(/^(?!.*motdepasse)/);
		expect(() => readEnv({ SMTP_URL: 'smtp//koumbit:motdepasse@mail' })).toThrow(/^(?!.*motdepasse)/);
	});
});

it('the process’s own is read once', () => {
	expect(env()).toBe(env());
});
