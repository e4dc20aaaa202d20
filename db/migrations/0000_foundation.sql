CREATE TABLE `role_assignment` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`scope_kind` text NOT NULL,
	`scope_id` text NOT NULL,
	`role` text NOT NULL,
	`from_on` text NOT NULL,
	`to_on` text,
	`granted_by` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `role_assignment_one_active` ON `role_assignment` (`person_id`,`scope_kind`,`scope_id`,`role`) WHERE "role_assignment"."to_on" is null;--> statement-breakpoint
CREATE INDEX `role_assignment_scope` ON `role_assignment` (`scope_kind`,`scope_id`);--> statement-breakpoint
CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`password_hash` text,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `account_personId_unique` ON `account` (`person_id`);--> statement-breakpoint
CREATE TABLE `account_email` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`address` text NOT NULL,
	`normalized` text NOT NULL,
	`primary` integer NOT NULL,
	`verified_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `account_email_normalized_unique` ON `account_email` (`normalized`);--> statement-breakpoint
CREATE INDEX `account_email_account` ON `account_email` (`account_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `account_email_one_primary` ON `account_email` (`account_id`) WHERE "account_email"."primary" = 1;--> statement-breakpoint
CREATE TABLE `person` (
	`id` text PRIMARY KEY NOT NULL,
	`full_name` text NOT NULL,
	`locale` text NOT NULL,
	`created_at` integer NOT NULL,
	`erased_at` integer
);
--> statement-breakpoint
CREATE TABLE `session` (
	`id_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`absolute_expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `session_account` ON `session` (`account_id`);--> statement-breakpoint
CREATE INDEX `session_expires` ON `session` (`expires_at`);--> statement-breakpoint
CREATE TABLE `audit_event` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`acting_for_id` text,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`organisation_id` text,
	`request_id` text,
	`delta` text NOT NULL,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_event_id_unique` ON `audit_event` (`id`);--> statement-breakpoint
CREATE INDEX `audit_event_subject` ON `audit_event` (`subject_kind`,`subject_id`);--> statement-breakpoint
CREATE INDEX `audit_event_organisation` ON `audit_event` (`organisation_id`,`seq`);--> statement-breakpoint
CREATE TABLE `allocation` (
	`id` text PRIMARY KEY NOT NULL,
	`payment_id` text NOT NULL,
	`charge_id` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`charge_id`) REFERENCES `charge`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "allocation_positive" CHECK("allocation"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE INDEX `allocation_payment` ON `allocation` (`payment_id`);--> statement-breakpoint
CREATE INDEX `allocation_charge` ON `allocation` (`charge_id`);--> statement-breakpoint
CREATE TABLE `charge` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`organisation_id` text NOT NULL,
	`kind` text NOT NULL,
	`pledge_id` text,
	`period_from` text NOT NULL,
	`period_to` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`due_on` text NOT NULL,
	`snapshot` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pledge_id`) REFERENCES `pledge`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "charge_positive" CHECK("charge"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `charge_number_unique` ON `charge` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `charge_one_a_period` ON `charge` (`pledge_id`,`period_from`);--> statement-breakpoint
CREATE INDEX `charge_organisation` ON `charge` (`organisation_id`,`due_on`);--> statement-breakpoint
CREATE TABLE `dues_scale` (
	`id` text PRIMARY KEY NOT NULL,
	`from_on` text NOT NULL,
	`resolution` text,
	`example` integer NOT NULL,
	`settings` text NOT NULL,
	`checksum` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ledger_entry` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`on_date` text NOT NULL,
	`debit_account` text NOT NULL,
	`credit_account` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`organisation_id` text,
	`source_kind` text NOT NULL,
	`source_id` text NOT NULL,
	`actor_id` text,
	`request_id` text,
	`created_at` integer NOT NULL,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_entry_positive" CHECK("ledger_entry"."amount_cents" > 0),
	CONSTRAINT "ledger_entry_two_accounts" CHECK("ledger_entry"."debit_account" <> "ledger_entry"."credit_account")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entry_id_unique` ON `ledger_entry` (`id`);--> statement-breakpoint
CREATE INDEX `ledger_entry_organisation` ON `ledger_entry` (`organisation_id`,`debit_account`,`credit_account`,`amount_cents`);--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entry_source` ON `ledger_entry` (`source_kind`,`source_id`);--> statement-breakpoint
CREATE TABLE `payment` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_key` text NOT NULL,
	`organisation_id` text NOT NULL,
	`received_on` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`method` text NOT NULL,
	`reference` text NOT NULL,
	`recorded_by` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`recorded_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_positive" CHECK("payment"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payment_submissionKey_unique` ON `payment` (`submission_key`);--> statement-breakpoint
CREATE INDEX `payment_organisation` ON `payment` (`organisation_id`,`received_on`);--> statement-breakpoint
CREATE TABLE `pledge` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`scale_id` text NOT NULL,
	`band_id` text NOT NULL,
	`choice` text NOT NULL,
	`yearly_cents` integer NOT NULL,
	`frequency` text NOT NULL,
	`status` text NOT NULL,
	`started_on` text,
	`ended_on` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`scale_id`) REFERENCES `dues_scale`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pledge_not_negative" CHECK("pledge"."yearly_cents" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pledge_one_live` ON `pledge` (`organisation_id`) WHERE "pledge"."status" <> 'ended';--> statement-breakpoint
CREATE TABLE `reversal` (
	`id` text PRIMARY KEY NOT NULL,
	`reverses_kind` text NOT NULL,
	`reverses_id` text NOT NULL,
	`organisation_id` text NOT NULL,
	`reason` text NOT NULL,
	`actor_id` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reversal_reversesId_unique` ON `reversal` (`reverses_id`);--> statement-breakpoint
CREATE TABLE `application` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`submission_key` text NOT NULL,
	`locale` text NOT NULL,
	`draft` text NOT NULL,
	`legal_name` text,
	`usual_name` text,
	`kind` text,
	`mission` text,
	`applicant_name` text,
	`applicant_email` text,
	`applicant_email_normalized` text,
	`needs` text,
	`answers` text,
	`scale_id` text,
	`budget_band` text,
	`contribution_choice` text,
	`yearly_cents` integer,
	`frequency` text,
	`consent_version` text,
	`consent_at` integer,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	`submitted_at` integer,
	`decide_by_on` text,
	`expires_at` integer,
	`reviewer_id` text,
	`refusal_reason` text,
	`refusal_proposed_by` text,
	`decided_by` text,
	`decided_at` integer,
	`organisation_id` text,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`reviewer_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`refusal_proposed_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `application_submissionKey_unique` ON `application` (`submission_key`);--> statement-breakpoint
CREATE INDEX `application_status` ON `application` (`status`,`submitted_at`);--> statement-breakpoint
CREATE INDEX `application_expires` ON `application` (`expires_at`);--> statement-breakpoint
CREATE INDEX `application_email` ON `application` (`applicant_email_normalized`);--> statement-breakpoint
CREATE TABLE `application_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`application_id` text NOT NULL,
	`purpose` text NOT NULL,
	`used_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`application_id`) REFERENCES `application`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `application_link_application` ON `application_link` (`application_id`);--> statement-breakpoint
CREATE TABLE `application_message` (
	`id` text PRIMARY KEY NOT NULL,
	`application_id` text NOT NULL,
	`submission_key` text NOT NULL,
	`kind` text NOT NULL,
	`author_id` text,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`application_id`) REFERENCES `application`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `application_message_submissionKey_unique` ON `application_message` (`submission_key`);--> statement-breakpoint
CREATE INDEX `application_message_application` ON `application_message` (`application_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `counter` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `invitation` (
	`id` text PRIMARY KEY NOT NULL,
	`scope_kind` text NOT NULL,
	`scope_id` text NOT NULL,
	`roles` text NOT NULL,
	`address` text NOT NULL,
	`normalized` text NOT NULL,
	`name` text NOT NULL,
	`locale` text NOT NULL,
	`token_hash` text NOT NULL,
	`status` text NOT NULL,
	`invited_by` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`accepted_at` integer,
	`accepted_by` text,
	FOREIGN KEY (`accepted_by`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitation_tokenHash_unique` ON `invitation` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitation_scope` ON `invitation` (`scope_kind`,`scope_id`);--> statement-breakpoint
CREATE TABLE `membership` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`member_number` integer NOT NULL,
	`class` text NOT NULL,
	`from_on` text NOT NULL,
	`to_on` text,
	`end_reason` text,
	`end_reference` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `membership_memberNumber_unique` ON `membership` (`member_number`);--> statement-breakpoint
CREATE INDEX `membership_organisation` ON `membership` (`organisation_id`,`from_on`);--> statement-breakpoint
CREATE TABLE `organisation` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`legal_name` text NOT NULL,
	`usual_name` text NOT NULL,
	`kind` text NOT NULL,
	`mission` text NOT NULL,
	`budget_band` text NOT NULL,
	`locale` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `organisation_slug_unique` ON `organisation` (`slug`);--> statement-breakpoint
CREATE TABLE `outbox_message` (
	`id` text PRIMARY KEY NOT NULL,
	`dedupe_key` text NOT NULL,
	`to_address` text NOT NULL,
	`to_name` text NOT NULL,
	`locale` text NOT NULL,
	`template` text NOT NULL,
	`subject` text NOT NULL,
	`content` text,
	`relates_kind` text,
	`relates_id` text,
	`organisation_id` text,
	`status` text NOT NULL,
	`attempt` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	`last_error` text,
	`message_id` text NOT NULL,
	`in_reply_to` text,
	`created_at` integer NOT NULL,
	`sent_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_message_dedupeKey_unique` ON `outbox_message` (`dedupe_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_message_messageId_unique` ON `outbox_message` (`message_id`);--> statement-breakpoint
CREATE INDEX `outbox_message_due` ON `outbox_message` (`status`,`next_at`);--> statement-breakpoint
CREATE INDEX `outbox_message_created` ON `outbox_message` (`created_at`);--> statement-breakpoint
CREATE INDEX `outbox_message_relates` ON `outbox_message` (`relates_kind`,`relates_id`);--> statement-breakpoint
CREATE TABLE `catalogue_item` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`settings` text NOT NULL,
	`checksum` text NOT NULL,
	`position` integer NOT NULL,
	`from_on` text NOT NULL,
	`to_on` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `catalogue_item_slug` ON `catalogue_item` (`slug`,`from_on`);--> statement-breakpoint
CREATE TABLE `entitlement` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`catalogue_item_id` text NOT NULL,
	`request_id` text NOT NULL,
	`resources` text NOT NULL,
	`status` text NOT NULL,
	`from_on` text NOT NULL,
	`to_on` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`catalogue_item_id`) REFERENCES `catalogue_item`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`request_id`) REFERENCES `service_request`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `entitlement_organisation` ON `entitlement` (`organisation_id`,`status`);--> statement-breakpoint
CREATE UNIQUE INDEX `entitlement_request` ON `entitlement` (`request_id`);--> statement-breakpoint
CREATE TABLE `request_message` (
	`id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`submission_key` text NOT NULL,
	`kind` text NOT NULL,
	`side` text NOT NULL,
	`author_id` text,
	`visibility` text NOT NULL,
	`body` text NOT NULL,
	`from_status` text,
	`to_status` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`request_id`) REFERENCES `service_request`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `request_message_submissionKey_unique` ON `request_message` (`submission_key`);--> statement-breakpoint
CREATE INDEX `request_message_request` ON `request_message` (`request_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `service_request` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`submission_key` text NOT NULL,
	`organisation_id` text NOT NULL,
	`catalogue_item_id` text NOT NULL,
	`subject` text NOT NULL,
	`answers` text NOT NULL,
	`requester_id` text NOT NULL,
	`assignee_id` text,
	`committee` text NOT NULL,
	`urgency` text NOT NULL,
	`status` text NOT NULL,
	`reject_reason` text,
	`relates_to_id` text,
	`thread_message_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`status_since` integer NOT NULL,
	`resolved_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`catalogue_item_id`) REFERENCES `catalogue_item`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`requester_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `service_request_number_unique` ON `service_request` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `service_request_submissionKey_unique` ON `service_request` (`submission_key`);--> statement-breakpoint
CREATE INDEX `service_request_organisation` ON `service_request` (`organisation_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `service_request_status` ON `service_request` (`status`,`updated_at`);--> statement-breakpoint
CREATE INDEX `service_request_assignee` ON `service_request` (`assignee_id`,`status`);