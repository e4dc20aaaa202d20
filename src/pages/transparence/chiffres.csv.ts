import type { APIRoute } from 'astro';
import { read } from '#db/client.ts';
import { exportCsv } from '#src/features/figures/index.ts';
import { localeOf } from '#src/i18n/routes.ts';

export const prerender = false;

export const GET: APIRoute = async ({ url }) =>
	new Response(await exportCsv(read, localeOf(url.pathname)), { headers: { 'content-type': 'text/csv; charset=utf-8' } });
