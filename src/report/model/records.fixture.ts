import type { ReportAnswer, ReportInvitation } from './records'

/** Records for specs: a promoter by mail of 10 March 2026, and his invitation of the day before. */

export function answerFixture(changes: Partial<ReportAnswer> = {}): ReportAnswer {
  return {
    id: 1, createdAt: '2026-03-10T12:00:00+03:00', nps: 9, csat: null, ces: null, effortScale: null, stars: null, coefficient: null, group: 'high', flag: null,
    channel: 'email', survey: 's1', version: 1, lang: 'ru', state: 'high', dealId: null, contactId: null, companyId: null, ownerId: null, pipeline: null,
    snapshots: [], sum: null, tags: [], invitationId: null, sentAt: null, doneAt: null, hasComment: false, comment: '', ...changes
  }
}

export function invitationFixture(changes: Partial<ReportInvitation> = {}): ReportInvitation {
  return {
    id: 1, state: 'sent', sentAt: '2026-03-09T12:00:00+03:00', createdAt: '2026-03-09T12:00:00+03:00', survey: 's1', channel: 'email', lang: 'ru', companyId: null,
    ownerId: null, test: false, ...changes
  }
}
