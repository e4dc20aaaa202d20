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
CREATE INDEX `suspension_organisation` ON `suspension` (`organisation_id`,`from_on`);