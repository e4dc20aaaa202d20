import { slugify } from '#src/lib/text.ts';

/** An address part for a name, not among those taken: `cafe-rosa`, then `cafe-rosa-2`. */
export function freeSlug(name: string, taken: ReadonlySet<string>): string {
	// A name in another script, or of emoji only, leaves no Latin letter.
	const base = slugify(name) || 'membre';
	if (!taken.has(base)) return base;
	for (let number = 2; ; number += 1) {
		const slug = `${base}-${number}`;
		if (!taken.has(slug)) return slug;
	}
}
