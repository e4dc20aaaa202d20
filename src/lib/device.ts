/** What a browser says of itself, reduced to what its owner would say: never the whole header, which could tell people apart. */

const BROWSERS = [
	['edge', /\bEdg(e|A|iOS)?\//],
	['opera', /\bOPR\//],
	['firefox', /\b(Firefox|FxiOS)\//],
	['chrome', /\b(Headless)?(Chrome|CriOS|Chromium)\//],
	['safari', /\bSafari\//],
] as const;
const SYSTEMS = [
	['android', /\bAndroid\b/],
	['ios', /\b(iPhone|iPad|iPod)\b/],
	['windows', /\bWindows\b/],
	['macos', /\bMac OS X\b/],
	['linux', /\bLinux\b|\bX11\b/],
] as const;

export type Browser = (typeof BROWSERS)[number][0] | 'other';
export type System = (typeof SYSTEMS)[number][0] | 'other';

const find = <T extends string>(table: readonly (readonly [T, RegExp])[], text: string): T | 'other' =>
	table.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';

/** `browser/system` of a User-Agent header; null when there is none. */
export function deviceOf(userAgent: string | null): string | null {
	if (userAgent === null || userAgent.trim() === '') return null;
	const text = userAgent.slice(0, 1_000);
	return `${find(BROWSERS, text)}/${find(SYSTEMS, text)}`;
}

/** The two words of a device. */
export function readDevice(device: string): { browser: Browser; system: System } {
	const [browser = 'other', system = 'other'] = device.split('/');
	return {
		browser: BROWSERS.some(([name]) => name === browser) ? (browser as Browser) : 'other',
		system: SYSTEMS.some(([name]) => name === system) ? (system as System) : 'other',
	};
}

/** The network an address is in, too wide to be one household: the first three numbers of an IPv4 address, /48 of an IPv6 one. */
export function prefixOf(network: string): string | null {
	const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(network);
	if (four) return `${four[1]}.0/24`;
	const groups = network.split('::')[0]?.split(':') ?? [];
	return network.includes(':') && groups.length >= 3 ? `${groups.slice(0, 3).join(':')}::/48` : null;
}
