export { bannerHtml, MARK } from '#src/features/status/components/banner.ts';
export { FEED_PATHS } from '#src/features/status/components/feed.ts';
export {
	authorText,
	changesText,
	formatMonth,
	noticeWords,
	serviceTitle,
	stepText,
	whenText,
} from '#src/features/status/components/words.ts';
export {
	findLink,
	findNotice,
	firstStart,
	listLive,
	listServices,
	listYear,
	loadReport,
	type ServiceName,
	statusStamp,
	subscriptionPartsOfPerson,
} from '#src/features/status/data.ts';
export { announceNews, publishStatus, startDueMaintenance } from '#src/features/status/jobs.ts';
export { erasePerson, expireSubscriptions, leave, openNotice, updateNotice } from '#src/features/status/mutations.ts';
export {
	type Condition,
	DAYS_SHOWN,
	type DayOfService,
	endOf,
	hasEnded,
	isNumber,
	KINDS,
	type Notice,
	type NoticeWithUpdates,
	parseClockTime,
	readIn,
	SEVERITIES,
	stateAfter,
	stateAt,
	stepsFrom,
	touches,
	UNCONFIRMED_LASTS,
	UPDATE_KINDS,
	type UpdateKind,
	yearSpan,
	yearsOf,
} from '#src/features/status/rules.ts';
export { keyOf, LONGEST, openForm, textFieldOf, updateForm } from '#src/features/status/schema.ts';
