import { parse } from 'yaml';
import { z } from 'zod';
import { both, slug } from '#src/collections/fields.ts';

/** A committee: content/committees.yaml. */
export const committeeSchema = z.object({
	slug: slug('slug'),
	name: both('name'),
	mandate: both('mandate'),
	/** True until the organisation has made the file its own. */
	example: z.boolean('« example » : true ou false / true or false'),
});

const committeesFile = z.object({
	example: z.unknown(),
	committees: z.array(z.looseObject({ slug: slug('committees.slug') }), {
		error: '« committees » : une liste est attendue / a list is expected',
	}),
});

/** The entries of the file; each says whether the file is an example. */
export function parseCommittees(text: string): Record<string, Record<string, unknown>> {
	const { example, committees } = committeesFile.parse(parse(text));
	return Object.fromEntries(committees.map((committee) => [committee.slug, { ...committee, example }]));
}
