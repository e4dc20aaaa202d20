-- Money and audit are append-only: a correction is a new row. Held here and not in code, so that no code path can forget it.
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_event_in_sequence BEFORE INSERT ON audit_event
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM audit_event), 0) + 1
  OR NEW.prev_hash <> coalesce((SELECT hash FROM audit_event ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'audit_event is out of sequence'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entry_in_sequence BEFORE INSERT ON ledger_entry
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM ledger_entry), 0) + 1
  OR NEW.prev_hash <> coalesce((SELECT hash FROM ledger_entry ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'ledger_entry is out of sequence'); END;
--> statement-breakpoint
CREATE TRIGGER charge_no_update BEFORE UPDATE ON charge BEGIN SELECT RAISE(ABORT, 'charge is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER charge_no_delete BEFORE DELETE ON charge BEGIN SELECT RAISE(ABORT, 'charge is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER allocation_no_update BEFORE UPDATE ON allocation BEGIN SELECT RAISE(ABORT, 'allocation is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER allocation_no_delete BEFORE DELETE ON allocation BEGIN SELECT RAISE(ABORT, 'allocation is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER reversal_no_update BEFORE UPDATE ON reversal BEGIN SELECT RAISE(ABORT, 'reversal is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER reversal_no_delete BEFORE DELETE ON reversal BEGIN SELECT RAISE(ABORT, 'reversal is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER dues_scale_no_update BEFORE UPDATE ON dues_scale BEGIN SELECT RAISE(ABORT, 'dues_scale is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER dues_scale_no_delete BEFORE DELETE ON dues_scale BEGIN SELECT RAISE(ABORT, 'dues_scale is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER membership_no_overlap BEFORE INSERT ON membership
WHEN EXISTS (
  SELECT 1 FROM membership other
  WHERE other.organisation_id = NEW.organisation_id
    AND (other.to_on IS NULL OR other.to_on > NEW.from_on)
    AND (NEW.to_on IS NULL OR NEW.to_on > other.from_on)
)
BEGIN SELECT RAISE(ABORT, 'memberships of one organisation overlap'); END;
--> statement-breakpoint
CREATE TRIGGER membership_no_overlap_update BEFORE UPDATE OF organisation_id, from_on, to_on ON membership
WHEN EXISTS (
  SELECT 1 FROM membership other
  WHERE other.organisation_id = NEW.organisation_id AND other.id <> NEW.id
    AND (other.to_on IS NULL OR other.to_on > NEW.from_on)
    AND (NEW.to_on IS NULL OR NEW.to_on > other.from_on)
)
BEGIN SELECT RAISE(ABORT, 'memberships of one organisation overlap'); END;
--> statement-breakpoint
CREATE TRIGGER membership_number_fixed BEFORE UPDATE OF member_number ON membership
BEGIN SELECT RAISE(ABORT, 'a member number never changes'); END;
--> statement-breakpoint
CREATE TRIGGER membership_no_delete BEFORE DELETE ON membership
BEGIN SELECT RAISE(ABORT, 'a membership is ended, never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER counter_only_grows BEFORE UPDATE ON counter
WHEN NEW.value <= OLD.value OR NEW.name <> OLD.name
BEGIN SELECT RAISE(ABORT, 'a counter only grows'); END;
--> statement-breakpoint
CREATE TRIGGER counter_no_delete BEFORE DELETE ON counter
BEGIN SELECT RAISE(ABORT, 'a counter is never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER allocation_within BEFORE INSERT ON allocation
WHEN (SELECT organisation_id FROM payment WHERE id = NEW.payment_id) <> (SELECT organisation_id FROM charge WHERE id = NEW.charge_id)
  OR EXISTS (SELECT 1 FROM reversal WHERE reverses_id IN (NEW.payment_id, NEW.charge_id))
  OR NEW.amount_cents + coalesce((
       SELECT sum(a.amount_cents) FROM allocation a
       WHERE a.payment_id = NEW.payment_id AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reverses_id = a.id)), 0)
     > (SELECT amount_cents FROM payment WHERE id = NEW.payment_id)
  OR NEW.amount_cents + coalesce((
       SELECT sum(a.amount_cents) FROM allocation a
       WHERE a.charge_id = NEW.charge_id AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reverses_id = a.id)), 0)
     > (SELECT amount_cents FROM charge WHERE id = NEW.charge_id)
BEGIN SELECT RAISE(ABORT, 'an allocation exceeds its payment or its charge, joins two organisations, or uses what was reversed'); END;
--> statement-breakpoint
CREATE TRIGGER reversal_of_reversal BEFORE INSERT ON reversal
WHEN EXISTS (SELECT 1 FROM reversal WHERE id = NEW.reverses_id)
BEGIN SELECT RAISE(ABORT, 'a reversal cannot be reversed'); END;
--> statement-breakpoint
CREATE TRIGGER request_message_no_update BEFORE UPDATE ON request_message
BEGIN SELECT RAISE(ABORT, 'a message is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER request_message_no_delete BEFORE DELETE ON request_message
BEGIN SELECT RAISE(ABORT, 'a message is never deleted'); END;
