/** Which browser the tests and the pictures use: Debian's, the light build without windows first. Begins on any Node from 20 on. */
import { existsSync } from 'node:fs';

/** Debian's package that is installed where no browser is there: Chromium's engine without what draws a window. */
export const BROWSER_PACKAGE = 'chromium-headless-shell';

const PLACES = [`/usr/bin/${BROWSER_PACKAGE}`, '/usr/bin/chromium'];

/** @returns {string | undefined} the path of the first browser that is there; undefined where Playwright's own must serve. */
export const systemBrowser = () => PLACES.find((place) => existsSync(place));

/** @returns {{ executablePath?: string }} what Playwright needs to launch it. */
export const browserOptions = () => {
	const executablePath = systemBrowser();
	return executablePath === undefined ? {} : { executablePath };
};
