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
CREATE INDEX `audit_event_actor` ON `audit_event` (`actor_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_event_acting_for` ON `audit_event` (`acting_for_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_event_action` ON `audit_event` (`action`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_event_request` ON `audit_event` (`request_id`);--> statement-breakpoint
CREATE INDEX `audit_event_at` ON `audit_event` (`at`);