export {
	ACCOUNT_FILTERS,
	type AccountFilter,
	type AccountHolder,
	type AccountLine,
	type AccountSummary,
	type ChargeLine,
	contributionPartsOfGroup,
	countLate,
	type ExportOptions,
	exportLedger,
	findAccountHolder,
	findCharge,
	findPayment,
	findScale,
	findScaleOn,
	type LedgerCheck,
	listAccounts,
	listCharges,
	listPayments,
	type PaymentLine,
	type Scale,
	summaryForGroup,
	verifyLedger,
} from '#src/features/contributions/data.ts';
export { chargeDue } from '#src/features/contributions/jobs.ts';
export {
	adoptScale,
	chargeDuePledges,
	createPledge,
	type NewPayment,
	type NewPledge,
	type NewReversal,
	recordOpening,
	recordPayment,
	startContribution,
} from '#src/features/contributions/mutations.ts';
export type { AccountGrant } from '#src/features/contributions/policy.ts';
export {
	estimateContribution,
	explainCharge,
	type Frequency,
	lastDayOf,
	PAYMENT_METHODS,
	type PaymentMethod,
	type Settlement,
} from '#src/features/contributions/rules.ts';
export { isCalculatorAsked, parseCalculator, paymentKeyOf } from '#src/features/contributions/schema.ts';
