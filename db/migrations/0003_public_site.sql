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
CREATE INDEX `status_update_notice` ON `status_update` (`notice_id`,`seq`);