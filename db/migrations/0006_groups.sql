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
ALTER TABLE `invitation` ADD `roles_to_on` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `neq` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `postal_address` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `merged_into_id` text REFERENCES organisation(id);