/**
 * Every table of the database, said once: who takes it away, and what becomes of it when a person is erased. A table that is not here
 * fails takeout's tests, so that a new one is decided about on the day it is made.
 */

/** `none`: not personal, others', or a secret; `why` says which. */
export type Taken = 'person' | 'group' | 'both' | 'none';
/** `nothing`: it holds nothing of a person but their id. */
export type OnErasure = 'deleted' | 'emptied' | 'renamed' | 'nothing';

export interface TableUse {
	readonly taken: Taken;
	readonly onErasure: OnErasure;
	readonly why: string;
}

const use = (taken: Taken, onErasure: OnErasure, why: string): TableUse => ({ taken, onErasure, why });

export const TABLES: Readonly<Record<string, TableUse>> = {
	account: use('person', 'emptied', 'how a person logs in; the hash of the password is a secret and never leaves'),
	account_email: use('person', 'deleted', 'addresses of a person'),
	account_link: use('none', 'deleted', 'secret: hashes of private links'),
	allocation: use('group', 'nothing', 'books of a group'),
	application: use('both', 'renamed', 'what an applicant wrote; the group keeps its words'),
	application_link: use('none', 'deleted', 'secret: hashes of private links'),
	application_message: use('both', 'nothing', 'questions and answers; notes among workers are not given'),
	audit_event: use('both', 'nothing', 'trail: ids, states and amounts, never a name; can’t be changed'),
	catalogue_item: use('none', 'nothing', 'not personal: services on offer'),
	charge: use('group', 'nothing', 'books of a group'),
	confidentiality_incident: use('none', 'nothing', 'register of the organisation; names nobody but who recorded it'),
	consent: use('person', 'nothing', 'what a person agreed to; can’t be changed'),
	contact_entry: use('person', 'deleted', 'answers to what a person wrote; notes among workers are not given'),
	contact_message: use('person', 'deleted', 'what a person wrote through the form'),
	counter: use('none', 'nothing', 'not personal: next numbers'),
	download_ticket: use('none', 'deleted', 'secret: hash of a ticket of two minutes'),
	dues_scale: use('none', 'nothing', 'not personal: the scale'),
	entitlement: use('group', 'nothing', 'what a group has'),
	erasure_request: use('person', 'nothing', 'that a person asked to be erased; the hash of its link never leaves'),
	figure_snapshot: use('none', 'nothing', 'public figures, and the secret of their rounding'),
	imported_group: use('none', 'nothing', 'keys of a file of the office'),
	invitation: use('both', 'emptied', 'address and name invited; the hash of its link never leaves'),
	ledger_entry: use('group', 'nothing', 'books of a group; can’t be changed'),
	membership: use('group', 'nothing', 'memberships of a group'),
	organisation: use('group', 'renamed', 'the group; bears a person’s name only when it is one person'),
	outbox_message: use('person', 'emptied', 'that a message went to a person; its words are erased when it leaves'),
	password_request: use('none', 'deleted', 'gone within a second'),
	payment: use('group', 'nothing', 'books of a group'),
	person: use('person', 'renamed', 'the person'),
	pledge: use('group', 'nothing', 'contribution of a group'),
	request_message: use('both', 'nothing', 'what was said in a thread; internal notes are not given, and nothing said is ever changed'),
	retention_run: use('none', 'nothing', 'not personal: counts'),
	reversal: use('group', 'nothing', 'books of a group'),
	role_assignment: use('both', 'nothing', 'who has which role'),
	service_request: use('both', 'nothing', 'what a group asked for'),
	session: use('person', 'deleted', 'open sessions; the hash of their id never leaves'),
	settings_copy: use('none', 'nothing', 'not personal: state of the settings files'),
	status_link: use('none', 'deleted', 'secret: hashes of private links'),
	status_notice: use('none', 'nothing', 'public'),
	status_subscription: use('person', 'deleted', 'address that asked for news of services'),
	status_update: use('none', 'nothing', 'public'),
	training_link: use('none', 'deleted', 'secret: hashes of private links'),
	training_place: use('person', 'deleted', 'a place in a training'),
	training_session: use('none', 'nothing', 'public'),
};
