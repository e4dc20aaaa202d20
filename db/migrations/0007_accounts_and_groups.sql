CREATE TABLE `committee` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`settings` text NOT NULL,
	`checksum` text NOT NULL,
	`applications` integer NOT NULL,
	`position` integer NOT NULL,
	`from_on` text NOT NULL,
	`to_on` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `committee_slug` ON `committee` (`slug`,`from_on`);--> statement-breakpoint
CREATE TABLE `complaint` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`submission_key` text NOT NULL,
	`organisation_id` text NOT NULL,
	`complainant_id` text NOT NULL,
	`committee` text NOT NULL,
	`decision_id` text,
	`subject` text NOT NULL,
	`status` text NOT NULL,
	`status_since` integer NOT NULL,
	`handler_id` text,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`complainant_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decision_id`) REFERENCES `standing_decision`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`handler_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `complaint_number_unique` ON `complaint` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `complaint_submissionKey_unique` ON `complaint` (`submission_key`);--> statement-breakpoint
CREATE INDEX `complaint_status` ON `complaint` (`status`,`status_since`);--> statement-breakpoint
CREATE INDEX `complaint_organisation` ON `complaint` (`organisation_id`);--> statement-breakpoint
CREATE TABLE `complaint_message` (
	`id` text PRIMARY KEY NOT NULL,
	`complaint_id` text NOT NULL,
	`submission_key` text NOT NULL,
	`kind` text NOT NULL,
	`side` text NOT NULL,
	`author_id` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`complaint_id`) REFERENCES `complaint`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `complaint_message_submissionKey_unique` ON `complaint_message` (`submission_key`);--> statement-breakpoint
CREATE INDEX `complaint_message_complaint` ON `complaint_message` (`complaint_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `complaint_person` (
	`complaint_id` text NOT NULL,
	`person_id` text NOT NULL,
	`because` text NOT NULL,
	PRIMARY KEY(`complaint_id`, `person_id`),
	FOREIGN KEY (`complaint_id`) REFERENCES `complaint`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `code_app` (
	`account_id` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`last_step` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `failed_codes` (
	`account_id` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`since` integer NOT NULL,
	`last_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `login_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`browser_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `login_link_account` ON `login_link` (`account_id`);--> statement-breakpoint
CREATE INDEX `login_link_expires` ON `login_link` (`expires_at`);--> statement-breakpoint
CREATE TABLE `login_request` (
	`id` text PRIMARY KEY NOT NULL,
	`normalized` text NOT NULL,
	`locale` text NOT NULL,
	`browser_hash` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `passkey` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passkey_credentialId_unique` ON `passkey` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkey_account` ON `passkey` (`account_id`);--> statement-breakpoint
CREATE TABLE `pending_login` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`next` text NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `pending_login_account` ON `pending_login` (`account_id`);--> statement-breakpoint
CREATE INDEX `pending_login_expires` ON `pending_login` (`expires_at`);--> statement-breakpoint
CREATE TABLE `recovery_code` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `recovery_code_account` ON `recovery_code` (`account_id`);--> statement-breakpoint
CREATE TABLE `spent_once` (
	`hash` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `spent_once_expires` ON `spent_once` (`expires_at`);--> statement-breakpoint
CREATE TABLE `group_contact` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`purpose` text NOT NULL,
	`address` text NOT NULL,
	`normalized` text NOT NULL,
	`set_by` text,
	`from_at` integer NOT NULL,
	`until_at` integer,
	`verified_at` integer,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`set_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `group_contact_organisation` ON `group_contact` (`organisation_id`,`purpose`);--> statement-breakpoint
CREATE UNIQUE INDEX `group_contact_one_waiting` ON `group_contact` (`organisation_id`,`purpose`) WHERE "group_contact"."until_at" is null and "group_contact"."verified_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `group_contact_one_verified` ON `group_contact` (`organisation_id`,`purpose`) WHERE "group_contact"."until_at" is null and "group_contact"."verified_at" is not null;--> statement-breakpoint
CREATE TABLE `group_contact_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`contact_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`contact_id`) REFERENCES `group_contact`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `group_contact_link_contact` ON `group_contact_link` (`contact_id`);--> statement-breakpoint
CREATE TABLE `handover` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_key` text NOT NULL,
	`locale` text NOT NULL,
	`group_name` text NOT NULL,
	`asker_name` text NOT NULL,
	`asker_address` text NOT NULL,
	`asker_normalized` text NOT NULL,
	`reason` text NOT NULL,
	`status` text NOT NULL,
	`asked_at` integer NOT NULL,
	`verified_at` integer,
	`organisation_id` text,
	`matched_by` text,
	`contact_confirmed_at` integer,
	`contact_id` text,
	`checked_at` integer,
	`checked_by` text,
	`check_method` text,
	`check_note` text,
	`notice_at` integer,
	`notice_until_on` text,
	`ended_at` integer,
	`end_reason` text,
	`invitation_id` text,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`matched_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contact_id`) REFERENCES `group_contact`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`checked_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invitation_id`) REFERENCES `invitation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `handover_submissionKey_unique` ON `handover` (`submission_key`);--> statement-breakpoint
CREATE INDEX `handover_status` ON `handover` (`status`,`asked_at`);--> statement-breakpoint
CREATE INDEX `handover_asker` ON `handover` (`asker_normalized`);--> statement-breakpoint
CREATE UNIQUE INDEX `handover_one_a_group` ON `handover` (`organisation_id`) WHERE "handover"."status" in ('checking', 'notice');--> statement-breakpoint
CREATE TABLE `handover_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`handover_id` text NOT NULL,
	`purpose` text NOT NULL,
	`contact_id` text,
	`person_id` text,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`handover_id`) REFERENCES `handover`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contact_id`) REFERENCES `group_contact`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `handover_link_handover` ON `handover_link` (`handover_id`);--> statement-breakpoint
CREATE TABLE `imported_group` (
	`key` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`opening_cents` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `imported_group_organisationId_unique` ON `imported_group` (`organisation_id`);--> statement-breakpoint
CREATE TABLE `deletion_certificate` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`organisation_id` text NOT NULL,
	`membership_id` text NOT NULL,
	`content` text NOT NULL,
	`checksum` text NOT NULL,
	`token_hash` text NOT NULL,
	`issued_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deletion_certificate_number_unique` ON `deletion_certificate` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `deletion_certificate_membershipId_unique` ON `deletion_certificate` (`membership_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `deletion_certificate_tokenHash_unique` ON `deletion_certificate` (`token_hash`);--> statement-breakpoint
CREATE TABLE `departure` (
	`membership_id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`ended_on` text NOT NULL,
	`contact_name` text,
	`contact_address` text,
	`contact_locale` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `leaving_notice` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_key` text NOT NULL,
	`organisation_id` text NOT NULL,
	`membership_id` text NOT NULL,
	`reason` text NOT NULL,
	`status` text NOT NULL,
	`given_by` text NOT NULL,
	`given_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`alone` integer NOT NULL,
	`objected_by` text,
	`objected_at` integer,
	`objection` text,
	`ended_by` text,
	`ended_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`given_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`objected_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ended_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `leaving_notice_submissionKey_unique` ON `leaving_notice` (`submission_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `leaving_notice_one_live` ON `leaving_notice` (`membership_id`) WHERE "leaving_notice"."status" in ('given', 'objected');--> statement-breakpoint
CREATE INDEX `leaving_notice_due` ON `leaving_notice` (`status`,`due_at`);--> statement-breakpoint
CREATE TABLE `leaving_task` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`membership_id` text NOT NULL,
	`kind` text NOT NULL,
	`amount_cents` integer,
	`created_at` integer NOT NULL,
	`done_at` integer,
	`done_by` text,
	`reference` text,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`done_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `leaving_task_once` ON `leaving_task` (`membership_id`,`kind`);--> statement-breakpoint
CREATE INDEX `leaving_task_open` ON `leaving_task` (`done_at`);--> statement-breakpoint
CREATE TABLE `retention_item` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`membership_id` text NOT NULL,
	`kind` text NOT NULL,
	`method` text NOT NULL,
	`due_on` text,
	`done_at` integer,
	`done_by` text,
	`done_count` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`done_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `retention_item_once` ON `retention_item` (`membership_id`,`kind`);--> statement-breakpoint
CREATE INDEX `retention_item_due` ON `retention_item` (`done_at`,`due_on`);--> statement-breakpoint
CREATE TABLE `merge` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`from_id` text NOT NULL,
	`into_id` text NOT NULL,
	`status` text NOT NULL,
	`proposed_by` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`confirmed_by` text,
	`confirmed_at` integer,
	`due_at` integer,
	`ended_at` integer,
	`reason` text,
	FOREIGN KEY (`proposed_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`confirmed_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `merge_status` ON `merge` (`status`,`due_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `merge_one_from` ON `merge` (`from_id`) WHERE "merge"."status" in ('proposed', 'confirmed');--> statement-breakpoint
CREATE TABLE `merge_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`merge_id` text NOT NULL,
	`person_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`merge_id`) REFERENCES `merge`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `merge_link_merge` ON `merge_link` (`merge_id`);--> statement-breakpoint
CREATE TABLE `confidentiality_incident` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`revision` integer NOT NULL,
	`submission_key` text NOT NULL,
	`known_on` text NOT NULL,
	`happened` text NOT NULL,
	`information` text NOT NULL,
	`people` text NOT NULL,
	`circumstances` text NOT NULL,
	`risk` text NOT NULL,
	`sensitivity` text NOT NULL,
	`consequences` text NOT NULL,
	`likelihood` text NOT NULL,
	`measures` text NOT NULL,
	`commission_on` text,
	`people_on` text,
	`public_notice` text NOT NULL,
	`correction` text NOT NULL,
	`recorded_by` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`recorded_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `confidentiality_incident_submissionKey_unique` ON `confidentiality_incident` (`submission_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `confidentiality_incident_revision` ON `confidentiality_incident` (`number`,`revision`);--> statement-breakpoint
CREATE TABLE `consent` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text,
	`application_id` text,
	`purpose` text NOT NULL,
	`version` text NOT NULL,
	`act` text NOT NULL,
	`how` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`application_id`) REFERENCES `application`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `consent_person` ON `consent` (`person_id`,`purpose`);--> statement-breakpoint
CREATE UNIQUE INDEX `consent_application` ON `consent` (`application_id`,`purpose`) WHERE "consent"."application_id" is not null;--> statement-breakpoint
CREATE TABLE `download_ticket` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`session_hash` text NOT NULL,
	`organisation_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `download_ticket_expires` ON `download_ticket` (`expires_at`);--> statement-breakpoint
CREATE TABLE `erasure_request` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`asked_by` text NOT NULL,
	`token_hash` text NOT NULL,
	`status` text NOT NULL,
	`asked_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`ended_at` integer,
	`report` text,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `erasure_request_tokenHash_unique` ON `erasure_request` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `erasure_request_one_waiting` ON `erasure_request` (`person_id`) WHERE "erasure_request"."status" = 'waiting';--> statement-breakpoint
CREATE INDEX `erasure_request_due` ON `erasure_request` (`status`,`due_at`);--> statement-breakpoint
CREATE TABLE `retention_run` (
	`on_date` text NOT NULL,
	`rule` text NOT NULL,
	`removed` integer NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`on_date`, `rule`)
);
--> statement-breakpoint
CREATE TABLE `renewal` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`membership_id` text NOT NULL,
	`due_on` text NOT NULL,
	`asked_at` integer NOT NULL,
	`reminded_at` integer,
	`answer` text,
	`answered_by` text,
	`answered_at` integer,
	`later_on` text,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`answered_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `renewal_one_a_year` ON `renewal` (`membership_id`,`due_on`);--> statement-breakpoint
CREATE INDEX `renewal_organisation` ON `renewal` (`organisation_id`);--> statement-breakpoint
CREATE TABLE `standing_decision` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_key` text NOT NULL,
	`organisation_id` text NOT NULL,
	`membership_id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`reason` text NOT NULL,
	`reference` text NOT NULL,
	`until_on` text,
	`proposed_by` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`proposed_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `standing_decision_submissionKey_unique` ON `standing_decision` (`submission_key`);--> statement-breakpoint
CREATE INDEX `standing_decision_organisation` ON `standing_decision` (`organisation_id`,`proposed_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `standing_decision_one_proposed` ON `standing_decision` (`membership_id`) WHERE "standing_decision"."status" = 'proposed';--> statement-breakpoint
CREATE TABLE `suspension` (
	`id` text PRIMARY KEY NOT NULL,
	`decision_id` text NOT NULL,
	`organisation_id` text NOT NULL,
	`membership_id` text NOT NULL,
	`from_on` text NOT NULL,
	`to_on` text,
	`lifted_by` text,
	`lifted_at` integer,
	`lift_reason` text,
	`lift_reference` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`decision_id`) REFERENCES `standing_decision`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`membership_id`) REFERENCES `membership`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`lifted_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `suspension_decisionId_unique` ON `suspension` (`decision_id`);--> statement-breakpoint
CREATE INDEX `suspension_organisation` ON `suspension` (`organisation_id`,`from_on`);--> statement-breakpoint
CREATE TABLE `viewing` (
	`id` text PRIMARY KEY NOT NULL,
	`session_hash` text NOT NULL,
	`viewer_id` text NOT NULL,
	`person_id` text NOT NULL,
	`organisation_id` text NOT NULL,
	`reason` text NOT NULL,
	`started_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`viewer_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `viewing_one_a_session` ON `viewing` (`session_hash`) WHERE "viewing"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `viewing_ends` ON `viewing` (`ends_at`);--> statement-breakpoint
CREATE INDEX `viewing_organisation` ON `viewing` (`organisation_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_payment` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_key` text NOT NULL,
	`organisation_id` text NOT NULL,
	`received_on` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`method` text NOT NULL,
	`reference` text NOT NULL,
	`recorded_by` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`recorded_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_positive" CHECK("__new_payment"."amount_cents" > 0)
);
--> statement-breakpoint
INSERT INTO `__new_payment`("id", "submission_key", "organisation_id", "received_on", "amount_cents", "method", "reference", "recorded_by", "created_at") SELECT "id", "submission_key", "organisation_id", "received_on", "amount_cents", "method", "reference", "recorded_by", "created_at" FROM `payment`;--> statement-breakpoint
DROP TABLE `payment`;--> statement-breakpoint
ALTER TABLE `__new_payment` RENAME TO `payment`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `payment_submissionKey_unique` ON `payment` (`submission_key`);--> statement-breakpoint
CREATE INDEX `payment_organisation` ON `payment` (`organisation_id`,`received_on`);--> statement-breakpoint
ALTER TABLE `session` ADD `factor_at` integer;--> statement-breakpoint
ALTER TABLE `invitation` ADD `roles_to_on` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `neq` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `postal_address` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `merged_into_id` text REFERENCES organisation(id);--> statement-breakpoint
CREATE INDEX `audit_event_actor` ON `audit_event` (`actor_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_event_acting_for` ON `audit_event` (`acting_for_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_event_action` ON `audit_event` (`action`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_event_request` ON `audit_event` (`request_id`);--> statement-breakpoint
CREATE INDEX `audit_event_at` ON `audit_event` (`at`);