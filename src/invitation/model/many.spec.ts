import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apart, CHUNK, dayAfter, daysBetween, markIn, markText, partsOf, ticketIn, ticketText } from './campaign'
import { isUnfinished, type Invitation } from './invitation'
import { bookedDays, dayCounts, dryRun, isMeant, personKey, type Candidate, type ManyFacts } from './many'
import type { Lang, Survey, SurveyContent } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'

const NOW = new Date('2026-03-02T09:00:00Z')
const TODAY = '2026-03-02'
const survey = (id: string, pipelines: number[] = [], more: Partial<SurveyContent> = {}): Survey => ({
  v: 4, id, status: 'active', draft: afterDeal, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content: { ...afterDeal, mailsPerDay: 1_000, pipelines, ...more } },
  form: { id: 5, sec: 'abc' }, plan: null
} as unknown as Survey)

const client = (id: number, emails: string[], more: Partial<NonNullable<Candidate['person']>> = {}): Candidate => ({
  person: { kind: 'contact', id, name: `Client ${id}`, emails, lang: null, notBefore: null, optedOut: false, ...more },
  deal: { id: 100 + id, title: `Deal ${id}`, pipeline: 0 }, company: null, phone: null, lastGroup: null, lastAt: null
})
const invitationOf = (contactId: number, state: Invitation['state'], sentAt: string): Invitation => ({
  id: 1, token: 't', state, why: '', survey: 's', version: 1, channel: 'email', lang: 'en', askedBy: 1, createdAt: sentAt, sentAt, expiresAt: '2026-03-20T00:00:00Z',
  reminders: 0, dealId: null, contactId, companyId: null, by: 'duty', answered: false, test: false
})
const facts = (candidates: Candidate[], more: Partial<ManyFacts> = {}): ManyFacts => ({
  candidates, invitations: { seen: true, value: [] }, surveys: [survey('s')], surveyId: null, portalLang: 'en', employees: new Set(), now: NOW, today: TODAY,
  offset: 0, sender: ME, perDay: 1_000, booked: new Map(), lastDay: 13, byProcesses: false, ...more
})
const ME = { id: 7, email: 'Me@acme.io' }
/** what leaves the own mailbox today */
const leaving = (count: number): ManyFacts['booked'] => new Map([['me@acme.io', new Map([[TODAY, count]])]])
const acme = { id: 7, name: 'Acme', optedOut: false, notBefore: null }
const pausing = [survey('s', [], { companyDays: 30 })]
const withSms = [survey('s', [], { asking: { ...afterDeal.asking, sms: { ru: 'Оцените нас' } } })]
const codes = (more: Partial<ManyFacts>, ...candidates: Candidate[]): string[] => {
  const { asked, notAsked } = dryRun(facts(candidates, more))
  return candidates.map(candidate => notAsked.find(one => one.candidate === candidate)?.refusal.code
    ?? (asked.some(({ candidate: { person } }) => person === candidate.person) ? 'asked' : 'lost'))
}

