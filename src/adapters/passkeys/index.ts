/**
 * Passkeys (WebAuthn): what the browser is asked, and whether what it answers holds. The domain and the origin are those of
 * SITE_URL, whatever the request says.
 */
import { randomBytes } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { isSigned, sign } from '#src/adapters/secrets/index.ts';
import { type Instant, MINUTE } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { hashToken } from '#src/lib/ids.ts';

// Needed by the few requests that end a ceremony: not worth the memory of every start.
const library = () => import('@simplewebauthn/server');

export const CHALLENGE_LASTS = 10 * MINUTE;
const RANDOM_BYTES = 16;
const TIME_BYTES = 6;
const SIGNED_BYTES = RANDOM_BYTES + TIME_BYTES;

/** What a challenge is for, and for whom: an account, a log-in under way, a session. One given for one is refused for another. */
export interface Attempt {
	readonly purpose: 'register' | 'login' | 'step' | 'proof';
	/** Empty for `login`, which begins with nobody known. */
	readonly of: string;
}

const contextOf = ({ purpose, of }: Attempt) => `challenge ${purpose} ${of}`;
const relyingParty = () => {
	const { origin, hostname } = new URL(env().siteUrl);
	return { origin, id: hostname };
};

/**
 * Random, dated and signed by this server, so that showing a page writes nothing; whoever accepts one notes it as spent.
 * @returns base64url.
 */
export function makeChallenge(attempt: Attempt, at: Instant): string {
	const bytes = Buffer.alloc(SIGNED_BYTES);
	randomBytes(RANDOM_BYTES).copy(bytes);
	bytes.writeUIntBE(at, RANDOM_BYTES, TIME_BYTES);
	return Buffer.concat([bytes, sign(contextOf(attempt), bytes)]).toString('base64url');
}

export function isOwnChallenge(challenge: string, attempt: Attempt, at: Instant): boolean {
	const bytes = Buffer.from(challenge, 'base64url');
	// One writing alone, for its text is what is noted as spent.
	if (bytes.length !== SIGNED_BYTES + 32 || bytes.toString('base64url') !== challenge) return false;
	const made = bytes.readUIntBE(RANDOM_BYTES, TIME_BYTES);
	if (made > at || at - made >= CHALLENGE_LASTS) return false;
	return isSigned(contextOf(attempt), bytes.subarray(0, SIGNED_BYTES), bytes.subarray(SIGNED_BYTES));
}

interface Known {
	readonly credentialId: string;
	/** Separated by commas. */
	readonly transports: string;
}

type Transports = NonNullable<RegistrationResponseJSON['response']['transports']>;

const descriptor = ({ credentialId, transports }: Known) => ({
	id: credentialId,
	type: 'public-key' as const,
	...(transports === '' ? {} : { transports: transports.split(',') as Transports }),
});

/** What the browser is asked to make a new passkey, as the script passes it on. */
export async function creationOptions(input: {
	readonly attempt: Attempt;
	readonly at: Instant;
	readonly accountId: string;
	readonly address: string;
	readonly fullName: string;
	readonly known: readonly Known[];
}): Promise<object> {
	const { generateRegistrationOptions } = await library();
	return generateRegistrationOptions({
		rpName: 'Koumbit',
		rpID: relyingParty().id,
		userName: input.address,
		userDisplayName: input.fullName,
		userID: new TextEncoder().encode(input.accountId),
		challenge: new Uint8Array(Buffer.from(makeChallenge(input.attempt, input.at), 'base64url')),
		timeout: CHALLENGE_LASTS,
		attestationType: 'none',
		excludeCredentials: input.known.map(descriptor),
		authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
	});
}

/**
 * What the browser is asked to show a passkey.
 * @param known those of the account; null when nobody is known yet: the device then offers its own, and checks who holds it.
 */
export function requestOptions(attempt: Attempt, at: Instant, known: readonly Known[] | null): object {
	return {
		challenge: makeChallenge(attempt, at),
		rpId: relyingParty().id,
		timeout: CHALLENGE_LASTS,
		userVerification: known === null ? 'required' : 'preferred',
		allowCredentials: (known ?? []).map(descriptor),
	};
}

const text = z.string().max(20_000);
const shape = z.object({
	id: text,
	rawId: text,
	type: z.literal('public-key'),
	clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
	response: z.looseObject({ clientDataJSON: text, userHandle: text.nullish(), transports: z.array(z.string().max(40)).max(10).optional() }),
});

/** An answer of a browser, read but not believed yet. */
export interface Shown {
	readonly credentialId: string;
	/** The account the device says it is for. */
	readonly accountId: string | null;
	readonly json: unknown;
}

/** Null for what no browser sends. */
export function readShown(field: string): Shown | null {
	if (field.length > 60_000) return null;
	try {
		const json = shape.parse(JSON.parse(field));
		const { userHandle } = json.response;
		return { credentialId: json.id, accountId: userHandle ? Buffer.from(userHandle, 'base64url').toString('utf8') : null, json };
	} catch {
		return null;
	}
}

export interface NewPasskey {
	readonly credentialId: string;
	readonly publicKey: string;
	readonly counter: number;
	readonly transports: string;
	/** SHA-256 of the challenge: to be noted as spent. */
	readonly spent: string;
}

/** @returns null when it does not hold, for whatever reason. */
export async function checkNewPasskey(shown: Shown, attempt: Attempt, at: Instant): Promise<NewPasskey | null> {
	const { verifyRegistrationResponse } = await library();
	const { origin, id } = relyingParty();
	let challenge = '';
	try {
		const { registrationInfo } = await verifyRegistrationResponse({
			response: shown.json as RegistrationResponseJSON,
			expectedChallenge: (given) => {
				challenge = given;
				return isOwnChallenge(given, attempt, at);
			},
			expectedOrigin: origin,
			expectedRPID: id,
			requireUserVerification: false,
		});
		if (!registrationInfo) return null;
		const { credential } = registrationInfo;
		return {
			credentialId: credential.id,
			publicKey: Buffer.from(credential.publicKey).toString('base64url'),
			counter: credential.counter,
			transports: (credential.transports ?? []).filter((one) => /^[a-z-]{2,20}$/.test(one)).join(','),
			spent: hashToken(challenge),
		};
	} catch {
		return null;
	}
}

/**
 * @param verified the device must have checked who holds it (a finger, a face, a code): it is then both steps at once.
 * @returns the new count of signatures; null when it does not hold, also when the count went back, as that of a copied key would.
 */
export async function checkPasskey(
	shown: Shown,
	stored: { readonly credentialId: string; readonly publicKey: string; readonly counter: number },
	attempt: Attempt,
	at: Instant,
	verified: boolean,
): Promise<{ counter: number; spent: string } | null> {
	const { verifyAuthenticationResponse } = await library();
	const { origin, id } = relyingParty();
	let challenge = '';
	try {
		const { verified: holds, authenticationInfo } = await verifyAuthenticationResponse({
			response: shown.json as AuthenticationResponseJSON,
			expectedChallenge: (given) => {
				challenge = given;
				return isOwnChallenge(given, attempt, at);
			},
			expectedOrigin: origin,
			expectedRPID: id,
			credential: {
				id: stored.credentialId,
				publicKey: new Uint8Array(Buffer.from(stored.publicKey, 'base64url')),
				counter: stored.counter,
			},
			requireUserVerification: verified,
		});
		return holds ? { counter: authenticationInfo.newCounter, spent: hashToken(challenge) } : null;
	} catch {
		return null;
	}
}
