export * from '#db/schema/access.ts';
export * from '#db/schema/accounts.ts';
export * from '#db/schema/audit.ts';
export * from '#db/schema/contributions.ts';
export * from '#db/schema/membership.ts';
export * from '#db/schema/outbox.ts';
export * from '#db/schema/requests.ts';
export * from '#db/schema/settings.ts';
