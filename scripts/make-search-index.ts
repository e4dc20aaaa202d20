/** After the build: the index of the public pages, for the search. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { INDEX_FILE } from '#src/adapters/search/schema.ts';
import { writeIndex } from '#src/adapters/search/write.ts';
import { projectRoot } from '#src/lib/root.ts';
import { searchPages } from './site/search-pages.ts';

const { values } = parseArgs({ options: { root: { type: 'string', default: projectRoot } } });
const root = path.resolve(values.root);
writeIndex(path.join(root, 'dist', 'server', INDEX_FILE), searchPages(root));
