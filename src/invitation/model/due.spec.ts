import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reminder, Survey } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { dueList, LOOK_BACK_DAYS, type Due, type DueDeal, type DueFacts, type OpenInvitation } from './due'
import { personKey } from './many'
import type { Recipient } from './request'

const DAY = 86_400_000
const STAGE = 'WON'
const now = new Date('2026-03-20T05:00:00Z')
const before = (days: number, from = now): string => new Date(from.getTime() - days * DAY).toISOString()
const reminder = (afterDays: number, channel: Reminder['channel'] = 'email'): Reminder => ({ afterDays, channel, subject: {}, text: {} })

const surveyWith = (reminders: Reminder[], more: Partial<Survey> = {}): Survey => {
  const content = {
    ...afterDeal, notBeforeDays: 30, expiresAfterDays: 14, pipelines: [],
    asking: { stages: [STAGE], sms: {}, chat: {}, script: {}, reminders }
  }
  return {
    v: 4, id: 's', status: 'active', draft: content, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content },
    form: { id: 3, sec: 'x', made: 'api', verifiedAt: null }, plan: null, ...more
  }
}
const survey = surveyWith([reminder(3), reminder(7)])
const anna: Recipient = { kind: 'contact', id: 6, name: 'Anna', emails: ['anna@example.com'], lang: null, notBefore: null, optedOut: false }
const boris: Recipient = { ...anna, id: 7, name: 'Boris', emails: ['boris@example.com'] }
const deal = (more: Partial<DueDeal> = {}): DueDeal => ({
  id: 5, title: 'Kitchen', pipeline: 0, stage: STAGE, isClosed: false, movedAt: before(1), contactId: 6, companyId: null, ...more
})
const sent = (more: Partial<OpenInvitation> = {}): OpenInvitation => ({
  id: 50, token: 'a'.repeat(32), state: 'sent', why: '', survey: 's', version: 1, channel: 'email', lang: 'en', askedBy: 1, createdAt: before(4), sentAt: before(4),
  expiresAt: before(-10), reminders: 0, dealId: 5, contactId: 6, companyId: null, by: 'duty', answered: false, test: false, updatedAt: before(4), ...more
} as OpenInvitation)
const facts = (more: Partial<DueFacts> & { with?: DueDeal[], who?: Recipient[] } = {}): DueFacts => ({
  surveys: [survey], moves: [], deals: new Map((more.with ?? [deal({ movedAt: before(5) })]).map(one => [one.id, one])),
  people: new Map((more.who ?? [anna, boris]).map(one => [personKey(one), one])), invitations: { seen: true, value: [] }, open: [], answered: new Set(),
  portalLang: 'en', now, offset: 0, sender: { id: 1, email: 'ivan@example.com' }, mailsToday: new Map(), ...more
})
const said = ({ due, leftOut }: ReturnType<typeof dueList>): string[] =>
  [...due.map(one => one.kind === 'remind' ? `remind ${one.nth}` : one.kind), ...leftOut.map(({ refusal }) => refusal.code)]
const moved = { moves: [{ dealId: 5, stage: STAGE, at: before(1) }], with: [deal()] }

