export {
	listPeople,
	listSoleAdministrations,
	loadAccess,
	type PersonWithRole,
	rolePartsOfGroup,
	rolePartsOfPerson,
} from '#src/features/access/data.ts';
export { assignRole, endAllRoles, endRole } from '#src/features/access/mutations.ts';
export {
	type Access,
	COOP_RIGHTS,
	COOP_ROLES,
	type CoopRight,
	type CoopRole,
	Denied,
	GROUP_RIGHTS,
	GROUP_ROLES,
	type Grant,
	type GroupGrant,
	type GroupRight,
	type GroupRole,
	grantIn,
	grantTo,
	holds,
	holdsIn,
	mayWork,
} from '#src/features/access/policy.ts';
