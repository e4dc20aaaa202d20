export interface SourceArchive {
	/** Its path on this site. */
	readonly href: string;
	/** Of the portal, from package.json. */
	readonly version: string;
	readonly bytes: number;
}

// Put here by scripts/source-archive.mjs when the site is built.
declare const __KOUMBIT_SOURCE__: SourceArchive | null | undefined;

/** The exact sources this build was made of; null in development and outside of the site's own bundle. */
export const sourceArchive: SourceArchive | null = (typeof __KOUMBIT_SOURCE__ === 'undefined' ? null : __KOUMBIT_SOURCE__) ?? null;
