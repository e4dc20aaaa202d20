import type { APIRoute } from 'astro';
import { scopesOf } from '#src/i18n/tokens.ts';
import tokens from '../../styles/tokens.css?raw';

/** What the gallery of components needs of each token, in each scheme. */
export const GET: APIRoute = () => new Response(scopesOf(tokens), { headers: { 'content-type': 'text/css; charset=utf-8' } });