describe('deals that came to their stage', () => {
  it.each<[string, Parameters<typeof facts>[0], string[]]>([
    ['one is asked about', moved, ['ask']],
    ['not after so many days', { ...moved, moves: [{ dealId: 5, stage: STAGE, at: before(LOOK_BACK_DAYS + 1) }] }, []],
    ['a deal that left the stage', { ...moved, with: [deal({ stage: 'NEW' })] }, ['movedOn']],
    ['a deal that may not be seen', { ...moved, with: [] }, []],
    ['another stage', { ...moved, moves: [{ dealId: 5, stage: 'LOSE', at: before(1) }], with: [deal({ stage: 'LOSE' })] }, []],
    ['a paused survey', { ...moved, surveys: [{ ...survey, status: 'paused' }] }, []],
    ['opted out', { ...moved, who: [{ ...anna, optedOut: true }] }, ['optedOut']],
    ['no address', { ...moved, who: [{ ...anna, emails: [] }] }, ['noEmail']],
    ['the company opted out', { ...moved, with: [deal({ companyId: 9 })], who: [anna, { ...anna, kind: 'company', id: 9, optedOut: true }] }, ['companyOptedOut']],
    ['the company not before a day', { ...moved, with: [deal({ companyId: 9 })], who: [anna, { ...anna, kind: 'company', id: 9, notBefore: '2026-04-01' }] }, ['companyAskedRecently']],
    ['nobody in the deal', { ...moved, with: [deal({ contactId: null })] }, ['noClient']],
    ['a client that may not be seen', { ...moved, who: [] }, ['noRight']],
    ['not before a day', { ...moved, who: [{ ...anna, notBefore: '2026-04-01' }] }, ['askedRecently']],
    ['asked since', { ...moved, invitations: { seen: true, value: [sent({ createdAt: before(0.5), sentAt: before(0.5) })] } }, []],
    ['taken back by a person since', { ...moved, invitations: { seen: true, value: [sent({ createdAt: before(0.5), sentAt: null, state: 'cancelled' })] } }, []],
    ['failed since: again', { ...moved, invitations: { seen: true, value: [sent({ createdAt: before(0.5), sentAt: null, state: 'failed' })] } }, ['ask']],
    ['an invitation about another deal is open', { ...moved, invitations: { seen: true, value: [sent({ dealId: 4 })] } }, ['alreadyInvited']],
    ['a trial is nobody’s', { ...moved, invitations: { seen: true, value: [sent({ test: true })] } }, ['ask']]
  ])('%s', (_, more, expected) => {
    expect(said(dueList(facts(more)))).toEqual(expected)
  })

  it('takes up a sending that broke off', () => {
    const broken = sent({ state: 'sending', sentAt: null, createdAt: before(0.5) })
    expect(dueList(facts({ ...moved, invitations: { seen: true, value: [broken] } })).due).toMatchObject([{ kind: 'ask', resumes: { id: 50 } }])
  })

  it('asks one of a company, and the next one when its days are over', () => {
    const { published } = survey
    const resting = { ...survey, published: { ...published!, content: { ...published!.content, companyDays: 10 } } }
    const moves = [5, 8].map((dealId, index) => ({ dealId, stage: STAGE, at: before(3 - index) }))
    const who = [anna, boris, { ...anna, kind: 'company' as const, id: 9, name: 'Acme', emails: [] }]
    const of = (more: Partial<DueFacts> = {}): ReturnType<typeof dueList> => dueList(facts({
      moves, who, with: [deal({ companyId: 9 }), deal({ id: 8, contactId: 7, companyId: 9 })], surveys: [resting], ...more
    }))
    expect(said(of())).toEqual(['ask', 'companyAskedRecently'])
    expect(of().leftOut[0]!.refusal).toEqual({ code: 'companyAskedRecently', company: 'Acme', until: '2026-03-30' })
    const colleague = (days: number): Partial<DueFacts> => ({ invitations: { seen: true, value: [
      sent({ id: 3, dealId: 1, contactId: 77, companyId: 9, sentAt: before(days), createdAt: before(days), expiresAt: before(1) })
    ] } })
    expect(said(of(colleague(9)))).toEqual(['companyAskedRecently', 'companyAskedRecently'])
    expect(said(of(colleague(10)))).toEqual(['ask', 'companyAskedRecently'])
    expect(said(of({ surveys: [survey] }))).toEqual(['ask', 'ask'])
  })

  it('sends no more from a mailbox than its day has, the oldest first, reminders like invitations', () => {
    const { published } = survey
    const few = { ...survey, published: { ...published!, content: { ...published!.content, mailsPerDay: 5 } } }
    const moves = [{ dealId: 8, stage: STAGE, at: before(1) }]
    const more = { moves, with: [deal({ movedAt: before(5) }), deal({ id: 8, contactId: 7 })], open: [sent()], surveys: [few] }
    const used = (count: number): Partial<DueFacts> => ({ mailsToday: new Map([['ivan@example.com', count]]) })
    expect(said(dueList(facts({ ...more, ...used(3) })))).toEqual(['remind 1', 'ask'])
    expect(said(dueList(facts({ ...more, ...used(4) })))).toEqual(['remind 1', 'mailboxFull'])
    const none = dueList(facts({ ...more, ...used(5) }))
    expect(said(none)).toEqual(['mailboxFull', 'mailboxFull'])
    expect(none.leftOut[0]!.refusal).toEqual({ code: 'mailboxFull', from: '2026-03-21', mailbox: 'ivan@example.com', limit: 5 })
    expect(said(dueList(facts({ ...more, ...used(5), open: [sent({ expiresAt: before(0.1) })] })))).toEqual(['expire', 'mailboxFull'])
    expect(said(dueList(facts(more)))).toEqual(['remind 1', 'ask'])
  })

  it('asks one person and one address once', () => {
    const moves = [5, 8, 9].map((dealId, index) => ({ dealId, stage: STAGE, at: before(3 - index) }))
    const who = [anna, { ...boris, emails: ['ANNA@example.com'] }]
    const found = dueList(facts({ moves, who, with: [deal(), deal({ id: 8 }), deal({ id: 9, contactId: 7 })] }))
    expect(said(found)).toEqual(['ask', 'sameTwice', 'sharedAddress'])
    expect(found.due).toMatchObject([{ deal: { id: 5 } }])
  })
})

