/** A device with a passkey, made of Node's own cryptography: it answers what a page asks, as a browser would post it. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const b64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

/** CBOR of what is needed here: unsigned and negative integers, bytes, text, maps. */
function cbor(value: number | string | Uint8Array | ReadonlyMap<number | string, unknown>): Buffer {
	const head = (major: number, size: number) =>
		size < 24
			? Buffer.from([(major << 5) | size])
			: size < 256
				? Buffer.from([(major << 5) | 24, size])
				: Buffer.from([(major << 5) | 25, size >> 8, size & 0xff]);
	if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
	if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
	if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
	return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one as never)])]);
}

interface Options {
	readonly challenge: string;
	readonly rpId?: string;
	readonly rp?: { readonly id: string };
	readonly user?: { readonly id: string };
}

export interface Authenticator {
	/** How often it has signed; set it back to be a copy of the key. */
	counter: number;
	/** False for a device that does not check who holds it. */
	verifies: boolean;
	/** Where the browser says it is. */
	origin: string;
	create(options: Options): string;
	get(options: Options): string;
}

export function makeAuthenticator(origin: string): Authenticator {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
	const id = randomBytes(32);
	let userHandle = '';
	const client = (type: string, challenge: string) =>
		Buffer.from(JSON.stringify({ type, challenge, origin: one.origin, crossOrigin: false }));
	const data = (rpId: string, flags: number, rest: Uint8Array = Buffer.alloc(0)) => {
		const counter = Buffer.alloc(4);
		counter.writeUInt32BE(one.counter);
		return Buffer.concat([sha256(rpId), Buffer.from([flags | 1 | (one.verifies ? 4 : 0)]), counter, rest]);
	};
	const credential = (response: object) =>
		JSON.stringify({ id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {}, response });

	const one: Authenticator = {
		counter: 0,
		verifies: true,
		origin,
		create(options) {
			userHandle = options.user?.id ?? '';
			const key = cbor(
				new Map<number, unknown>([
					[1, 2],
					[3, -7],
					[-1, 1],
					[-2, Buffer.from(x, 'base64url')],
					[-3, Buffer.from(y, 'base64url')],
				]),
			);
			const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
			const authData = data(options.rp?.id ?? '', 0x40, attested);
			const attestationObject = cbor(
				new Map<string, unknown>([
					['fmt', 'none'],
					['attStmt', new Map()],
					['authData', authData],
				]),
			);
			const clientDataJSON = b64(client('webauthn.create', options.challenge));
			return credential({ clientDataJSON, attestationObject: b64(attestationObject), transports: ['internal'] });
		},
		get(options) {
			one.counter += 1;
			const authenticatorData = data(options.rpId ?? '', 0);
			const clientData = client('webauthn.get', options.challenge);
			const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), privateKey);
			return credential({
				clientDataJSON: b64(clientData),
				authenticatorData: b64(authenticatorData),
				signature: b64(signature),
				userHandle,
			});
		},
	};
	return one;
}
