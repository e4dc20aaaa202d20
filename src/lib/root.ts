import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
	let folder = path.dirname(fileURLToPath(import.meta.url));
	while (!existsSync(path.join(folder, 'package.json'))) {
		const parent = path.dirname(folder);
		if (parent === folder) return process.cwd();
		folder = parent;
	}
	return folder;
}

/** The folder that holds package.json, whether the code runs from `src/` or from the build in `dist/`. */
export const projectRoot = findRoot();
