/**
 * The kinds of content. There is one table of them, src/content.config.ts: it is read here as it stands, outside of Astro,
 * so that a kind added there is checked without another line. What a schema can't say of a kind is in KINDS.
 */
import { registerHooks } from 'node:module';
import { z } from 'zod';
import { SETTINGS_FILES } from '#src/adapters/settings/index.ts';
import type { RouteKey } from '#src/i18n/routes.ts';

interface About {
	/** A page of its own for each file: its address has the file's name as `slug`. */
	readonly route?: RouteKey;
	/** May be written in one language only. */
	readonly alone?: boolean;
	/** A settings file of the same name must be there, in this folder of content/. */
	readonly settings?: string;
}

const KINDS: Readonly<Record<string, About>> = {
	services: { route: 'service', settings: 'services' },
	news: { route: 'newsItem', alone: true },
	guides: { route: 'guide' },
	trainings: { route: 'training' },
};

/** Lines that name a thing of another file, whichever kind they stand in, and the kind that has it. */
export const REFERENCES: Readonly<Record<string, string>> = {
	service: 'catalogue',
	services: 'catalogue',
	committee: 'committees',
	timelineEvents: 'history',
	tags: 'tags',
	authors: 'authors',
	guide: 'guides',
	guides: 'guides',
	next: 'guides',
};

export interface Kind extends About {
	readonly name: string;
	/** Files, under content/. */
	readonly pattern: string;
	readonly schema: z.core.$ZodType;
	/** One file in each language. */
	readonly inBoth: boolean;
	/** One file of many entries, each by its name. */
	readonly manyInOne: boolean;
}

interface Loaded {
	readonly loader?: { readonly glob?: { pattern: string | string[]; base?: string }; readonly file?: { path: string; parsed: boolean } };
	readonly schema?: z.core.$ZodType | ((context: { image: () => z.core.$ZodType }) => z.core.$ZodType);
}

const STANDS_FOR: Readonly<Record<string, string>> = {
	'astro:content': 'export const defineCollection = (kind) => kind; export const reference = (name) => name;',
	'astro/loaders':
		'export const glob = (options) => ({ glob: options }); export const file = (path, options) => ({ file: { path, parsed: Boolean(options?.parser) } });',
};

async function readConfig(): Promise<Record<string, Loaded>> {
	registerHooks({
		resolve(specifier, context, next) {
			const source = STANDS_FOR[specifier];
			if (source === undefined) return next(specifier, context);
			return { url: `data:text/javascript,${encodeURIComponent(source)}`, format: 'module', shortCircuit: true };
		},
	});
	const config: { collections: unknown } = await import('#src/content.config.ts');
	return config.collections as Record<string, Loaded>;
}

const inContent = (where: string) => where.replace(/^\.?\/?content\/?/, '');

/**
 * @param onPicture told of each path that a schema takes as a picture.
 * @throws when src/content.config.ts uses a loader that is not known here.
 */
export async function readKinds(onPicture: (target: string) => void): Promise<Kind[]> {
	const image = () =>
		z
			.string({ error: 'le chemin d’une image, comme "./photo.jpg" / the path of a picture, like "./photo.jpg"' })
			.trim()
			.min(1)
			.refine((target) => {
				onPicture(target);
				return true;
			});
	const collections = Object.entries(await readConfig()).flatMap(([name, { loader, schema }]): Kind[] => {
		const made = typeof schema === 'function' ? schema({ image }) : (schema ?? z.unknown());
		const about = KINDS[name] ?? {};
		if (loader?.glob) {
			const base = inContent(loader.glob.base ?? '');
			return [loader.glob.pattern].flat().map((pattern) => ({
				...about,
				name,
				pattern: base === '' ? pattern : `${base}/${pattern}`,
				schema: made,
				inBoth: pattern.startsWith('{fr,en}/'),
				manyInOne: false,
			}));
		}
		if (loader?.file) {
			const { path, parsed } = loader.file;
			// A file read by a parser of its own has its schema among the settings.
			const whole = z.union([z.record(z.string(), made as z.ZodType), z.array(made as z.ZodType)]);
			return [{ ...about, name, pattern: inContent(path), schema: parsed ? z.unknown() : whole, inBoth: false, manyInOne: true }];
		}
		throw new Error(`src/content.config.ts: ${name} is loaded in a way that scripts/content/kinds.ts does not know`);
	});
	const settings = SETTINGS_FILES.map(
		({ name, pattern, schema }): Kind => ({ name, pattern, schema, inBoth: false, manyInOne: !pattern.includes('*') }),
	);
	// Where both speak of a file, the settings are the stricter ones.
	return [...collections.filter(({ pattern }) => !settings.some((one) => one.pattern === pattern)), ...settings];
}
