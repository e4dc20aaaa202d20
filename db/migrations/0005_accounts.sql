CREATE TABLE `account_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`purpose` text NOT NULL,
	`email_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`account_id`) REFERENCES `account`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`email_id`) REFERENCES `account_email`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `account_link_account` ON `account_link` (`account_id`);--> statement-breakpoint
CREATE INDEX `account_link_expires` ON `account_link` (`expires_at`);--> statement-breakpoint
CREATE TABLE `password_request` (
	`id` text PRIMARY KEY NOT NULL,
	`normalized` text NOT NULL,
	`locale` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
DROP INDEX `account_email_normalized_unique`;--> statement-breakpoint
CREATE UNIQUE INDEX `account_email_proven` ON `account_email` (`normalized`) WHERE "account_email"."verified_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `account_email_claim` ON `account_email` (`account_id`,`normalized`);--> statement-breakpoint
ALTER TABLE `session` ADD `last_used_at` integer;--> statement-breakpoint
ALTER TABLE `session` ADD `proven_at` integer;--> statement-breakpoint
ALTER TABLE `session` ADD `device` text;--> statement-breakpoint
ALTER TABLE `session` ADD `network` text;--> statement-breakpoint
CREATE INDEX `status_link_purpose` ON `status_link` (`purpose`,`created_at`);