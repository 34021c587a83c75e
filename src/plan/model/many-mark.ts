/**
 * What FB_LEDGER of an invitation says that was asked for with many others (`invitation/model/campaign.ts`) begins with, and where it tells for how
 * many days a process waits before it sends: invitations may be spread over days.
 */
export const MANY_START = 'many:'
export const MANY_DAYS = { from: MANY_START.length + 9, length: 2 } as const
