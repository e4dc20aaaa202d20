-- The next migration makes `payment` anew, so that an opening balance needs no person who recorded it. A trigger that names the
-- table would stop its renaming; they come back right after.
DROP TRIGGER payment_no_update;
--> statement-breakpoint
DROP TRIGGER payment_no_delete;
--> statement-breakpoint
DROP TRIGGER allocation_within;