describe('a dry run', () => {
  it.each<[string, string[], Partial<ManyFacts>, Candidate[]]>([
    ['nobody speaks against', ['asked'], {}, [client(1, ['a@example.com'])]],
    ['a client who may not be seen', ['noRight'], {}, [{ ...client(1, []), person: null }]],
    ['no address', ['noEmail'], {}, [client(1, [])]],
    ['an address that is none', ['invalidEmail'], {}, [client(1, ['olga at example'])]],
    ['an employee, whatever the letters', ['employeeAddress'], { employees: new Set(['boss@example.com']) }, [client(1, ['Boss@Example.com'])]],
    ['the same person about two deals', ['asked', 'sameTwice'], {}, [client(1, ['a@example.com']), client(1, ['a@example.com'])]],
    ['one address on two contacts', ['asked', 'sharedAddress'], {}, [client(1, ['a@example.com']), client(2, ['A@example.com'])]],
    ['who wants no questions', ['optedOut'], {}, [client(1, ['a@example.com'], { optedOut: true })]],
    ['asked lately', ['askedRecently'], {}, [client(1, ['a@example.com'], { notBefore: '2026-04-01' })]],
    ['asked already', ['alreadyInvited'], { invitations: { seen: true, value: [invitationOf(1, 'sent', '2026-03-01T00:00:00Z')] } }, [client(1, ['a@example.com'])]],
    ['waiting among others', ['alreadyInvited'], { invitations: { seen: true, value: [invitationOf(1, 'to_send', '2026-03-01T00:00:00Z')] } }, [client(1, ['a@example.com'])]],
    ['a company that wants no questions', ['companyOptedOut'], {},
      [{ ...client(1, ['a@example.com']), company: { id: 7, name: 'Acme', optedOut: true, notBefore: null } }]],
    ['a company asked lately', ['companyAskedRecently'], {},
      [{ ...client(1, ['a@example.com']), company: { id: 7, name: 'Acme', optedOut: false, notBefore: '2026-03-03' } }]],
    ['a company whose time is over', ['asked'], {},
      [{ ...client(1, ['a@example.com']), company: { id: 7, name: 'Acme', optedOut: false, notBefore: '2026-03-01' } }]],
    ['no survey', ['noActiveSurvey'], { surveys: [] }, [client(1, ['a@example.com'])]],
    ['the mailbox has sent all it may', ['asked', 'mailboxFull'], { perDay: 2, booked: leaving(1), lastDay: 0 }, [client(1, ['a@example.com']), client(2, ['b@example.com'])]],
    ['the survey allows less than the person', ['asked', 'mailboxFull'], { surveys: [survey('s', [], { mailsPerDay: 1 })], lastDay: 0 },
      [client(1, ['a@example.com']), client(2, ['b@example.com'])]],
    ['one of a company at a time', ['asked', 'sameCompany'], { surveys: pausing },
      [{ ...client(1, ['a@example.com']), company: acme }, { ...client(2, ['b@example.com']), company: acme }]],
    ['somebody of the company was asked lately', ['companyAskedRecently'],
      { surveys: pausing, invitations: { seen: true, value: [{ ...invitationOf(9, 'sent', '2026-02-20T00:00:00Z'), companyId: 7, answered: true }] } },
      [{ ...client(1, ['a@example.com']), company: acme }]],
    ['no address, but a number, where the app sends', ['noEmail'], { surveys: withSms }, [{ ...client(1, []), phone: '+77010000000' }]],
    ['no address, but a number, where processes send', ['asked'], { surveys: withSms, byProcesses: true }, [{ ...client(1, []), phone: '+77010000000' }]],
    ['a number, and no words for a text message', ['noEmail'], { byProcesses: true }, [{ ...client(1, []), phone: '+77010000000' }]],
    ['no number either', ['noEmail'], { surveys: withSms, byProcesses: true }, [client(1, [])]],
    ['a number, of who wants no questions', ['optedOut'], { surveys: withSms, byProcesses: true }, [{ ...client(1, [], { optedOut: true }), phone: '+77010000000' }]],
    ['more was sent today than allowed', ['mailboxFull'], { perDay: 2, booked: leaving(9), lastDay: 0 }, [client(1, ['a@example.com'])]]
  ])('%s', (_, expected, more, candidates) => {
    expect(codes(more, ...candidates)).toEqual(expected)
  })

  it('what one card says about an address counts for the other cards that have it', () => {
    const [one, two] = [client(1, ['a@example.com']), client(2, ['A@example.com'])]
    expect(codes({}, client(1, ['a@example.com'], { optedOut: true }), two)).toEqual(['optedOut', 'optedOut'])
    expect(codes({}, client(1, ['a@example.com'], { notBefore: '2026-04-01' }), two)).toEqual(['askedRecently', 'askedRecently'])
    expect(codes({ invitations: { seen: true, value: [invitationOf(2, 'sent', '2026-03-01T00:00:00Z')] } }, one, two)).toEqual(['alreadyInvited', 'alreadyInvited'])
  })

  it('a card that cannot be asked for another reason does not block the address', () => {
    expect(codes({ employees: new Set(['b@example.com']) }, client(1, ['b@example.com', 'a@example.com']), client(2, ['a@example.com']))).toEqual(['employeeAddress', 'asked'])
  })

  it('takes the survey of the deal\'s pipeline unless one is chosen', () => {
    const deal = { ...client(1, ['a@example.com']), deal: { id: 1, title: '', pipeline: 4 } }
    const surveys = [survey('s'), survey('four', [4])]
    expect(dryRun(facts([deal], { surveys })).asked[0]!.survey.id).toBe('four')
    expect(dryRun(facts([deal], { surveys, surveyId: 's' })).asked[0]!.survey.id).toBe('s')
  })

  it('says when invitations could not be looked at', () => {
    expect(dryRun(facts([client(1, ['a@example.com'])], { invitations: { seen: false } })).unchecked).toEqual(['invitations'])
  })

  it('spreads over days', () => {
    const { asked } = dryRun(facts(Array.from({ length: 7 }, (_, id) => client(id + 1, [`c${id}@example.com`])), { perDay: 3, booked: leaving(1) }))
    expect(dayCounts(asked)).toEqual([{ day: '2026-03-02', count: 2 }, { day: '2026-03-03', count: 3 }, { day: '2026-03-04', count: 2 }])
  })

  it('spreads behind what is planned already, by mailbox, and no message is a mail', () => {
    const people = Array.from({ length: 5 }, (_, id) => client(id + 1, [`c${id}@example.com`]))
    const booked = new Map([['me@acme.io', new Map([[TODAY, 2], ['2026-03-03', 1]])], ['other@acme.io', new Map([[TODAY, 9]])]])
    const byPhone = { ...client(9, []), phone: '+77010000000' }
    const { asked } = dryRun(facts([...people, byPhone], { perDay: 2, booked, surveys: withSms, byProcesses: true }))
    expect(dayCounts(asked.slice(0, 5))).toEqual([{ day: '2026-03-03', count: 1 }, { day: '2026-03-04', count: 2 }, { day: '2026-03-05', count: 2 }])
    expect(asked[5]).toMatchObject({ channel: 'sms', address: '+77010000000', day: TODAY })
  })

  it('a day is a day of the calendar: nothing is lost or doubled where clocks are changed', () => {
    // Europe goes to summer time on 29 March 2026, back on 25 October
    for (const today of ['2026-03-27', '2026-10-23']) {
      const { asked } = dryRun(facts(Array.from({ length: 6 }, (_, id) => client(id + 1, [`c${id}@example.com`])), { perDay: 1, today }))
      const days = asked.map(({ day }) => day)
      expect([new Set(days).size, daysBetween(days[0]!, days[5]!)]).toEqual([6, 5])
      expect(days.map(day => daysBetween(today, day))).toEqual([0, 1, 2, 3, 4, 5])
    }
  })

  it('asks before the time is over with a reason in writing, and against a wish with none', () => {
    const early = client(1, ['a@example.com'], { notBefore: '2026-04-01' })
    const unwilling = client(2, ['b@example.com'], { optedOut: true, notBefore: '2026-04-01' })
    const colleagues = [{ ...client(3, ['c@example.com']), company: acme }, { ...client(4, ['d@example.com']), company: acme }]
    const reasons = new Map(['contact 1', 'contact 2', 'contact 3', 'contact 4'].map(key => [key, 'Asked me to']))
    const { asked, notAsked } = dryRun(facts([early, unwilling, ...colleagues], { reasons, surveys: pausing }))
    expect(asked.map(({ candidate: { person }, reason }) => [person.id, reason])).toEqual([[1, 'Asked me to'], [3, ''], [4, 'Asked me to']])
    expect(notAsked).toMatchObject([{ refusal: { code: 'optedOut' }, overridable: false }])
    expect(dryRun(facts([early])).notAsked).toMatchObject([{ refusal: { code: 'askedRecently' }, overridable: true }])
  })

  it('writes in the language of the client, else of the deal, else of the portal, else of the survey', () => {
    const langs = (person: Lang | null, deal: Lang | null, portalLang: Lang): Lang | undefined => {
      const one = client(1, ['a@example.com'], { lang: person })
      return dryRun(facts([{ ...one, deal: { ...one.deal!, lang: deal } }], { portalLang, surveys: [survey('s', [], { langs: ['ru', 'en', 'de'], defaultLang: 'de' })] })).asked[0]?.lang
    }
    expect([langs('ru', 'en', 'en'), langs(null, 'ru', 'en'), langs('fr', null, 'en'), langs(null, 'fr', 'fr')]).toEqual(['ru', 'ru', 'en', 'de'])
  })

  it('says when the mailbox could not be counted', () => {
    expect(dryRun(facts([client(1, ['a@example.com'])], { booked: null })).unchecked).toEqual(['mailbox'])
  })

  it('asks nobody twice, no address twice, no day too often, and everybody is told apart', () => {
    const candidate = fc.record({
      id: fc.integer({ min: 1, max: 8 }), email: fc.constantFrom('', 'a@x.io', 'A@x.io', 'b@x.io', 'c@x.io', 'no address'), optedOut: fc.boolean(),
      notBefore: fc.constantFrom(null, '2026-02-01', '2026-05-01'), seen: fc.boolean()
    }).map(({ id, email, optedOut, notBefore, seen }) => {
      const one = client(id, email === '' ? [] : [email], { optedOut, notBefore })
      return seen ? one : { ...one, person: null }
    })
    const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max })
    fc.assert(fc.property(fc.array(candidate, { maxLength: 30 }), upTo(5), upTo(9), upTo(3),
      (candidates, perDay, sentToday, lastDay) => {
        const { asked, notAsked } = dryRun(facts(candidates, { perDay, booked: leaving(sentToday), lastDay, employees: new Set(['c@x.io']) }))
        expect(asked.length + notAsked.length).toBe(candidates.length)
        expect(notAsked.every(({ refusal }) => refusal.code.length > 0)).toBe(true)
        expect(new Set(asked.map(({ candidate: { person } }) => personKey(person))).size).toBe(asked.length)
        expect(new Set(asked.map(({ address }) => address.toLowerCase())).size).toBe(asked.length)
        for (const { candidate: { person }, address } of asked) {
          expect([person.optedOut, person.notBefore === '2026-05-01', address.toLowerCase() === 'c@x.io']).toEqual([false, false, false])
        }
        for (const { day, count } of dayCounts(asked)) expect(count).toBeLessThanOrEqual(day === TODAY ? Math.max(0, perDay - sentToday) : perDay)
        for (const { day } of asked) expect(day <= dayAfter(TODAY, lastDay)).toBe(true)
      }))
  })
})

