import { describe, expect, it } from 'vitest';
import { mayOpen } from '#src/features/viewing/rules.ts';
import { type RouteKey, routes } from '#src/i18n/routes.ts';

const open = (Object.keys(routes) as RouteKey[]).filter((key) => mayOpen({ key, audience: routes[key].audience }));

describe('while someone views as another', () => {
	it('only the group’s shared pages of those behind a log-in are open, so that a new one stays closed', () => {
		expect(open.filter((key) => routes[key].audience === 'member')).toEqual([
			'space',
			'spacePeople',
			'spaceServices',
			'spaceRequests',
			'spaceRequestNew',
			'spaceRequest',
			'spaceContributions',
		]);
	});

	it('the desk, private links and addresses of no page are closed; what anyone may read is open', () => {
		expect(open.filter((key) => ['worker', 'private'].includes(routes[key].audience))).toEqual([]);
		expect(mayOpen(null)).toBe(false);
		expect(open).toContain('home');
		expect(open).toContain('error');
	});
});
