-- A published figure that changed could be compared with what it was: the difference would tell of a single group.
CREATE TRIGGER figure_snapshot_no_update BEFORE UPDATE ON figure_snapshot BEGIN SELECT RAISE(ABORT, 'figure_snapshot is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER figure_snapshot_no_delete BEFORE DELETE ON figure_snapshot BEGIN SELECT RAISE(ABORT, 'figure_snapshot is append-only'); END;
--> statement-breakpoint
-- What the public was told is not rewritten: a correction is a new update.
CREATE TRIGGER status_update_no_update BEFORE UPDATE ON status_update BEGIN SELECT RAISE(ABORT, 'status_update is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER status_update_no_delete BEFORE DELETE ON status_update BEGIN SELECT RAISE(ABORT, 'status_update is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER status_update_in_sequence BEFORE INSERT ON status_update
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM status_update), 0) + 1
BEGIN SELECT RAISE(ABORT, 'status_update is out of sequence'); END;
--> statement-breakpoint
CREATE TRIGGER status_notice_no_delete BEFORE DELETE ON status_notice BEGIN SELECT RAISE(ABORT, 'a notice is closed, never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER status_notice_as_said BEFORE UPDATE OF id, number, submission_key, kind, texts, starts_at, created_at ON status_notice
BEGIN SELECT RAISE(ABORT, 'what a notice first said never changes'); END;
--> statement-breakpoint
CREATE TRIGGER status_notice_stays_ended BEFORE UPDATE OF state, severity, services, expected_end_at, ended_at ON status_notice
WHEN OLD.state IN ('closed', 'done', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'a notice that has ended stays so'); END;
