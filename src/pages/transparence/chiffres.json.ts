import type { APIRoute } from 'astro';
import { read } from '#db/client.ts';
import { exportJson } from '#src/features/figures/index.ts';
import { localeOf, pathOf } from '#src/i18n/routes.ts';

export const prerender = false;

export const GET: APIRoute = async ({ url, site }) => {
	const method = new URL(pathOf('transparency', localeOf(url.pathname)), site ?? url).href;
	return new Response(await exportJson(read, method), { headers: { 'content-type': 'application/json; charset=utf-8' } });
};
