CREATE TABLE `figure_snapshot` (
	`quarter` text PRIMARY KEY NOT NULL,
	`rounding_key` text NOT NULL,
	`figures` text NOT NULL,
	`created_at` integer NOT NULL
);
