import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Survey, SurveyContent } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { isOpen, type Invitation } from './invitation'
import { addDays, checkRequest, defaultSurvey, emailOf, languageFor, type Recipient, type RequestFacts } from './request'

const now = new Date('2026-11-22T05:00:00Z')
const survey: Survey = {
  v: 4, id: 'a1', status: 'active', draft: afterDeal, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content: { ...afterDeal, notBeforeDays: 90 } },
  form: { id: 3, sec: 'abc', made: 'api', verifiedAt: null }, plan: null
}
const withContent = (more: Partial<SurveyContent>): Survey =>
  ({ ...survey, published: { ...survey.published!, content: { ...survey.published!.content, ...more } } })
const anna: Recipient = { kind: 'contact', id: 6, name: 'Anna', emails: ['anna@example.com'], lang: 'ru', notBefore: null, optedOut: false }
const invitation = (more: Partial<Invitation> = {}): Invitation => ({
  id: 50, token: 'a'.repeat(32), state: 'sent', why: '', survey: 'a1', version: 1, channel: 'email', lang: 'ru', askedBy: 10, createdAt: '2026-11-10T05:00:00Z',
  sentAt: '2026-11-10T05:00:00Z', expiresAt: '2026-11-20T05:00:00Z', reminders: 0, dealId: 5, contactId: 6, companyId: null, by: 'duty', answered: false,
  test: false, ...more
})
const facts: RequestFacts = {
  deal: { seen: true, value: { id: 5, title: 'Kitchen', pipeline: 0, record: null } }, recipient: { seen: true, value: anna }, invitations: { seen: true, value: [] }, survey, now
}
const asked = (...list: Invitation[]): Partial<RequestFacts> => ({ invitations: { seen: true, value: list } })
const person = (more: Partial<Recipient>): Partial<RequestFacts> => ({ recipient: { seen: true, value: { ...anna, ...more } } })

