CREATE TABLE `imported_group` (
	`key` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`opening_cents` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organisation_id`) REFERENCES `organisation`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `imported_group_organisationId_unique` ON `imported_group` (`organisation_id`);--> statement-breakpoint
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
CREATE INDEX `payment_organisation` ON `payment` (`organisation_id`,`received_on`);