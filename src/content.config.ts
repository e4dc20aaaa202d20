/**
 * The texts people edit in content/. A file that does not fit stops the build with a sentence that names the field and
 * says what is expected; what each kind holds is in src/collections/.
 */
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { commonsSchema } from '#src/collections/commons.ts';
import { guideSchema } from '#src/collections/guides.ts';
import { historySchema } from '#src/collections/history.ts';
import { newsSchema } from '#src/collections/news.ts';
import { pageSchema } from '#src/collections/pages.ts';
import { catalogueSchema, serviceSchema } from '#src/collections/services.ts';
import { trainingSchema } from '#src/collections/trainings.ts';

const inBoth = (folder: string) => glob({ base: './content', pattern: `{fr,en}/${folder}/*.md` });

export const collections = {
	pages: defineCollection({ loader: inBoth('pages'), schema: pageSchema }),
	history: defineCollection({ loader: inBoth('history'), schema: historySchema }),
	services: defineCollection({ loader: inBoth('services'), schema: serviceSchema }),
	catalogue: defineCollection({ loader: glob({ base: './content/services', pattern: '*.yaml' }), schema: catalogueSchema }),
	news: defineCollection({ loader: inBoth('news'), schema: ({ image }) => newsSchema(image) }),
	guides: defineCollection({ loader: inBoth('guides'), schema: guideSchema }),
	trainings: defineCollection({ loader: glob({ base: './content/trainings', pattern: '*.yaml' }), schema: trainingSchema }),
	commons: defineCollection({ loader: inBoth('commons'), schema: commonsSchema }),
};
