/** Searches a network address may make in a minute: far more than people do, fewer than a program that reads the whole site. */
import { makeLimit } from '#src/adapters/limits/index.ts';

export const SEARCHES_A_MINUTE = 60;

export const searchesByAddress = makeLimit(SEARCHES_A_MINUTE, 60);
