CREATE TABLE `settings_copy` (
	`name` text PRIMARY KEY NOT NULL,
	`checksum` text NOT NULL,
	`copied_at` integer NOT NULL
);
