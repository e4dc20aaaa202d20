-- Two people are needed from the first row on: one proposes, another confirms, and nothing is done that was not confirmed.
CREATE TRIGGER merge_begins_proposed BEFORE INSERT ON merge
WHEN NEW.status <> 'proposed' OR NEW.confirmed_by IS NOT NULL OR NEW.confirmed_at IS NOT NULL OR NEW.due_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a merge begins as a proposal'); END;
--> statement-breakpoint
CREATE TRIGGER merge_two_people BEFORE UPDATE OF status, confirmed_by ON merge
WHEN NEW.status IN ('confirmed', 'done')
  AND (NEW.confirmed_by IS NULL OR NEW.confirmed_by = NEW.proposed_by OR (NEW.status = 'done' AND OLD.status <> 'confirmed'))
BEGIN SELECT RAISE(ABORT, 'a merge is confirmed by another person before it is done'); END;
--> statement-breakpoint
-- What two people agreed to is what they read.
CREATE TRIGGER merge_as_proposed BEFORE UPDATE OF id, kind, from_id, into_id, proposed_by, proposed_at ON merge
BEGIN SELECT RAISE(ABORT, 'a merge is confirmed, withdrawn or stopped, never rewritten'); END;
--> statement-breakpoint
CREATE TRIGGER merge_stays_ended BEFORE UPDATE ON merge
WHEN OLD.status IN ('done', 'objected', 'withdrawn', 'fallen')
BEGIN SELECT RAISE(ABORT, 'a merge that ended stays so: another is proposed anew'); END;
--> statement-breakpoint
CREATE TRIGGER merge_no_delete BEFORE DELETE ON merge BEGIN SELECT RAISE(ABORT, 'a merge is stopped, never removed'); END;