describe('checkRequest', () => {
  it('lets an ordinary request pass', () => {
    expect(checkRequest(facts)).toEqual({ refusal: null, also: [], overridable: false, unchecked: [] })
  })

  it.each<[string, Partial<RequestFacts>, string | undefined]>([
    ['deal not seen', { deal: { seen: false } }, 'dealMissing'],
    ['a deal that is a record of ours', { deal: { seen: true, value: { id: 5, title: 'Kitchen', pipeline: 3, record: { dealId: 4 } } } }, 'ownRecord'],
    ['no survey', { survey: null }, 'noActiveSurvey'],
    ['paused', { survey: { ...survey, status: 'paused' } }, 'noActiveSurvey'],
    ['never published', { survey: { ...survey, published: null } }, 'noActiveSurvey'],
    ['no form', { survey: { ...survey, form: null } }, 'noActiveSurvey'],
    ['client not seen', { recipient: { seen: false } }, 'noRight'],
    ['no client', { recipient: { seen: true, value: null } }, 'noClient'],
    ['no address', person({ emails: [] }), 'noEmail'],
    ['blank address', person({ emails: [' '] }), 'noEmail'],
    ['no address that can be one', person({ emails: ['', 'anna@', 'none'] }), 'invalidEmail'],
    ['the second address is good', person({ emails: ['anna@', 'anna@example.com'] }), undefined],
    ['opted out', person({ optedOut: true }), 'optedOut'],
    ['open invitation', asked(invitation({ expiresAt: '2026-12-01T00:00:00Z' })), 'alreadyInvited'],
    ['being sent', asked(invitation({ state: 'sending', sentAt: null, expiresAt: null })), 'alreadyInvited'],
    ['expired, but asked 12 days ago', asked(invitation()), 'askedRecently'],
    ['answered 12 days ago', asked(invitation({ answered: true })), 'askedRecently'],
    ['cancelled after it went out', asked(invitation({ state: 'cancelled' })), 'askedRecently'],
    ['cancelled before it went out', asked(invitation({ state: 'cancelled', sentAt: null })), undefined],
    ['failed', asked(invitation({ state: 'failed', sentAt: null })), undefined],
    ['only a test', asked(invitation({ test: true, expiresAt: null })), undefined],
    ['a date that is none', asked(invitation({ sentAt: 'yesterday' })), undefined],
    ['90 days ago, by the calendar', asked(invitation({ sentAt: '2026-08-24T23:59:59Z' })), undefined],
    ['a second less', asked(invitation({ sentAt: '2026-08-25T00:00:00Z' })), 'askedRecently'],
    ['90 days ago where the portal is', { ...asked(invitation({ sentAt: '2026-08-24T18:59:59Z' })), offset: 300 }, undefined],
    ['a second less there', { ...asked(invitation({ sentAt: '2026-08-24T19:00:00Z' })), offset: 300 }, 'askedRecently'],
    ['not before, still to come', person({ notBefore: '2026-11-23' }), 'askedRecently'],
    ['not before, past', person({ notBefore: '2026-11-22' }), undefined],
    ['not before, unreadable', person({ notBefore: 'soon' }), undefined],
    ['opted out goes before all dates', { ...person({ optedOut: true, notBefore: '2027-01-01' }), ...asked(invitation()) }, 'optedOut']
  ])('%s → %s', (_, change, code) => {
    expect(checkRequest({ ...facts, ...change }).refusal?.code).toBe(code)
  })

  it('says until when, and who asked last', () => {
    const older = invitation({ id: 40, sentAt: '2026-10-01T05:00:00Z', askedBy: 9 })
    const newer = invitation({ id: 39, sentAt: '2026-11-10T05:00:00Z', askedBy: 10 })
    expect(checkRequest({ ...facts, ...asked(older, newer) }).refusal).toEqual({ code: 'askedRecently', until: '2027-02-08', last: newer })
  })

  it('takes the later of both dates', () => {
    expect(checkRequest({ ...facts, ...person({ notBefore: '2028-01-01' }), ...asked(invitation()) }).refusal).toMatchObject({ until: '2028-01-01' })
    expect(checkRequest({ ...facts, ...person({ notBefore: '2026-12-01' }), ...asked(invitation()) }).refusal).toMatchObject({ until: '2027-02-08' })
    expect(checkRequest({ ...facts, ...person({ notBefore: '2026-12-01' }) }).refusal).toEqual({ code: 'askedRecently', until: '2026-12-01', last: null })
  })

  it('may be overridden only when somebody was asked recently', () => {
    expect(checkRequest({ ...facts, ...asked(invitation()) }).overridable).toBe(true)
    for (const change of [person({ optedOut: true }), person({ emails: [] }), asked(invitation({ expiresAt: null })), { survey: null }]) {
      expect(checkRequest({ ...facts, ...change }).overridable).toBe(false)
    }
  })

  it('says what could not be looked at', () => {
    expect(checkRequest({ ...facts, invitations: { seen: false } })).toEqual({ refusal: null, also: [], overridable: false, unchecked: ['invitations'] })
    expect(checkRequest({ ...facts, survey: withContent({ companyDays: 1 }), ofCompany: { seen: false }, mailbox: { seen: false } }).unchecked).toEqual(['company', 'mailbox'])
    expect(checkRequest({ ...facts, ofCompany: { seen: false } }).unchecked).toEqual([])
    expect(checkRequest({ ...facts, recipient: { seen: false } }).unchecked).toEqual(['recipient'])
  })
})

const acme: Recipient = { ...anna, kind: 'company', id: 4, name: 'Acme', emails: [] }

