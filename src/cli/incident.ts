import { type Command, InvalidArgumentError, Option } from 'commander';
import { read, write } from '#db/client.ts';
import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';
import {
	endOf,
	findNotice,
	hasEnded,
	isNumber,
	KINDS,
	listLive,
	listServices,
	listYear,
	type Notice,
	noticeWords,
	openForm,
	openNotice,
	parseClockTime,
	publishStatus,
	SEVERITIES,
	stateAfter,
	textFieldOf,
	UPDATE_KINDS,
	type UpdateKind,
	updateForm,
	updateNotice,
} from '#src/features/status/index.ts';
import { errorText } from '#src/i18n/messages.ts';
import { LOCALES, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { clockTime, DAY, now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { type FormValues, parseForm } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { prepareDatabase } from '#src/server/setup.ts';

const TEXTS = ['title', 'who', 'what', 'why', 'how', 'objection'] as const;

/** What the options are called, for the errors that forms speak of by their fields. */
const OPTION: Readonly<Record<string, string>> = {
	kind: '--kind',
	severity: '--severity',
	services: '--services',
	startsAt: '--starts',
	expectedEndAt: '--expected-end',
	endedAt: '--ended',
	step: '--step',
	...Object.fromEntries(
		[...TEXTS, 'text' as const].flatMap((field) => LOCALES.map((locale) => [textFieldOf(field, locale), `--${field}-${locale}`])),
	),
};

function clock(text: string): string {
	const at = text === 'now' ? now() : parseClockTime(text);
	if (at === null) throw new InvalidArgumentError('A time is written 2026-11-22 15:30 (Montréal) or 2026-11-22T20:30Z; or now.');
	return new Date(at).toISOString();
}

function slugs(text: string, before: string[] = []): string[] {
	return [
		...before,
		...text
			.split(',')
			.map((slug) => slug.trim())
			.filter((slug) => slug !== ''),
	];
}

function explain(errors: Readonly<Record<string, string>>): Refused {
	const lines = Object.entries(errors).map(([field, key]) => `${OPTION[field] ?? 'the command'}: ${errorText('en', key)}`);
	return new Refused(lines.join(' '));
}

const WHY: Readonly<Record<string, string>> = {
	not_found: 'There is no notice of that number; incident list shows them.',
	stale: 'The notice was changed at the same moment; look at it, then try again.',
	form_already_used: 'The same was sent just now.',
};

const act = (): Act => ({ actor: { kind: 'operator' }, at: now(), requestId: null });
const linkOf = (number: string) => `${env().siteUrl}${pathOf('statusNotice', 'fr', { number })}`;

/** The files for another host, at once; a disk that is full takes nothing back of what is public already. */
async function publish(): Promise<void> {
	try {
		await publishStatus();
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'unknown';
		process.stderr.write(`It is public, but the copy in DATA_DIR/status could not be written (${reason}); the worker tries again.\n`);
	}
}

async function unknownServices(services: readonly string[]): Promise<void> {
	const known = ['all', 'portal', ...(await listServices(read)).map(({ slug }) => slug)];
	const strangers = services.filter((slug) => !known.includes(slug));
	if (strangers.length > 0) throw new Refused(`--services: no service ${strangers.join(', ')}; there are ${known.join(', ')}.`);
}

interface Common {
	severity?: string;
	services?: string[];
	expectedEnd?: string;
	json?: boolean;
	[option: string]: unknown;
}

/** Commander spells `--what-fr` as `whatFr`. */
const textValues = (fields: readonly ((typeof TEXTS)[number] | 'text')[], options: Common): FormValues =>
	Object.fromEntries(
		fields.flatMap((field) =>
			LOCALES.map((locale) => [textFieldOf(field, locale), String(options[`${field}${locale === 'fr' ? 'Fr' : 'En'}`] ?? '')]),
		),
	);

async function open(options: Common & { kind: string; starts?: string }): Promise<void> {
	await prepareDatabase();
	const services = options.services ?? [];
	await unknownServices(services);
	const parsed = parseForm(openForm, {
		submissionKey: newIdempotencyKey(),
		kind: options.kind,
		severity: options.severity ?? 'partial',
		services,
		startsAt: options.starts ?? new Date(now()).toISOString(),
		expectedEndAt: options.expectedEnd ?? '',
		...textValues(TEXTS, options),
	});
	if (!parsed.ok) throw explain(parsed.errors);
	const done = await write((tx) => openNotice(tx, act(), 'operator', { ...parsed.data, authorRole: null }));
	if (!done.ok) throw explain({ [done.field ?? '']: done.reason });
	await publish();
	print(options.json, { number: done.number, link: linkOf(done.number) }, `${done.number} is public: ${linkOf(done.number)}`);
}

async function say(number: string, step: UpdateKind, options: Common & { ended?: string }): Promise<void> {
	if (options.services) await unknownServices(options.services);
	const parsed = parseForm(updateForm, {
		submissionKey: newIdempotencyKey(),
		version: '0',
		step,
		severity: options.severity ?? '',
		...(options.services ? { services: options.services } : {}),
		expectedEndAt: options.expectedEnd ?? '',
		endedAt: options.ended ?? '',
		...textValues(['text'], options),
	});
	if (!parsed.ok) throw explain(parsed.errors);
	const done = await write((tx) => updateNotice(tx, act(), 'operator', { ...parsed.data, number, version: null, authorRole: null }));
	if (!done.ok) {
		if (done.reason === 'impossible_transition') throw await impossible(number, step);
		const why = WHY[done.reason];
		throw why === undefined ? explain({ [done.field ?? '']: done.reason }) : new Refused(`${number}: ${why}`);
	}
	await publish();
	const notice = await findNotice(read, number);
	print(options.json, { number, state: notice?.state, link: linkOf(number) }, `${number} is now ${notice?.state}: ${linkOf(number)}`);
}

async function impossible(number: string, step: UpdateKind): Promise<Refused> {
	const notice = await findNotice(read, number);
	if (!notice) return new Refused(`${number}: ${WHY.not_found}`);
	if (hasEnded(notice.state)) return new Refused(`${number} is ${notice.state} already; only --step note can be added to it.`);
	const possible = UPDATE_KINDS.filter((kind) => stateAfter(notice.state, kind) !== null);
	return new Refused(`${number} is ${notice.state}: ${step} can't follow; possible are ${possible.join(', ')}.`);
}

async function known(number: string): Promise<Notice> {
	await prepareDatabase();
	const notice = isNumber(number) ? await findNotice(read, number) : null;
	if (!notice) throw new Refused(`${number}: ${WHY.not_found}`);
	return notice;
}

async function close(number: string, options: Common & { ended?: string }): Promise<void> {
	const { state } = await known(number);
	const end = endOf(state);
	if (end) return say(number, end, options);
	if (state === 'planned')
		throw new Refused(`${number} has not begun; use incident cancel ${number} --text-fr …, or incident update ${number} --step started.`);
	throw new Refused(`${number} is ${state} already.`);
}

async function list(options: { all?: boolean; json?: boolean }): Promise<void> {
	await prepareDatabase();
	const notices = options.all ? await listYear(read, 0, now() + 400 * DAY) : await listLive(read);
	const names = await listServices(read);
	const rows = notices.map((notice) => {
		const { number, kind, state, severity, services, startsAt, expectedEndAt, endedAt, version, texts } = notice;
		const at = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
		return {
			number,
			kind,
			state,
			severity,
			services,
			startsAt: at(startsAt),
			expectedEndAt: at(expectedEndAt),
			endedAt: at(endedAt),
			version,
			texts,
			link: linkOf(number),
		};
	});
	const lines = notices.map((notice) => {
		const { title } = noticeWords(notice, names, now(), 'fr');
		return `${notice.number}  ${notice.state.padEnd(9)}  ${clockTime(notice.startsAt).replace('T', ' ')}  ${notice.services.join(',')}  ${title}`;
	});
	print(options.json, { notices: rows }, lines.length > 0 ? lines.join('\n') : 'Nothing is open, under way or planned.');
}

const SERVICES = 'slugs of the catalogue, portal or all; separated by commas, may be repeated';
const END = 'when it should be over';

function withText(command: Command): Command {
	return command.option('--text-fr <text>', 'what is said, in French').option('--text-en <text>', 'what is said, in English');
}

export function addIncidentCommands(program: Command): void {
	const incident = program.command('incident').description('The public state of services: outages and maintenance, live at once.');
	const opening = incident
		.command('open')
		.description('Tell the public of an outage or announce maintenance. One language is enough: a title and what happens in it.')
		.addOption(new Option('--kind <kind>', 'outage or maintenance').choices([...KINDS]).default('outage'))
		.addOption(new Option('--severity <severity>', 'what people notice').choices([...SEVERITIES]).default('partial'))
		.requiredOption('--services <slugs>', SERVICES, slugs)
		.option('--starts <time>', 'when it began or will begin, by Montréal’s clocks; now by default', clock)
		.option('--expected-end <time>', `${END}; needed for maintenance`, clock);
	for (const locale of LOCALES) {
		const language = locale === 'fr' ? 'in French' : 'in English';
		opening
			.option(`--title-${locale} <text>`, `title, ${language}`)
			.option(`--who-${locale} <text>`, `who is affected, ${language}`)
			.option(`--what-${locale} <text>`, `what happens, ${language}`)
			.option(`--why-${locale} <text>`, `why, ${language}`)
			.option(`--how-${locale} <text>`, `how it is dealt with, ${language}`)
			.option(`--objection-${locale} <text>`, `how to object (maintenance), ${language}`);
	}
	opening.option('--json', 'print JSON').action(open);

	withText(incident.command('update').description('Say more about a notice: a step, a correction, another extent or expected end.'))
		.argument('<number>', 'number of the notice, such as P-2026-0001')
		.addOption(
			new Option('--step <step>', 'note adds or corrects; started begins a maintenance')
				.choices(['investigating', 'identified', 'watching', 'note', 'started'])
				.default('note'),
		)
		.addOption(new Option('--severity <severity>', 'what people notice now').choices([...SEVERITIES]))
		.option('--services <slugs>', SERVICES, slugs)
		.option('--expected-end <time>', END, clock)
		.option('--json', 'print JSON')
		.action(async (number: string, options: Common & { step: UpdateKind }) => {
			await known(number);
			await say(number, options.step, options);
		});

	withText(incident.command('close').description('An outage is solved, or a maintenance is finished.'))
		.argument('<number>', 'number of the notice')
		.option('--ended <time>', 'when it ended; now by default', clock)
		.option('--json', 'print JSON')
		.action(close);

	withText(incident.command('cancel').description('A maintenance will not take place, or stops before its end.'))
		.argument('<number>', 'number of the notice')
		.option('--json', 'print JSON')
		.action(async (number: string, options: Common) => {
			await known(number);
			await say(number, 'cancelled', options);
		});

	incident
		.command('list')
		.description('What is open, under way or planned.')
		.option('--all', 'those that have ended too, newest first')
		.option('--json', 'print JSON')
		.action(list);
}
