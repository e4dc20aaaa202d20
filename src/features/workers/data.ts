import type { Read } from '#db/client.ts';
import { type CoopRole, type Grant, listPeople } from '#src/features/access/index.ts';
import type { CivilDate } from '#src/lib/clock.ts';

export interface Worker {
	readonly personId: string;
	readonly fullName: string;
	readonly address: string;
	readonly roles: readonly { readonly role: CoopRole; readonly fromOn: string; readonly toOn: string | null }[];
}

/** Everyone who works in the network, with their roles of that day. */
export async function listWorkers(read: Read, _grant: Grant<'workers.read'>, on: CivilDate): Promise<Worker[]> {
	const found = new Map<string, Worker & { roles: Worker['roles'][number][] }>();
	for (const { personId, fullName, address, role, fromOn, toOn } of await listPeople(read, { kind: 'coop' }, on)) {
		const worker = found.get(personId) ?? { personId, fullName, address, roles: [] };
		worker.roles.push({ role: role as CoopRole, fromOn, toOn });
		found.set(personId, worker);
	}
	return [...found.values()];
}
