import { statusData } from '#src/features/status/components/answers.ts';

export const prerender = false;

export const GET = () => statusData();
