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

--> statement-breakpoint
-- A group is suspended or it is not: two rows for one day would leave the end of either without a meaning.
CREATE TRIGGER suspension_no_overlap BEFORE INSERT ON suspension
WHEN EXISTS (
  SELECT 1 FROM suspension other
  WHERE other.membership_id = NEW.membership_id
    AND (other.to_on IS NULL OR other.to_on > NEW.from_on)
    AND (NEW.to_on IS NULL OR NEW.to_on > other.from_on)
)
BEGIN SELECT RAISE(ABORT, 'suspensions of one membership overlap'); END;
--> statement-breakpoint
CREATE TRIGGER suspension_as_decided BEFORE UPDATE OF id, decision_id, organisation_id, membership_id, from_on, created_at ON suspension
BEGIN SELECT RAISE(ABORT, 'a suspension is ended, never rewritten'); END;
--> statement-breakpoint
CREATE TRIGGER suspension_no_delete BEFORE DELETE ON suspension
BEGIN SELECT RAISE(ABORT, 'a suspension is ended, never deleted'); END;
--> statement-breakpoint
-- What two people agreed to is what they read.
CREATE TRIGGER standing_decision_as_proposed BEFORE UPDATE OF id, membership_id, organisation_id, kind, reason, reference, until_on, proposed_by, proposed_at ON standing_decision
BEGIN SELECT RAISE(ABORT, 'a decision is confirmed or withdrawn, never rewritten'); END;
--> statement-breakpoint
CREATE TRIGGER standing_decision_two_people BEFORE UPDATE OF status, decided_by ON standing_decision
WHEN NEW.status = 'confirmed' AND (NEW.decided_by IS NULL OR NEW.decided_by = NEW.proposed_by)
BEGIN SELECT RAISE(ABORT, 'a decision is confirmed by another person'); END;
--> statement-breakpoint
CREATE TRIGGER membership_stays_ended BEFORE UPDATE OF to_on, end_reason, end_reference ON membership
WHEN OLD.to_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a membership that ended stays so: a member who comes back begins another'); END;
--> statement-breakpoint
CREATE TRIGGER deletion_certificate_no_update BEFORE UPDATE ON deletion_certificate
BEGIN SELECT RAISE(ABORT, 'deletion_certificate is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER deletion_certificate_no_delete BEFORE DELETE ON deletion_certificate
BEGIN SELECT RAISE(ABORT, 'deletion_certificate is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER complaint_message_no_delete BEFORE DELETE ON complaint_message
BEGIN SELECT RAISE(ABORT, 'a message is never deleted'); END;
--> statement-breakpoint
CREATE TRIGGER complaint_message_no_update BEFORE UPDATE ON complaint_message
WHEN NEW.body <> '' OR OLD.body = ''
  OR NEW.id <> OLD.id OR NEW.complaint_id <> OLD.complaint_id OR NEW.submission_key <> OLD.submission_key OR NEW.kind <> OLD.kind
  OR NEW.side <> OLD.side OR NEW.author_id <> OLD.author_id OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'a message is never changed, only emptied'); END;
--> statement-breakpoint
-- A thread is kept for as long as the group's calendar says, then emptied: the row stays, its words go.
DROP TRIGGER request_message_no_update;
--> statement-breakpoint
CREATE TRIGGER request_message_no_update BEFORE UPDATE ON request_message
WHEN NEW.body <> '' OR OLD.body = ''
  OR NEW.id <> OLD.id OR NEW.request_id <> OLD.request_id OR NEW.submission_key <> OLD.submission_key OR NEW.kind <> OLD.kind
  OR NEW.side <> OLD.side OR NEW.author_id IS NOT OLD.author_id OR NEW.visibility <> OLD.visibility
  OR NEW.from_status IS NOT OLD.from_status OR NEW.to_status IS NOT OLD.to_status OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'a message is never changed, only emptied'); END;

--> statement-breakpoint
-- Two people are needed from the first row on, not only for the change of one that is there.
CREATE TRIGGER standing_decision_begins_proposed BEFORE INSERT ON standing_decision
WHEN NEW.status <> 'proposed' OR NEW.decided_by IS NOT NULL OR NEW.decided_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a decision begins as a proposal'); END;
--> statement-breakpoint
CREATE TRIGGER standing_decision_no_delete BEFORE DELETE ON standing_decision
BEGIN SELECT RAISE(ABORT, 'a decision is withdrawn, never removed'); END;
--> statement-breakpoint
CREATE TRIGGER suspension_of_a_decision BEFORE INSERT ON suspension
WHEN NOT EXISTS (
  SELECT 1 FROM standing_decision
  WHERE id = NEW.decision_id AND membership_id = NEW.membership_id AND kind = 'suspension' AND status = 'confirmed')
BEGIN SELECT RAISE(ABORT, 'a suspension rests on a confirmed decision'); END;
--> statement-breakpoint
CREATE TRIGGER complaint_no_delete BEFORE DELETE ON complaint BEGIN SELECT RAISE(ABORT, 'a complaint is emptied, never removed'); END;
--> statement-breakpoint
CREATE TRIGGER complaint_person_no_delete BEFORE DELETE ON complaint_person
BEGIN SELECT RAISE(ABORT, 'whom a complaint is about stays known'); END;
--> statement-breakpoint
CREATE TRIGGER viewing_no_delete BEFORE DELETE ON viewing BEGIN SELECT RAISE(ABORT, 'a view is ended, never removed'); END;
--> statement-breakpoint
-- Since when an address has stood is what a request to regain access rests on.
CREATE TRIGGER group_contact_since_then BEFORE UPDATE OF from_at, organisation_id, purpose ON group_contact
BEGIN SELECT RAISE(ABORT, 'a contact is replaced by another, never moved or dated back'); END;

--> statement-breakpoint
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
