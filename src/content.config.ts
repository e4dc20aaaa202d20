/**
 * The texts people edit in content/. A file that does not fit stops the build with a sentence that names the field and
 * says what is expected; what each kind holds is in src/collections/.
 */

import { defineCollection } from 'astro:content';
import { file, glob } from 'astro/loaders';
import { budgetSchema } from '#src/collections/budgets.ts';
import { committeeSchema, parseCommittees } from '#src/collections/committees.ts';
import { commonsSchema } from '#src/collections/commons.ts';
import { guideSchema } from '#src/collections/guides.ts';
import { historySchema } from '#src/collections/history.ts';
import { authorSchema, newsSchema, tagSchema } from '#src/collections/news.ts';
import { organisationSchema } from '#src/collections/organisation.ts';
import { pageSchema } from '#src/collections/pages.ts';
import { reportSchema } from '#src/collections/reports.ts';
import { catalogueSchema, serviceSchema } from '#src/collections/services.ts';
import { trainingSchema } from '#src/collections/trainings.ts';

const inBoth = (folder: string) => glob({ base: './content', pattern: `{fr,en}/${folder}/*.md` });

export const collections = {
	pages: defineCollection({ loader: inBoth('pages'), schema: pageSchema }),
	history: defineCollection({ loader: inBoth('history'), schema: historySchema }),
	services: defineCollection({ loader: inBoth('services'), schema: serviceSchema }),
	catalogue: defineCollection({ loader: glob({ base: './content/services', pattern: '*.yaml' }), schema: catalogueSchema }),
	committees: defineCollection({ loader: file('./content/committees.yaml', { parser: parseCommittees }), schema: committeeSchema }),
	tags: defineCollection({ loader: file('./content/tags.yaml'), schema: tagSchema }),
	authors: defineCollection({ loader: file('./content/authors.yaml'), schema: authorSchema }),
	news: defineCollection({ loader: inBoth('news'), schema: ({ image }) => newsSchema(image) }),
	guides: defineCollection({ loader: inBoth('guides'), schema: guideSchema }),
	budgets: defineCollection({ loader: glob({ base: './content/budgets', pattern: '*.yaml' }), schema: budgetSchema }),
	reports: defineCollection({ loader: inBoth('reports'), schema: reportSchema }),
	trainings: defineCollection({ loader: glob({ base: './content/trainings', pattern: '*.yaml' }), schema: trainingSchema }),
	commons: defineCollection({ loader: inBoth('commons'), schema: commonsSchema }),
	organisation: defineCollection({ loader: glob({ base: './content', pattern: 'organisation.yaml' }), schema: organisationSchema }),
};
