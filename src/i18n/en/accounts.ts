import type { accounts as fr } from '#src/i18n/fr/accounts.ts';

export const accounts: typeof fr = {
	login: {
		title: 'Log in',
		lead: 'For members and for Koumbit’s workers.',
		email: 'Email address',
		password: 'Password',
		submit: 'Log in',
		next: 'You will be taken to your space.',
		notMember: 'Isn’t your group a member yet?',
		become: 'Become a member',
		sessionEnded: 'Log in to continue; you will then return to the page you asked for.',
	},
	logout: {
		title: 'Log out',
		lead: 'Your session will be closed on this device and on the server.',
		submit: 'Log out',
	},
};
