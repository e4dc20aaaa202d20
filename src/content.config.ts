/**
 * The texts people edit in content/. A file that does not fit stops the build with a sentence that names the field and
 * says what is expected; what each kind holds is in src/collections/.
 */

import { defineCollection } from 'astro:content';
import { readFileSync } from 'node:fs';
import { file, glob, type Loader } from 'astro/loaders';
import { parse, YAMLParseError } from 'yaml';
import { commonsSchema } from '#src/collections/commons.ts';
import { guideSchema } from '#src/collections/guides.ts';
import { historySchema } from '#src/collections/history.ts';
import { authorSchema, newsSchema, tagSchema } from '#src/collections/news.ts';
import { pageSchema } from '#src/collections/pages.ts';
import { catalogueSchema, serviceSchema } from '#src/collections/services.ts';

const inBoth = (folder: string) => glob({ base: './content', pattern: `{fr,en}/${folder}/*.md` });

/** A file of names. One that can't be read stops the build: Astro's own loader says so and goes on with the names of the build before. */
function names(fileName: string): Loader {
	const loader = file(fileName);
	return {
		...loader,
		load: async (context) => {
			try {
				parse(readFileSync(new URL(fileName, context.config.root), 'utf8'));
			} catch (error) {
				if (!(error instanceof YAMLParseError)) throw error;
				const line = error.linePos?.[0].line ?? '?';
				throw new Error(`${fileName}, ligne / line ${line} : ce fichier ne se lit pas / this file can't be read: ${error.code}`);
			}
			await loader.load(context);
		},
	};
}

export const collections = {
	pages: defineCollection({ loader: inBoth('pages'), schema: pageSchema }),
	history: defineCollection({ loader: inBoth('history'), schema: historySchema }),
	services: defineCollection({ loader: inBoth('services'), schema: serviceSchema }),
	catalogue: defineCollection({ loader: glob({ base: './content/services', pattern: '*.yaml' }), schema: catalogueSchema }),
	tags: defineCollection({ loader: names('content/tags.yaml'), schema: tagSchema }),
	authors: defineCollection({ loader: names('content/authors.yaml'), schema: authorSchema }),
	news: defineCollection({ loader: inBoth('news'), schema: ({ image }) => newsSchema(image) }),
	guides: defineCollection({ loader: inBoth('guides'), schema: guideSchema }),
	commons: defineCollection({ loader: inBoth('commons'), schema: commonsSchema }),
};
