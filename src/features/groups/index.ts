export {
	contactPartsOfGroup,
	contactsStanding,
	findGroupCard,
	findMergedSlug,
	findOutsideLink,
	type GroupAddresses,
	type GroupCard,
	type GroupProfile,
	hasOutsideContact,
	listStandingContacts,
	outageContactsOf,
	readAddresses,
	readProfile,
	type StandingContact,
	wasOutsideProven,
} from '#src/features/groups/data.ts';
export {
	askOutsideContact,
	changeContact,
	changeGroupProfile,
	confirmOutsideContact,
	erasePerson,
	forgetContactLinks,
} from '#src/features/groups/mutations.ts';
export { PURPOSES, type Purpose } from '#src/features/groups/rules.ts';
export { LONGEST } from '#src/features/groups/schema.ts';
