export {
	complaintPartsOfPerson,
	countOpenComplaints,
	findComplaint,
	findGroupComplaint,
	listComplaints,
	listDecisions,
	listGroupComplaints,
	listNameable,
} from '#src/features/complaints/data.ts';
export { complain, emptyComplaints, emptyOldComplaints, erasePerson } from '#src/features/complaints/mutations.ts';
export { BOARD, COMPLAINT_KEPT, complaintTone, nextStatus as nextComplaintStatus } from '#src/features/complaints/rules.ts';
export { LIMITS as COMPLAINT_LIMITS } from '#src/features/complaints/schema.ts';
