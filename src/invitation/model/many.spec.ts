import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHUNK, dayAfter, dueToday, markIn, markText, partsOf, ticketIds, ticketText } from './campaign'
import { dayCounts, dryRun, isMeant, personKey, type Candidate, type ManyFacts } from './many'
import type { Invitation } from './invitation'
import type { Survey } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'

const NOW = new Date('2026-03-02T09:00:00Z')
const TODAY = '2026-03-02'
const survey = (id: string, pipelines: number[] = []): Survey => ({
  v: 3, id, status: 'active', draft: afterDeal, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content: { ...afterDeal, pipelines } },
  form: { id: 5, sec: 'abc' }, plan: null
} as unknown as Survey)

const client = (id: number, emails: string[], more: Partial<NonNullable<Candidate['person']>> = {}): Candidate => ({
  person: { kind: 'contact', id, name: `Client ${id}`, emails, lang: null, notBefore: null, optedOut: false, ...more },
  deal: { id: 100 + id, title: `Deal ${id}`, pipeline: 0 }, company: null, lastGroup: null, lastAt: null
})
const invitationOf = (contactId: number, state: Invitation['state'], sentAt: string): Invitation => ({
  id: 1, token: 't', state, why: '', survey: 's', version: 1, channel: 'email', lang: 'en', askedBy: 1, createdAt: sentAt, sentAt, expiresAt: '2026-03-20T00:00:00Z',
  reminders: 0, dealId: null, contactId, companyId: null, by: 'duty', answered: false, test: false
})
const facts = (candidates: Candidate[], more: Partial<ManyFacts> = {}): ManyFacts => ({
  candidates, invitations: { seen: true, value: [] }, surveys: [survey('s')], surveyId: null, portalLang: 'en', employees: new Set(), now: NOW, today: TODAY,
  perDay: 1_000, sentToday: 0, lastDay: 13, ...more
})
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
    ['the mailbox has sent all it may', ['asked', 'mailboxFull'], { perDay: 2, sentToday: 1, lastDay: 0 }, [client(1, ['a@example.com']), client(2, ['b@example.com'])]],
    ['more was sent today than allowed', ['mailboxFull'], { perDay: 2, sentToday: 9, lastDay: 0 }, [client(1, ['a@example.com'])]]
  ])('%s', (_, expected, more, candidates) => {
    expect(codes(more, ...candidates)).toEqual(expected)
  })

  it('a refused namesake does not block the address', () => {
    expect(codes({}, client(1, ['a@example.com'], { optedOut: true }), client(2, ['a@example.com']))).toEqual(['optedOut', 'asked'])
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
    const { asked } = dryRun(facts(Array.from({ length: 7 }, (_, id) => client(id + 1, [`c${id}@example.com`])), { perDay: 3, sentToday: 1 }))
    expect(dayCounts(asked)).toEqual([{ day: '2026-03-02', count: 2 }, { day: '2026-03-03', count: 3 }, { day: '2026-03-04', count: 2 }])
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
        const { asked, notAsked } = dryRun(facts(candidates, { perDay, sentToday, lastDay, employees: new Set(['c@x.io']) }))
        expect(asked.length + notAsked.length).toBe(candidates.length)
        expect(notAsked.every(({ refusal }) => refusal.code.length > 0)).toBe(true)
        expect(new Set(asked.map(({ candidate: { person } }) => personKey(person))).size).toBe(asked.length)
        expect(new Set(asked.map(({ email }) => email.toLowerCase())).size).toBe(asked.length)
        for (const { candidate: { person }, email } of asked) {
          expect([person.optedOut, person.notBefore === '2026-05-01', email.toLowerCase() === 'c@x.io']).toEqual([false, false, false])
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
    ['never', client(1, [], { notBefore: '2025-01-01' }), [], false], ['critics', one, [], false], ['critics', { ...one, lastGroup: 'low' as const }, [], true]
  ] as const)('%s', (who, candidate, asked, meant) => {
    expect(isMeant(candidate, who, new Set(asked))).toBe(meant)
  })
})

describe('a campaign', () => {
  it('is read from what it wrote', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z0-9]{8}$/), fc.integer({ min: 0, max: 99_999 }), (id, perDay) => {
      expect(markIn(markText({ id, perDay, day: TODAY }))).toEqual({ id, perDay, day: TODAY })
    }))
    expect(markIn('{"survey":"x"}')).toBeNull()
  })

  it('tickets name their invitations and nothing else is a ticket', () => {
    expect(ticketIds(ticketText([3, 14, 15]))).toEqual([3, 14, 15])
    expect(['✉ …', '✉ ', 'Hello', '✉ 1,x'].map(ticketIds)).toEqual([null, null, null, null])
  })

  it('never sends more on a day than allowed, however often it is interrupted and gone on with', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 7 }),
      fc.array(fc.record({ wait: fc.integer({ min: 0, max: 2 }), stopAfter: fc.integer({ min: 0, max: 9 }) }), { maxLength: 40 }),
      (count, perDay, openings) => {
        let waiting = Array.from({ length: count }, (_, id) => ({ id, perDay, day: dayAfter(TODAY, Math.floor(id / perDay)) }))
        const sent = new Map<string, number>()
        let today = TODAY
        for (const { wait, stopAfter } of openings) {
          today = dayAfter(today, wait)
          const due = dueToday(waiting, today, sent.get(today) ?? 0).slice(0, stopAfter)
          expect(due.every(({ day }) => day <= today)).toBe(true)
          sent.set(today, (sent.get(today) ?? 0) + due.length)
          waiting = waiting.filter(one => !due.includes(one))
        }
        for (const onDay of sent.values()) expect(onDay).toBeLessThanOrEqual(perDay)
      }))
  })

  it('fits a delivery into one request', () => {
    expect(2 + CHUNK * 3).toBeLessThanOrEqual(50)
    expect(partsOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
    expect(partsOf([], 2)).toEqual([])
  })
})
