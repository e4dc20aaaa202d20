/** Canadian dollars as whole cents; never a fraction, never beyond what a double holds exactly. */
export type Cents = number & { readonly __brand: 'Cents' };

/** 100 million dollars: far above any amount here, far below 2^53 even when a million of them are summed. */
export const MAX_CENTS = 10_000_000_000;

/** @throws {RangeError} on a fraction, NaN, or an amount beyond {@link MAX_CENTS}. */
export function cents(value: number): Cents {
	if (!Number.isSafeInteger(value) || Math.abs(value) > MAX_CENTS) throw new RangeError(`not an amount in cents: ${value}`);
	return value as Cents;
}

export function sumCents(values: Iterable<number>): Cents {
	let total = 0;
	for (const value of values) total += value;
	return cents(total);
}

const SPACE = '[\\u0020\\u00a0\\u202f\\u2009]';
const AMOUNT = new RegExp(
	`^(?:(\\d{1,9}|\\d{1,3}(?:${SPACE}\\d{3}){1,2})(?:[.,](\\d{1,2}))?|(\\d{1,3}(?:,\\d{3}){1,2})(?:\\.(\\d{1,2}))?)$`,
);

/**
 * Reads an amount as people write it in Québec, in French or English: `1 234,56`, `1,234.56`, `12 $`, `$12`, `12,5`.
 * Null when it is not an amount, has more than two decimals, or is too large. A space counts between groups of three
 * digits only: `12 50` is someone's 12,50 as likely as 1250. Never uses floating point.
 */
export function parseAmount(text: string): Cents | null {
	const typed = text.trim();
	const bare = typed.startsWith('$') ? typed.slice(1) : typed.endsWith('$') ? typed.slice(0, -1) : typed;
	const [, minus, rest = ''] = /^\s*([-\u2212]?)\s*(.*?)\s*$/s.exec(bare) ?? [];
	const match = AMOUNT.exec(rest);
	if (!match) return null;
	const whole = Number((match[1] ?? match[3] ?? '').replace(/\D/g, ''));
	const part = Number((match[2] ?? match[4] ?? '').padEnd(2, '0') || '0');
	const value = whole * 100 + part;
	if (value > MAX_CENTS) return null;
	return cents(minus && value !== 0 ? -value : value);
}

/**
 * Splits a total over weights so that the parts sum to the total to the cent (largest remainder; ties go to the first).
 * A negative total is split as its opposite is.
 * @throws {RangeError} when a weight is not a whole number, is negative, or none is positive.
 */
export function splitCents(total: Cents, weights: readonly number[]): Cents[] {
	if (weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0)) throw new RangeError('weights must be whole and positive');
	const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
	if (sum === 0n) throw new RangeError('weights must be positive');
	const size = BigInt(Math.abs(total));
	const shares = weights.map((weight) => size * BigInt(weight));
	const parts = shares.map((share) => Number(share / sum));
	let left = Math.abs(total) - parts.reduce((all, part) => all + part, 0);
	const remainder = (index: number) => (shares[index] ?? 0n) % sum;
	const order = shares
		.map((_, index) => index)
		.sort((a, b) => Number(remainder(b) > remainder(a)) - Number(remainder(a) > remainder(b)) || a - b);
	for (const index of order) {
		if (left === 0) break;
		parts[index] = (parts[index] ?? 0) + 1;
		left -= 1;
	}
	return parts.map((part) => cents(total < 0 && part !== 0 ? -part : part));
}
