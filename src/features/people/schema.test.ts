import { describe, expect, it } from 'vitest';
import { invitationForm } from '#src/features/people/schema.ts';
import { parseForm } from '#src/lib/form.ts';

describe('the form of an invitation', () => {
	it('asks for a name and a password that is long enough, not for its composition', () => {
		expect(parseForm(invitationForm, { fullName: 'Camille', password: 'phrase simple' }).ok).toBe(true);
		expect(parseForm(invitationForm, { fullName: ' ', password: 'court' })).toMatchObject({
			ok: false,
			errors: { fullName: 'required', password: 'password_too_short' },
		});
	});
});
