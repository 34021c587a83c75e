import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Survey } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { isOpen, type Invitation } from './invitation'
import { addDays, checkRequest, defaultSurvey, emailOf, languageFor, type Recipient, type RequestFacts } from './request'

const now = new Date('2026-11-22T05:00:00Z')
const survey: Survey = {
  v: 4, id: 'a1', status: 'active', draft: afterDeal, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content: { ...afterDeal, notBeforeDays: 90 } },
  form: { id: 3, sec: 'abc', made: 'api', verifiedAt: null }, plan: null
}
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
    expect(checkRequest(facts)).toEqual({ refusal: null, overridable: false, unchecked: [] })
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
    ['90 days ago', asked(invitation({ sentAt: '2026-08-24T05:00:00Z' })), undefined],
    ['a second less', asked(invitation({ sentAt: '2026-08-24T05:00:01Z' })), 'askedRecently'],
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
    expect(checkRequest({ ...facts, ...asked(older, newer) }).refusal).toEqual({ code: 'askedRecently', until: '2027-02-08T05:00:00.000Z', last: newer })
  })

  it('takes the later of both dates', () => {
    expect(checkRequest({ ...facts, ...person({ notBefore: '2028-01-01' }), ...asked(invitation()) }).refusal).toMatchObject({ until: '2028-01-01' })
    expect(checkRequest({ ...facts, ...person({ notBefore: '2026-12-01' }), ...asked(invitation()) }).refusal).toMatchObject({ until: '2027-02-08T05:00:00.000Z' })
    expect(checkRequest({ ...facts, ...person({ notBefore: '2026-12-01' }) }).refusal).toEqual({ code: 'askedRecently', until: '2026-12-01', last: null })
  })

  it('may be overridden only when somebody was asked recently', () => {
    expect(checkRequest({ ...facts, ...asked(invitation()) }).overridable).toBe(true)
    for (const change of [person({ optedOut: true }), person({ emails: [] }), asked(invitation({ expiresAt: null })), { survey: null }]) {
      expect(checkRequest({ ...facts, ...change }).overridable).toBe(false)
    }
  })

  it('says what could not be looked at', () => {
    expect(checkRequest({ ...facts, invitations: { seen: false } })).toEqual({ refusal: null, overridable: false, unchecked: ['invitations'] })
    expect(checkRequest({ ...facts, recipient: { seen: false } }).unchecked).toEqual(['recipient'])
  })
})

describe('the company of a person', () => {
  const acme: Recipient = { ...anna, kind: 'company', id: 4, name: 'Acme', emails: [] }
  it.each<[string, Partial<RequestFacts>, Partial<Recipient>, unknown]>([
    ['wants no mail', {}, { optedOut: true }, { code: 'optedOut', recipient: { ...acme, optedOut: true } }],
    ['is not to be asked yet', {}, { notBefore: '2026-12-01' }, { code: 'askedRecently', until: '2026-12-01', last: null, company: { ...acme, notBefore: '2026-12-01' } }],
    ['may be asked again', {}, { notBefore: '2026-11-22' }, null],
    ['has the earlier date', person({ notBefore: '2027-01-01' }), { notBefore: '2026-12-01' }, { code: 'askedRecently', until: '2027-01-01', last: null }]
  ])('%s', (_, change, company, refusal) => {
    expect(checkRequest({ ...facts, ...change, company: { ...acme, ...company } }).refusal).toEqual(refusal)
  })
})

describe('whatever is known', () => {
  const day = fc.option(fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }).map(date => date.toISOString()))
  const said = fc.record({ notBefore: day, optedOut: fc.boolean() })
  const earlier = fc.array(fc.record({
    sentAt: day, answered: fc.boolean(), test: fc.boolean(), state: fc.constantFrom('to_send' as const, 'sent' as const, 'failed' as const, 'cancelled' as const), expiresAt: day
  }).map(more => invitation(more)), { maxLength: 4 })

  it('nobody is asked against a wish or before a date, and every refusal says until when', () => {
    fc.assert(fc.property(said, fc.option(said), earlier, (ofPerson, ofCompany, invitations) => {
      const company = ofCompany && { ...anna, ...ofCompany, kind: 'company' as const, id: 4 }
      const { refusal, overridable } = checkRequest({ ...facts, ...person(ofPerson), ...asked(...invitations), company })
      const ahead = (iso: string | null): boolean => iso !== null && Date.parse(iso) > now.getTime()
      const refuses = ofPerson.optedOut || ofCompany?.optedOut === true
      const real = invitations.filter(({ test }) => !test)
      const rested = real.every(({ sentAt }) => sentAt === null || !ahead(addDays(sentAt, 90)))
      const free = !refuses && rested && !ahead(ofPerson.notBefore) && !ahead(ofCompany?.notBefore ?? null) && !real.some(one => isOpen(one, now))
      expect(refusal === null).toBe(free)
      if (refuses) expect(refusal?.code).toBe('optedOut')
      if (refusal?.code === 'askedRecently') expect(ahead(refusal.until)).toBe(true)
      expect(overridable).toBe(refusal?.code === 'askedRecently')
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
