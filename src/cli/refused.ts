/** What the operator asked can't be done: the message says why and what to do, on one line. */
export class Refused extends Error {
	override name = 'Refused';
}
