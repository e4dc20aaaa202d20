-- The guards of `payment`, made anew, as they were.
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
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
-- What someone agreed to, and what became known of an incident, is never rewritten.
CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER confidentiality_incident_no_update BEFORE UPDATE ON confidentiality_incident BEGIN SELECT RAISE(ABORT, 'confidentiality_incident is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER confidentiality_incident_no_delete BEFORE DELETE ON confidentiality_incident BEGIN SELECT RAISE(ABORT, 'confidentiality_incident is append-only'); END;
