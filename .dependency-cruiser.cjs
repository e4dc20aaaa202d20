/** Which room may ask which: docs/architecture.md draws them, this holds them. Pages (.astro) are held by biome.json. */
const slice = '^src/features/([^/]+)/';
const test = '\\.test\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		{
			name: 'no-cycle',
			comment: 'Two files that need each other are one file, or need a third. Types alone may point back.',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'resolvable',
			comment: 'Every import leads somewhere.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '^(astro:|virtual:)' },
		},
		{
			name: 'lib-stands-alone',
			comment: 'lib has no word of the domain: it imports nothing of src but itself.',
			severity: 'error',
			from: { path: '^src/lib/', pathNot: test },
			to: { path: '^(src/(?!lib/)|db/|content/)' },
		},
		{
			name: 'slices-by-their-index',
			comment: 'A slice uses of another only what its index.ts gives.',
			severity: 'error',
			from: { path: slice },
			to: { path: '^src/features/[^/]+/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/index\\.ts$'] },
		},
		{
			name: 'rules-are-pure',
			comment:
				'Rules know lib, words, the schema’s types and how to check and hash; no database, no Astro, no other system, no other slice.',
			severity: 'error',
			from: { path: `${slice}rules\\.ts$` },
			to: { pathNot: ['^src/(lib|i18n)/', '^db/schema/', '^src/features/$1/(rules|schema)\\.ts$', '/zod/', '^crypto$'] },
		},
		{
			name: 'nothing-imports-pages',
			comment: 'Pages are entries.',
			severity: 'error',
			from: {},
			to: { path: '^src/pages/' },
		},
		{
			name: 'adapters-know-no-slice',
			comment: 'The outside world is behind a port; slices call adapters, never the reverse.',
			severity: 'error',
			from: { path: '^src/adapters/', pathNot: test },
			to: { path: '^src/(features|actions|server|cli)/' },
		},
		{
			name: 'database-below-all',
			comment: 'The database knows of src only its tools.',
			severity: 'error',
			from: { path: '^db/', pathNot: test },
			to: { path: '^src/(?!lib/)' },
		},
		{
			name: 'engine-behind-client',
			comment: 'One way to the database: #db/client.ts.',
			severity: 'error',
			from: { path: '^src/', pathNot: test },
			to: { path: '^db/(engine|file|server)\\.ts$', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'mutations-take-tx',
			comment:
				'Only actions, jobs, the command line and the server open a transaction: others know #db/client.ts by its types, data.ts also by read.',
			severity: 'error',
			from: { path: `${slice}(mutations|rules|policy|schema|mail)\\.ts$` },
			to: { path: '^db/client\\.ts$', dependencyTypesNot: ['type-only'] },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '(^dist/|\\.astro$)' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'node', 'default', 'types'],
			extensions: ['.ts', '.mjs', '.js', '.json'],
		},
	},
};