describe('the company of a person', () => {
  it.each<[string, Partial<RequestFacts>, Partial<Recipient>, unknown]>([
    ['wants no mail', {}, { optedOut: true }, { code: 'optedOut', recipient: { ...acme, optedOut: true } }],
    ['is not to be asked yet', {}, { notBefore: '2026-12-01' }, { code: 'askedRecently', until: '2026-12-01', last: null, company: { ...acme, notBefore: '2026-12-01' } }],
    ['may be asked again', {}, { notBefore: '2026-11-22' }, null],
    ['has the earlier date', person({ notBefore: '2027-01-01' }), { notBefore: '2026-12-01' }, { code: 'askedRecently', until: '2027-01-01', last: null }]
  ])('%s', (_, change, company, refusal) => {
    expect(checkRequest({ ...facts, ...change, company: { ...acme, ...company } }).refusal).toEqual(refusal)
  })

  const withPause = (companyDays: number, ...ofCompany: Invitation[]): Partial<RequestFacts> => ({
    survey: withContent({ companyDays }), company: acme, ofCompany: { seen: true, value: ofCompany }
  })
  const colleague = invitation({ id: 51, contactId: 7, companyId: 4 })

  it.each<[string, Partial<RequestFacts>, unknown]>([
    ['no pause, no rule', withPause(0, colleague), null],
    ['a colleague was asked 12 days ago', withPause(14, colleague), { code: 'askedRecently', until: '2026-11-24', last: colleague, company: acme }],
    ['14 days ago', withPause(12, colleague), null],
    ['is being asked in this moment', withPause(3, { ...colleague, state: 'sending', sentAt: null, createdAt: '2026-11-22T04:59:00Z' }), { code: 'askedRecently', until: '2026-11-25' }],
    ['was to be asked, and it was taken back', withPause(30, { ...colleague, state: 'cancelled', sentAt: null }), null],
    ['was asked and it was taken back', withPause(30, { ...colleague, state: 'cancelled' }), { code: 'askedRecently', until: '2026-12-10' }],
    ['tried the survey out', withPause(30, { ...colleague, test: true }), null],
    ['the person’s own pause is the longer one', { ...withPause(14, colleague), ...person({ notBefore: '2027-01-01' }) }, { code: 'askedRecently', until: '2027-01-01', last: null }],
    ['the company’s is the longer one', { ...withPause(60, colleague), ...person({ notBefore: '2026-12-01' }) }, { code: 'askedRecently', until: '2027-01-09', company: acme }],
    ['a company without people: itself', { ...withPause(60, colleague), company: null, recipient: { seen: true, value: { ...acme, emails: ['a@acme.io'] } } }, { code: 'askedRecently', until: '2027-01-09' }]
  ])('%s', (_, change, refusal) => {
    const verdict = checkRequest({ ...facts, ...change })
    if (refusal === null) expect(verdict.refusal).toBeNull()
    else expect(verdict.refusal).toMatchObject(refusal as object)
    expect(verdict.overridable).toBe(refusal !== null)
  })
})

describe('the mailbox', () => {
  const used = (count: number, mailsPerDay = 100): Partial<RequestFacts> => ({
    survey: withContent({ mailsPerDay }), mailbox: { seen: true, value: { address: 'ask@acme.io', used: count } }
  })

  it.each<[string, Partial<RequestFacts>, unknown]>([
    ['has room for one', used(99), null],
    ['is full until tomorrow', used(100), { code: 'mailboxFull', from: '2026-11-23', mailbox: 'ask@acme.io', limit: 100 }],
    ['tomorrow by the portal’s clock', { ...used(1, 1), now: new Date('2026-11-22T23:30:00Z'), offset: 60 }, { code: 'mailboxFull', from: '2026-11-24', mailbox: 'ask@acme.io', limit: 1 }],
    ['sends no text message', { ...used(100), channel: 'sms' }, null],
    ['could not be looked at', { mailbox: { seen: false } }, null]
  ])('%s', (_, change, refusal) => {
    expect(checkRequest({ ...facts, ...change }).refusal).toEqual(refusal)
  })

  it('lets only an administrator send more, with a reason', () => {
    expect(checkRequest({ ...facts, ...used(100) }).overridable).toBe(false)
    expect(checkRequest({ ...facts, ...used(100), mayExceed: true }).overridable).toBe(true)
  })

  it('is said along with a pause that the same reason would override', () => {
    const both = { ...facts, ...used(100), ...person({ notBefore: '2027-01-01' }) }
    expect(checkRequest(both)).toMatchObject({ refusal: { code: 'askedRecently' }, also: [{ code: 'mailboxFull' }], overridable: false })
    expect(checkRequest({ ...both, mayExceed: true }).overridable).toBe(true)
    expect(checkRequest({ ...both, mayExceed: true, ...person({ optedOut: true }) })).toMatchObject({ refusal: { code: 'optedOut' }, also: [], overridable: false })
  })
})