describe('invitations without an answer', () => {
  it.each<[string, Parameters<typeof facts>[0], string[]]>([
    ['the first reminder', { open: [sent()] }, ['remind 1']],
    ['not yet', { open: [sent({ sentAt: before(2.9) })] }, []],
    ['sent already', { open: [sent({ reminders: 1 })] }, []],
    ['the second', { open: [sent({ reminders: 1, sentAt: before(8), updatedAt: before(4) })] }, ['remind 2']],
    ['nobody pressed for a week: the last one only', { open: [sent({ sentAt: before(8) })] }, ['remind 2']],
    ['the first went out an hour ago', { open: [sent({ reminders: 1, sentAt: before(8), updatedAt: before(0.05) })] }, []],
    ['both are out', { open: [sent({ reminders: 2, sentAt: before(12) })] }, []],
    ['expired', { open: [sent({ expiresAt: before(0.1) })] }, ['expire']],
    ['answered, not handled', { open: [sent()], answered: new Set([50]) }, []],
    ['answered', { open: [sent({ answered: true })] }, []],
    ['the processes’', { open: [sent({ by: 'engine' })] }, []],
    ['the processes’, and expired', { open: [sent({ by: 'engine', expiresAt: before(0.1) })] }, ['expire']],
    ['a trial', { open: [sent({ test: true })] }, []],
    ['a shared link', { open: [sent({ shared: true, dealId: null, contactId: null })] }, []],
    ['a shared link whose time is over', { open: [sent({ shared: true, expiresAt: before(1) })] }, []],
    ['opted out', { open: [sent()], who: [{ ...anna, optedOut: true }] }, ['optedOut']],
    ['the company opted out', { open: [sent({ companyId: 9 })], who: [anna, { ...anna, kind: 'company', id: 9, optedOut: true }] }, ['companyOptedOut']],
    ['no address any more', { open: [sent()], who: [{ ...anna, emails: ['anna@'] }] }, ['invalidEmail']],
    ['deal at work again', { open: [sent()], with: [deal({ stage: 'NEW', movedAt: before(1) })] }, ['reopened']],
    ['deal closed since', { open: [sent()], with: [deal({ stage: 'LOSE', isClosed: true, movedAt: before(1) })] }, ['remind 1']],
    ['a text message', { open: [sent()], surveys: [surveyWith([reminder(3, 'sms')])] }, ['smsOnly']],
    ['paused', { open: [sent()], surveys: [{ ...survey, status: 'paused' }] }, ['noActiveSurvey']],
    ['a survey without reminders', { open: [sent()], surveys: [surveyWith([])] }, []]
  ])('%s', (_, more, expected) => {
    expect(said(dueList(facts(more)))).toEqual(expected)
  })

  it('counts hours, not midnights: summer time moves nothing', () => {
    // clocks go forward on the 29th in Europe
    const at = '2026-03-27T12:00:00+01:00'
    const due = (iso: string): Due[] => dueList(facts({ open: [sent({ sentAt: at, expiresAt: '2026-04-20T00:00:00Z' })], now: new Date(iso) })).due
    expect(due('2026-03-30T12:59:59+02:00')).toEqual([])
    expect(due('2026-03-30T13:00:00+02:00')).toMatchObject([{ kind: 'remind', nth: 1, since: '2026-03-30T11:00:00.000Z' }])
  })
})

