-- A published figure that changed could be compared with what it was: the difference would tell of a single group.
CREATE TRIGGER figure_snapshot_no_update BEFORE UPDATE ON figure_snapshot BEGIN SELECT RAISE(ABORT, 'figure_snapshot is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER figure_snapshot_no_delete BEFORE DELETE ON figure_snapshot BEGIN SELECT RAISE(ABORT, 'figure_snapshot is append-only'); END;