describe('whatever is known', () => {
  const day = fc.option(fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }).map(date => date.toISOString()))
  const said = fc.record({ notBefore: day, optedOut: fc.boolean() })
  const earlier = fc.array(fc.record({
    sentAt: day, answered: fc.boolean(), test: fc.boolean(), state: fc.constantFrom('to_send' as const, 'sent' as const, 'failed' as const, 'cancelled' as const), expiresAt: day
  }).map(more => invitation(more)), { maxLength: 4 })
  const today = '2026-11-22'

  it('nobody is asked against a wish, before a date or too often, and every refusal says until when', () => {
    fc.assert(fc.property(said, fc.option(said), earlier, earlier, fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4 }),
      (ofPerson, ofCompany, invitations, colleagues, companyDays, used) => {
        const company = ofCompany && { ...acme, ...ofCompany }
        const { refusal, also, overridable } = checkRequest({
          ...facts, ...person(ofPerson), ...asked(...invitations), company, survey: withContent({ companyDays, mailsPerDay: 3 }),
          ofCompany: { seen: true, value: colleagues }, mailbox: { seen: true, value: { address: '', used } }
        })
        const ahead = (iso: string | null): boolean => iso !== null && iso.slice(0, 10) > today
        const refuses = ofPerson.optedOut || ofCompany?.optedOut === true
        const real = invitations.filter(({ test }) => !test)
        const began = ({ state, sentAt, createdAt }: Invitation): string | null => sentAt ?? (state === 'to_send' ? createdAt : null)
        const rested = (list: Invitation[], days: number): boolean => list.every(one => began(one) === null || !ahead(addDays(`${began(one)!.slice(0, 10)}T00:00:00Z`, days)))
        const companyRests = ofCompany === null || companyDays === 0 || rested(colleagues.filter(({ test }) => !test), companyDays)
        const free = !refuses && rested(real, 90) && !ahead(ofPerson.notBefore) && !ahead(ofCompany?.notBefore ?? null) && !real.some(one => isOpen(one, now))
          && companyRests && used < 3
        expect(refusal === null).toBe(free)
        if (refuses) expect(refusal?.code).toBe('optedOut')
        for (const one of [refusal, ...also]) {
          if (one?.code === 'askedRecently') expect(ahead(one.until)).toBe(true)
          if (one?.code === 'mailboxFull') expect(one.from).toBe('2026-11-23')
        }
        expect(overridable).toBe(refusal?.code === 'askedRecently' && used < 3)
      }))
  })
})

describe('e-mail addresses', () => {
  it.each<[string[], string | null]>([[[], null], [['x'], null], [['x', ' a@b.de '], 'a@b.de'], [['a@b.de', 'c@d.ef'], 'a@b.de']])('of %o takes %s', (emails, email) => {
    expect(emailOf({ emails })).toBe(email)
  })
})

describe('languageFor', () => {
  it.each<[(string | null)[], string]>([[['ru', 'en'], 'ru'], [[null, 'en'], 'en'], [['kz', 'ru'], 'ru'], [['kz'], 'de'], [[], 'de']])('%o → %s', (wanted, lang) => {
    expect(languageFor(['en', 'ru', 'de'], wanted, 'de')).toBe(lang)
  })
})

describe('defaultSurvey', () => {
  it('is the first that can be sent', () => {
    const list: Survey[] = [{ ...survey, id: 'p', status: 'paused' }, { ...survey, id: 'u', published: null }, { ...survey, id: 'f', form: null }, survey]
    expect(defaultSurvey(list, 0)?.id).toBe('a1')
    expect(defaultSurvey(list.slice(0, 3), 0)).toBeNull()
  })

  const claiming = (id: string, ...pipelines: number[]): Survey => {
    const published = { ...survey.published!, content: { ...survey.published!.content, pipelines } }
    return { ...survey, id, published }
  }
  it.each<[string, Survey[], number | null, string | null]>([
    ['the one that claims the pipeline, before one that claims none', [claiming('free'), claiming('own', 3, 4)], 4, 'own'],
    ['of two that claim it the first', [claiming('one', 4), claiming('two', 4)], 4, 'one'],
    ['the pipeline of all deals has the number 0', [claiming('free'), claiming('own', 0)], 0, 'own'],
    ['a claim that is paused counts for nothing', [{ ...claiming('own', 4), status: 'paused' }, claiming('free')], 4, 'free'],
    ['else the first that claims none', [claiming('other', 3), claiming('free'), claiming('free2')], 4, 'free'],
    ['else the first at all', [claiming('other', 3), claiming('another', 5)], 4, 'other'],
    ['a deal that is not seen is in no pipeline', [claiming('own', 0), claiming('free')], null, 'free'],
    ['nothing where there is nothing', [], 4, null]
  ])('%s', (_, list, pipeline, expected) => {
    expect(defaultSurvey(list, pipeline)?.id ?? null).toBe(expected)
  })
})

describe('addDays', () => {
  it('adds whole days of 24 hours', () => {
    expect(addDays('2026-11-22T10:00:00+05:00', 30)).toBe('2026-12-22T05:00:00.000Z')
  })
})
