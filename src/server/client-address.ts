/** The address of whoever sends a request, through the proxies in TRUST_PROXY and no others. */
import { BlockList, isIP } from 'node:net';

export type ResolveAddress = (peer: string | undefined, forwardedFor: string | undefined) => string;

/** Without the IPv4-in-IPv6 form, and without the port that some proxies add. Null when it is no address. */
function addressOf(text: string): string | null {
	const bare = text
		.trim()
		.replace(/^::ffff:(?=\d+\.)/i, '')
		.replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
		.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
	return isIP(bare) === 0 ? null : bare;
}

/** @param trusted addresses or CIDRs, as validated by src/lib/env.ts. */
export function addressResolver(trusted: readonly string[]): ResolveAddress {
	const list = new BlockList();
	const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
	for (const entry of trusted) {
		const [address = '', bits] = entry.split('/');
		if (bits === undefined) list.addAddress(address, family(address));
		else list.addSubnet(address, Number(bits), family(address));
	}
	const isTrusted = (address: string) => trusted.length > 0 && list.check(address, family(address));

	return (peer, forwardedFor) => {
		let client = addressOf(peer ?? '') ?? '0.0.0.0';
		if (forwardedFor === undefined || !isTrusted(client)) return client;
		// From the right: each trusted proxy vouches for the entry it wrote, and for nothing further to the left.
		for (const entry of forwardedFor.split(',').reverse()) {
			const address = addressOf(entry);
			if (address === null) return client;
			client = address;
			if (!isTrusted(client)) return client;
		}
		return client;
	};
}
