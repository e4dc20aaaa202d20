/** One-time codes (TOTP, RFC 6238) as every application makes them: SHA-1, six digits, thirty seconds. */
import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;
const ISSUER = 'Koumbit';
const SECRET_BYTES = 20;

const totp = (secret: string) =>
	new TOTP({ issuer: ISSUER, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS, secret: Secret.fromBase32(secret) });

/** 160 random bits, in base32. */
export function newCodeSecret(): string {
	return new Secret({ size: SECRET_BYTES }).base32;
}

/** The code of one step of time, which is the count of thirty seconds since 1970. */
export function codeOfStep(secret: string, step: number): string {
	return totp(secret).generate({ timestamp: step * PERIOD_SECONDS * 1_000 });
}

/** What an application reads from the picture. */
export function codeAddress(secret: string, account: string): string {
	const one = totp(secret);
	one.label = account;
	return one.toString();
}