describe('however often and whenever somebody presses', () => {
  const days = fc.double({ min: 0.01, max: 6, noNaN: true })
  const reminders = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }).map(list => list.sort((a, b) => a - b).map(one => reminder(one)))

  it('nobody is reminded too early, twice in a day, more often than it says, or after the end', () => {
    fc.assert(fc.property(reminders, fc.array(days, { minLength: 1, maxLength: 30 }), fc.integer({ min: 0, max: 30 }), (list, pauses, answerAfter) => {
      const start = now.getTime()
      let at = start
      let invitation = sent({ sentAt: now.toISOString(), createdAt: now.toISOString(), updatedAt: now.toISOString(), expiresAt: before(-14) })
      const mails: number[] = []
      for (const pause of pauses) {
        at += pause * DAY
        const isAnswered = (at - start) / DAY >= answerAfter
        const answered = new Set(isAnswered ? [50] : [])
        for (const one of dueList(facts({ surveys: [surveyWith(list)], open: [invitation], answered, now: new Date(at) })).due) {
          if (one.kind !== 'remind') {
            invitation = { ...invitation, state: 'expired' }
            continue
          }
          expect(isAnswered).toBe(false)
          expect(at).toBeLessThan(start + 14 * DAY)
          expect(at).toBeGreaterThanOrEqual(start + list[one.nth - 1]!.afterDays * DAY)
          mails.push(at)
          invitation = { ...invitation, reminders: one.nth, updatedAt: new Date(at).toISOString() }
        }
      }
      expect(mails.length).toBeLessThanOrEqual(list.length)
      for (const [index, mail] of mails.entries()) if (index > 0) expect(mail - mails[index - 1]!).toBeGreaterThanOrEqual(DAY)
    }), { numRuns: 300 })
  })

  it('nobody is asked twice within the days of the survey, whichever of their deals moves', () => {
    const step = fc.record({ pause: days, deal: fc.integer({ min: 1, max: 3 }) })
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), steps => {
      let at = now.getTime()
      const deals = [1, 2, 3].map(id => deal({ id, contactId: id === 3 ? 7 : 6 }))
      const moves: DueFacts['moves'][number][] = []
      const asked: OpenInvitation[] = []
      for (const { pause, deal: dealId } of steps) {
        at += pause * DAY
        moves.push({ dealId, stage: STAGE, at: new Date(at - 1000).toISOString() })
        for (const one of dueList(facts({ moves, with: deals, invitations: { seen: true, value: asked }, now: new Date(at) })).due) {
          if (one.kind !== 'ask') continue
          const iso = new Date(at).toISOString()
          const expiresAt = new Date(at + 14 * DAY).toISOString()
          asked.push(sent({ id: asked.length + 1, dealId: one.deal.id, contactId: one.person.id, createdAt: iso, sentAt: iso, expiresAt }))
        }
      }
      for (const contactId of [6, 7]) {
        const moments = asked.filter(one => one.contactId === contactId).map(one => Date.parse(one.sentAt!))
        const dayOf = (at: number): number => Math.floor(at / DAY)
        for (const [index, moment] of moments.entries()) if (index > 0) expect(dayOf(moment) - dayOf(moments[index - 1]!)).toBeGreaterThanOrEqual(30)
      }
    }), { numRuns: 200 })
  })
})
