import { read } from '#db/client.ts';
import { openMail } from '#src/adapters/mail/index.ts';
import { sendPasswordLinks } from '#src/features/accounts/index.ts';
import { chargeDue } from '#src/features/contributions/index.ts';
import { publishDue } from '#src/features/figures/index.ts';
import { advanceHandoversDue } from '#src/features/handover/index.ts';
import { carryOutNotices, keepCalendars } from '#src/features/leaving/index.ts';
import { sendLoginLinks } from '#src/features/login/index.ts';
import { carryOutMerges } from '#src/features/merging/index.ts';
import { deliverDue, hasDue } from '#src/features/outbox/index.ts';
import { applyRetention, eraseDue } from '#src/features/privacy/index.ts';
import { askRenewals } from '#src/features/renewal/index.ts';
import { announceNews, publishStatus, startDueMaintenance } from '#src/features/status/index.ts';
import { closeViews } from '#src/features/viewing/index.ts';
import { HOUR, MINUTE, now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';

export interface Job {
	readonly name: string;
	readonly everyMs: number;
	run(): Promise<void>;
	stop?(): void;
}

/** Everything done in the background, with its rhythm. Each run is safe to repeat and to run in two processes at once. */
export function makeJobs(): Job[] {
	const transport = openMail(env());
	return [
		{
			name: 'status.start',
			everyMs: 1_000,
			async run() {
				await startDueMaintenance();
			},
		},
		// Before the mail leaves, so that the round which hears of an outage also sends it.
		{ name: 'status.announce', everyMs: 500, run: announceNews },
		{
			name: 'outbox.deliver',
			everyMs: 500,
			async run() {
				if (await hasDue(read, now())) await deliverDue(transport);
			},
			stop: () => transport.close(),
		},
		{
			name: 'contributions.charge',
			everyMs: 15 * MINUTE,
			async run() {
				await chargeDue();
			},
		},
		{
			name: 'figures.publish',
			everyMs: HOUR,
			async run() {
				await publishDue();
			},
		},
		{ name: 'status.publish', everyMs: MINUTE, run: publishStatus },
		{ name: 'handover.advance', everyMs: 15 * MINUTE, run: advanceHandoversDue },
		{ name: 'merging.carry_out', everyMs: 2_000, run: carryOutMerges },
		{ name: 'leaving.carry_out', everyMs: 2_000, run: carryOutNotices },
		{ name: 'leaving.calendars', everyMs: HOUR, run: keepCalendars },
		{ name: 'renewal.ask', everyMs: 15 * MINUTE, run: askRenewals },
		{ name: 'login.links', everyMs: 500, run: sendLoginLinks },
		{ name: 'viewing.close', everyMs: MINUTE, run: closeViews },
		{ name: 'accounts.password_links', everyMs: 500, run: sendPasswordLinks },
		// Everything that is erased once its time is over, by the one table of rules.
		{
			name: 'privacy.retention',
			everyMs: 15 * MINUTE,
			async run() {
				await applyRetention();
			},
		},
		{
			name: 'privacy.erase',
			everyMs: 15 * MINUTE,
			async run() {
				await eraseDue();
			},
		},
	];
}
