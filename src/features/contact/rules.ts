/** Words here: a message waits, is answered by mail, or is set aside when there is nothing to answer. */
import { DAY, type Instant } from '#src/lib/clock.ts';

export const ABOUT = ['joining', 'service', 'privacy', 'accessibility', 'press', 'defect', 'other'] as const;
export type About = (typeof ABOUT)[number];

export const STATUSES = ['waiting', 'answered', 'set_aside'] as const;
export type MessageStatus = (typeof STATUSES)[number];

export const MESSAGE_ACTIONS = ['answer', 'set_aside', 'reopen'] as const;
export type MessageAction = (typeof MESSAGE_ACTIONS)[number];

/** Every step there is; anything else is impossible. A second answer leaves a message answered. */
const NEXT: Readonly<Record<MessageAction, Readonly<Partial<Record<MessageStatus, MessageStatus>>>>> = {
	answer: { waiting: 'answered', answered: 'answered' },
	set_aside: { waiting: 'set_aside' },
	reopen: { answered: 'waiting', set_aside: 'waiting' },
};

/** The state an act leads to; null when it is impossible there. */
export function nextStatus(status: MessageStatus, action: MessageAction): MessageStatus | null {
	return NEXT[action][status] ?? null;
}

/**
 * Days a message is kept in each state, from the day it entered it; null: as long as it waits. What the portal does, and
 * what its form says, until the organisation decides otherwise.
 */
export const KEPT_DAYS = { waiting: null, answered: 365, set_aside: 30 } as const satisfies Record<MessageStatus, number | null>;

/** When a message will be deleted if nothing happens to it; null while it waits. */
export function deletedAt(status: MessageStatus, since: Instant): Instant | null {
	const days = KEPT_DAYS[status];
	return days === null ? null : since + days * DAY;
}

/** `M-2026-0001`, M for message; the count begins again each year. */
export function messageNumber(year: string, count: number): string {
	return `M-${year}-${String(count).padStart(4, '0')}`;
}

/** The number of an earlier message in an address a mail gave; null for anything else. */
export function readNumber(text: string | null): string | null {
	return text !== null && /^M-\d{4}-\d{4,9}$/.test(text) ? text : null;
}

/** Which committee (content/committees.yaml) such messages are usually for; null when it could be any. */
export function committeeFor(about: About | null): string | null {
	switch (about) {
		case 'joining':
			return 'adhesion';
		case 'service':
			return 'soutien';
		case 'defect':
			return 'systemes';
		case 'privacy':
		case 'accessibility':
		case 'press':
		case 'other':
		case null:
			return null;
	}
}

export const BOXES = ['waiting', 'answered', 'set_aside'] as const satisfies readonly MessageStatus[];

/** The list an address asks for; those that wait unless it names another. */
export function boxOf(text: string | null): MessageStatus {
	return BOXES.find((box) => box === text) ?? 'waiting';
}
