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
	code_app: use('person', 'deleted', 'that there is one and when it served; what it makes codes from is a secret'),
	committee: use('none', 'nothing', 'not personal: committees as the settings name them'),
	complaint: use(
		'person',
		'nothing',
		'what a person complained of; theirs alone, never in the group’s archive. Kept under the pseudonym until it is old',
	),
	complaint_message: use('person', 'nothing', 'the thread of a complaint, for who complained; kept under the pseudonym until it is old'),
	complaint_person: use('person', 'nothing', 'whom a person named in their complaint'),
	confidentiality_incident: use('none', 'nothing', 'register of the organisation; names nobody but who recorded it'),
	consent: use('person', 'nothing', 'what a person agreed to; can’t be changed'),
	contact_entry: use('person', 'deleted', 'answers to what a person wrote; notes among workers are not given'),
	contact_message: use('person', 'deleted', 'what a person wrote through the form'),
	counter: use('none', 'nothing', 'not personal: next numbers'),
	deletion_certificate: use('group', 'nothing', 'what was deleted after a group left; the hash of its link never leaves'),
	departure: use('group', 'emptied', 'that a group left; name and address the certificate is for'),
	download_ticket: use('none', 'deleted', 'secret: hash of a ticket of two minutes'),
	dues_scale: use('none', 'nothing', 'not personal: the scale'),
	entitlement: use('group', 'nothing', 'what a group has'),
	erasure_request: use('person', 'nothing', 'that a person asked to be erased; the hash of its link never leaves'),
	figure_snapshot: use('none', 'nothing', 'public figures, and the secret of their rounding'),
	group_contact: use('group', 'nothing', 'where a group is written to: its own, even when someone shares their address with it'),
	group_contact_link: use('none', 'nothing', 'secret: hashes of private links'),
	handover: use('both', 'renamed', 'who asked to regain a group’s access; the group takes those it was given notice of'),
	handover_link: use('none', 'deleted', 'secret: hashes of private links'),
	imported_group: use('none', 'nothing', 'keys of a file of the office'),
	invitation: use('both', 'emptied', 'address and name invited; the hash of its link never leaves'),
	leaving_notice: use('group', 'nothing', 'notices of a group'),
	leaving_task: use('group', 'nothing', 'work that the departure of a group left to do'),
	ledger_entry: use('group', 'nothing', 'books of a group; can’t be changed'),
	login_link: use('none', 'deleted', 'secret: hashes of private links'),
	login_request: use('none', 'deleted', 'gone within a second'),
	membership: use('group', 'nothing', 'memberships of a group'),
	merge: use('none', 'nothing', 'that two accounts or two groups are to be one: ids and dates; the trail, which is given, says the same'),
	merge_link: use('none', 'nothing', 'secret: hashes of private links'),
	organisation: use('group', 'renamed', 'the group; bears a person’s name only when it is one person'),
	outbox_message: use('person', 'emptied', 'that a message went to a person; its words are erased when it leaves'),
	passkey: use('person', 'deleted', 'what their owner calls them and when they served; never a key'),
	password_request: use('none', 'deleted', 'gone within a second'),
	payment: use('group', 'nothing', 'books of a group'),
	pending_login: use('none', 'deleted', 'secret: log-ins between two steps, gone within minutes'),
	person: use('person', 'renamed', 'the person'),
	pledge: use('group', 'nothing', 'contribution of a group'),
	recovery_code: use('none', 'deleted', 'secret: hashes of codes'),
	failed_codes: use('none', 'deleted', 'secret: hashes of codes'),
	renewal: use('group', 'nothing', 'each year’s question to a group and its answer'),
	request_message: use('both', 'nothing', 'what was said in a thread; internal notes are not given, and nothing said is ever changed'),
	retention_item: use('group', 'nothing', 'calendar of what a group left behind'),
	retention_run: use('none', 'nothing', 'not personal: counts'),
	reversal: use('group', 'nothing', 'books of a group'),
	role_assignment: use('both', 'nothing', 'who has which role'),
	service_request: use('both', 'nothing', 'what a group asked for'),
	session: use('person', 'deleted', 'open sessions; the hash of their id never leaves'),
	settings_copy: use('none', 'nothing', 'not personal: state of the settings files'),
	spent_once: use('none', 'nothing', 'hashes of what served once, of nobody'),
	standing_decision: use('group', 'nothing', 'decisions about a group that it was told of'),
	status_link: use('none', 'deleted', 'secret: hashes of private links'),
	status_notice: use('none', 'nothing', 'public'),
	status_subscription: use('person', 'deleted', 'address that asked for news of services'),
	status_update: use('none', 'nothing', 'public'),
	suspension: use('group', 'nothing', 'days on which a group’s rights rested'),
	training_link: use('none', 'deleted', 'secret: hashes of private links'),
	training_place: use('person', 'deleted', 'a place in a training'),
	training_session: use('none', 'nothing', 'public'),
	viewing: use('both', 'nothing', 'who saw a group’s space as one of its people; the reason is emptied in time'),
};