describe('a segment', () => {
  const one = client(1, ['a@example.com'])
  it.each([
    ['all', one, [], true], ['never', one, [], true], ['never', one, ['contact 1'], false], ['never', { ...one, lastAt: '2026-01-01' }, [], false],
    ['never', client(1, [], { notBefore: '2025-01-01' }), [], false], ['critics', one, [], false], ['critics', { ...one, lastGroup: 'low' as const }, [], true],
    ['lost', { ...one, lastGroup: 'high' as const }, ['contact 1'], true]
  ] as const)('%s', (who, candidate, asked, meant) => {
    expect(isMeant(candidate, who, new Set(asked))).toBe(meant)
  })
})

describe('a campaign', () => {
  it('is read from what it wrote', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z0-9]{8}$/), fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 99 }), (id, perDay, days) => {
      const mark = { id, perDay, day: dayAfter(TODAY, days), days }
      expect(markIn(markText(mark))).toEqual(mark)
      // a process reads the days from there
      expect(Number(markText(mark).slice(14, 16))).toBe(days)
    }))
    expect(markIn('{"survey":"x"}')).toBeNull()
  })

  it('tickets name their invitations and nothing else is a ticket', () => {
    expect(ticketIn(ticketText([3, 14, 15]))).toEqual({ ids: [3, 14, 15], isLate: false })
    expect(ticketIn(ticketText([3, 14, 15], true))).toEqual({ ids: [3, 14, 15], isLate: true })
    expect(['✉ …', '✉ ', 'Hello', '✉ 1,x', '✉ …1'].map(ticketIn)).toEqual([null, null, null, null, null])
  })

  it('no two tickets that are kept name the same invitation, and none is named by a spare one alone that was there first', () => {
    fc.assert(fc.property(fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }), { maxLength: 9 }), lists => {
      const { kept, spare } = apart(lists.map((ids, id) => ({ id, ids })))
      const named = kept.flatMap(({ ids }) => ids)
      expect(new Set(named).size).toBe(named.length)
      for (const { id, ids } of spare) expect(kept.some(other => other.id < id && other.ids.some(one => ids.includes(one)))).toBe(true)
      expect(kept.length + spare.length).toBe(lists.length)
    }))
  })

  it('what waits counts for its mailbox on its day, and what was left over today', () => {
    const mark = (day: string) => ({ survey: 's', askedBy: 7, channel: 'email' as const, campaign: { id: 'aaaaaaaa', perDay: 5, day, days: 0 } })
    const waiting = [
      mark('2026-03-01'), mark(TODAY), mark('2026-03-04'), mark('2026-03-04'), { ...mark('2026-03-04'), channel: 'sms' as const }, { ...mark('2026-03-04'), survey: 'gone' },
      { ...mark('2026-03-04'), askedBy: 8 }
    ]
    const booked = bookedDays(new Map([['me@acme.io', 3]]), waiting, { surveys: [survey('s')], sender: ME, today: TODAY })
    expect([...booked!].map(([mailbox, days]) => [mailbox, Object.fromEntries(days)])).toEqual([
      ['me@acme.io', { [TODAY]: 4, '2026-03-04': 2 }], ['user 8', { '2026-03-04': 1 }]
    ])
    expect(bookedDays(null, waiting, { surveys: [], sender: ME, today: TODAY })).toBeNull()
  })

  it('one that a process sends on another day is not unfinished before that day', () => {
    const waiting = (days: number, hours: number): boolean => isUnfinished({
      state: 'to_send', by: 'engine', createdAt: '2026-03-02T09:00:00Z', campaign: { id: 'aaaaaaaa', perDay: 5, day: dayAfter(TODAY, days), days }
    }, new Date(Date.parse('2026-03-02T09:00:00Z') + hours * 3_600_000))
    expect([waiting(0, 0), waiting(0, 1), waiting(3, 71), waiting(3, 73)]).toEqual([false, true, false, true])
  })

  it('fits a delivery into one request', () => {
    expect(2 + CHUNK * 3).toBeLessThanOrEqual(50)
    expect(partsOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
    expect(partsOf([], 2)).toEqual([])
  })
})
