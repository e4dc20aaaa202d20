import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { exportIncidents, listIncidents, listRevisions } from '#src/features/confidentiality/data.ts';
import { correctIncident, recordIncident } from '#src/features/confidentiality/mutations.ts';
import { faultIn, keptUntil, noticeMissing } from '#src/features/confidentiality/rules.ts';
import type { IncidentInput } from '#src/features/confidentiality/schema.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aGrant, aWorker } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

const day = (text: string) => text as CivilDate;
const TODAY = day('2026-11-23');
const anIncident = (over: Partial<IncidentInput> = {}): IncidentInput => ({
	knownOn: day('2026-11-20'),
	happened: 'La veille',
	information: '=adresses',
	people: 'Environ 10',
	circumstances: 'Un envoi en copie visible',
	risk: 'assessing',
	sensitivity: '',
	consequences: '',
	likelihood: '',
	measures: '',
	commissionOn: null,
	peopleOn: null,
	publicNotice: '',
	...over,
});

let database: Database;
let personId: string;
const grant = () => aGrant(personId, 'confidentiality.manage');
const record = (submissionKey = newIdempotencyKey()) =>
	write((tx) => recordIncident(tx, actBy(personId), grant(), { ...anIncident(), submissionKey }));

beforeEach(async () => {
	database = await freshDatabase();
	personId = (await write((tx) => aWorker(tx, ['board']))).personId;
});

describe('the register', () => {
	it('numbers an incident once, however often its form is sent', async () => {
		const key = newIdempotencyKey();
		expect([await record(key), await record(key), await record()]).toEqual(['I-2026-0001', 'I-2026-0001', 'I-2026-0002']);
		expect(await listIncidents(database.read, grant())).toHaveLength(2);
	});

	it('keeps what was written beside its correction, and shows the last', async () => {
		const number = await record();
		const correct = (revision: number) =>
			write((tx) =>
				correctIncident(tx, actBy(personId), grant(), number, {
					...anIncident({ people: '12' }),
					submissionKey: newIdempotencyKey(),
					correction: 'Compté',
					revision,
				}),
			);
		expect(await correct(1)).toEqual({ ok: true });
		expect(await correct(1)).toEqual({ ok: false, reason: 'stale' });
		expect((await listRevisions(database.read, grant(), number)).map(({ people }) => people)).toEqual(['12', 'Environ 10']);
		expect(await listIncidents(database.read, grant())).toMatchObject([{ people: '12', revision: 2 }]);
		const csv = await exportIncidents(database.read, grant());
		expect(csv.split('\r\n')).toHaveLength(4);
		expect(csv).toContain("'=adresses");
	});

	it('wants what led to a conclusion, and no date to come', () => {
		expect(faultIn(anIncident(), TODAY)).toBeNull();
		expect(faultIn(anIncident({ risk: 'not_serious' }), TODAY)).toEqual({ field: 'sensitivity', key: 'required' });
		expect(faultIn(anIncident({ knownOn: day('2026-11-24') }), TODAY)).toEqual({ field: 'knownOn', key: 'date_to_come' });
	});

	it('reminds of the notices a serious risk asks for, and is kept five years', () => {
		expect(noticeMissing(anIncident({ risk: 'serious', commissionOn: TODAY }))).toBe(true);
		expect(noticeMissing(anIncident({ risk: 'serious', commissionOn: TODAY, peopleOn: TODAY }))).toBe(false);
		expect(keptUntil(day('2024-02-29'))).toBe('2029-02-28');
	});
});
