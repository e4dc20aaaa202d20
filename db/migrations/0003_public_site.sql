CREATE TABLE `contact_entry` (
	`id` text PRIMARY KEY NOT NULL,
	`message_id` text NOT NULL,
	`submission_key` text NOT NULL,
	`kind` text NOT NULL,
	`author_id` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`message_id`) REFERENCES `contact_message`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_id`) REFERENCES `person`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_entry_submissionKey_unique` ON `contact_entry` (`submission_key`);--> statement-breakpoint
CREATE INDEX `contact_entry_message` ON `contact_entry` (`message_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `contact_message` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`submission_key` text NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL,
	`normalized` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`about` text,
	`locale` text NOT NULL,
	`status` text NOT NULL,
	`status_since` integer NOT NULL,
	`thread_message_id` text,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_message_number_unique` ON `contact_message` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `contact_message_submissionKey_unique` ON `contact_message` (`submission_key`);--> statement-breakpoint
CREATE INDEX `contact_message_status` ON `contact_message` (`status`,`status_since`);--> statement-breakpoint
CREATE INDEX `contact_message_sender` ON `contact_message` (`normalized`,`created_at`);--> statement-breakpoint
CREATE TABLE `figure_snapshot` (
	`quarter` text PRIMARY KEY NOT NULL,
	`rounding_key` text NOT NULL,
	`figures` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `status_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`subscription_id` text NOT NULL,
	`purpose` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`subscription_id`) REFERENCES `status_subscription`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `status_link_subscription` ON `status_link` (`subscription_id`);--> statement-breakpoint
CREATE TABLE `status_notice` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`submission_key` text NOT NULL,
	`kind` text NOT NULL,
	`severity` text NOT NULL,
	`services` text NOT NULL,
	`texts` text NOT NULL,
	`starts_at` integer NOT NULL,
	`expected_end_at` integer,
	`ended_at` integer,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `status_notice_number_unique` ON `status_notice` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `status_notice_submissionKey_unique` ON `status_notice` (`submission_key`);--> statement-breakpoint
CREATE INDEX `status_notice_state` ON `status_notice` (`state`,`starts_at`);--> statement-breakpoint
CREATE INDEX `status_notice_starts` ON `status_notice` (`starts_at`);--> statement-breakpoint
CREATE TABLE `status_subscription` (
	`id` text PRIMARY KEY NOT NULL,
	`address` text NOT NULL,
	`normalized` text NOT NULL,
	`locale` text NOT NULL,
	`submission_key` text NOT NULL,
	`asked_at` integer NOT NULL,
	`confirmed_at` integer,
	`told_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `status_subscription_normalized_unique` ON `status_subscription` (`normalized`);--> statement-breakpoint
CREATE INDEX `status_subscription_told` ON `status_subscription` (`told_seq`);--> statement-breakpoint
CREATE TABLE `status_update` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`notice_id` text NOT NULL,
	`submission_key` text NOT NULL,
	`kind` text NOT NULL,
	`texts` text NOT NULL,
	`author_role` text,
	`severity` text,
	`services` text,
	`expected_end_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`notice_id`) REFERENCES `status_notice`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `status_update_id_unique` ON `status_update` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `status_update_submissionKey_unique` ON `status_update` (`submission_key`);--> statement-breakpoint
CREATE INDEX `status_update_notice` ON `status_update` (`notice_id`,`seq`);--> statement-breakpoint
CREATE TABLE `training_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`place_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`place_id`) REFERENCES `training_place`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `training_link_place` ON `training_link` (`place_id`);--> statement-breakpoint
CREATE TABLE `training_place` (
	`id` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`address` text NOT NULL,
	`normalized` text NOT NULL,
	`group_name` text,
	`needs` text,
	`locale` text NOT NULL,
	`status` text NOT NULL,
	`confirmed_at` integer,
	`status_since` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `training_session`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `training_place_person` ON `training_place` (`session_id`,`normalized`,`name_key`);--> statement-breakpoint
CREATE INDEX `training_place_queue` ON `training_place` (`session_id`,`status`,`confirmed_at`);--> statement-breakpoint
CREATE INDEX `training_place_asked` ON `training_place` (`status`,`status_since`);--> statement-breakpoint
CREATE TABLE `training_session` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`origin` text NOT NULL,
	`settings` text NOT NULL,
	`checksum` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`seats` integer NOT NULL,
	`status` text NOT NULL,
	`cancelled_at` integer,
	`held_at_end` integer,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `training_session_slug_unique` ON `training_session` (`slug`);--> statement-breakpoint
CREATE INDEX `training_session_starts` ON `training_session` (`starts_at`);