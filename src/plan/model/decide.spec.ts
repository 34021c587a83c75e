import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conditionHolds, decide, ownerOf, type Person, type PlanFacts } from './decide'
import { ANSWER_FLAGS, type Effect } from './effects'
import { standardPlan, type Condition, type Plan, type Rule } from './plan'
import { planTexts } from './texts'

const words = { low: { title: 'Call {client}: {score}', checklist: ['Call {client}'] }, other: { title: 'Read {client}: {score}', checklist: ['Read'] } }
const plan = standardPlan(words)
const texts = planTexts('en')
const person = (id: number, active = true): Person => ({ id, name: `Person ${id}`, active })
const neutral = (text: string): string => text.replaceAll('[', '［')

const base: PlanFacts = {
  answerId: 77,
  answeredAt: '2026-11-22T04:59:00.000Z',
  now: new Date('2026-11-22T05:00:00.000Z'),
  flag: null,
  group: 'low',
  metric: 'nps',
  value: 3,
  scaleMax: 10,
  score: 30,
  coefficient: 30,
  said: [{ question: 'How likely?', said: '3 / 10' }, { question: 'Why?', said: 'Late' }],
  surveyName: 'After a deal',
  channel: 'email',
  invitation: { id: 55, sentAt: '2026-11-20T05:00:00.000Z' },
  deal: { id: 5, title: 'Kitchen', stage: 'WON', pipeline: 2, sum: { amount: 900, currency: 'KZT' }, responsibleId: 11 },
  contact: { id: 6, name: 'Anna Petrova' },
  company: { id: 7, name: 'Acme' },
  askedBy: person(10),
  responsible: person(11),
  fallback: person(12),
  duty: person(13),
  supervisorOf: id => id === 10 ? person(20) : null,
  mayCreateFor: () => true,
  handlerId: 13,
  answerLink: '/marketplace/view/app/?params[answer]=77',
  cardLink: '/crm/type/1038/details/77/',
  neutral
}

const run = (change: Partial<PlanFacts> = {}, using: Plan = plan): Effect[] => decide(using, { ...base, ...change }, texts)
const keys = (effects: Effect[]): string[] => effects.map(effect => effect.key)
const one = <K extends Effect['kind']>(kind: K, change: Partial<PlanFacts> = {}, using: Plan = plan): Effect & { kind: K } => {
  const found = run(change, using).find((effect): effect is Effect & { kind: K } => effect.kind === kind)
  if (!found) throw new Error(`no ${kind}`)
  return found
}

describe('decide', () => {
  it.each<[string, Partial<PlanFacts>, string[], string]>([
    ['critic', {}, ['fields', 'lastScore:2', 'lastScore:3', 'lastScore:4', 'invitation', 'comment', 'notify:10', 'notify:20', 'task:main'], 'low'],
    ['promoter: no notice to the supervisor', { group: 'high', value: 10 },
      ['fields', 'lastScore:2', 'lastScore:3', 'lastScore:4', 'invitation', 'comment', 'notify:10', 'task:main'], 'high'],
    ['test', { flag: 'test' }, ['fields', 'invitation', 'comment', 'notify:10', 'notify:20', 'task:main'], 'set_aside'],
    ['late', { flag: 'late' }, ['fields', 'comment', 'notify:10', 'notify:20'], 'set_aside'],
    ['invalid', { flag: 'invalid', group: null, value: null, score: null }, ['fields', 'invitation', 'comment', 'notify:10'], 'set_aside'],
    ['repeat', { flag: 'repeat' }, ['fields', 'comment'], 'set_aside'],
    ['unmatched', { flag: 'unmatched', invitation: null, deal: null, contact: null, company: null, askedBy: null, responsible: null }, ['fields'], 'set_aside'],
    ['import', { flag: 'import' }, ['fields'], 'set_aside'],
    ['without a score, which was not asked for', { group: null, value: null, score: null }, ['fields', 'invitation', 'comment', 'notify:10'], 'set_aside'],
    ['deal gone', { deal: null }, ['fields', 'lastScore:3', 'lastScore:4', 'invitation', 'notify:10', 'notify:20', 'task:main'], 'low'],
    ['no client', { contact: null, company: null }, ['fields', 'lastScore:2', 'invitation', 'comment', 'notify:10', 'notify:20', 'task:main'], 'low'],
    ['no supervisor', { supervisorOf: () => null },
      ['fields', 'lastScore:2', 'lastScore:3', 'lastScore:4', 'invitation', 'comment', 'notify:10', 'task:main'], 'low']
  ])('%s', (_, change, expected, stage) => {
    expect(keys(run(change))).toEqual([...expected, 'handOver'])
    expect(one('handOver', change).stage).toBe(stage)
  })

  it('writes what is known and clears what is not', () => {
    expect(one('fields').fields).toEqual({
      title: '3/10 · Anna Petrova · Kitchen', flag: null, group: 'low', value: 3, score: 30, coefficient: 30, channel: 'email',
      dealId: 5, contactId: 6, companyId: 7, stage: 'WON', sum: { amount: 900, currency: 'KZT' }, askedBy: 10, sentAt: '2026-11-20T05:00:00.000Z', ownerId: 10
    })
    expect(one('fields', { flag: 'unmatched', invitation: null, deal: null, contact: null, company: null, askedBy: null, responsible: null, fallback: null }).fields)
      .toMatchObject({ title: '3/10', flag: 'unmatched', dealId: null, contactId: null, companyId: null, stage: null, sum: null, askedBy: null, sentAt: null, ownerId: 13 })
  })

  it('puts the last score on each card with the time of the answer', () => {
    expect(run().filter(effect => effect.kind === 'lastScore').map(({ entityTypeId, id, score, group, at }) => [entityTypeId, id, score, group, at])).toEqual([
      [2, 5, 30, 'low', base.answeredAt], [3, 6, 30, 'low', base.answeredAt], [4, 7, 30, 'low', base.answeredAt]
    ])
  })

  describe('texts', () => {
    it('says it all in the deal, with a link that finds the comment again', () => {
      expect(one('comment').text).toBe('[B]Feedback: 3/10 – detractor[/B]\nAnna Petrova, survey “After a deal”\nHow likely?\n— 3 / 10\nWhy?\n— Late\n'
        + '[URL=/crm/type/1038/details/77/]Open the answer[/URL]')
    })

    it.each<[string, Partial<PlanFacts>, string]>([
      ['all', {}, 'Anna Petrova answered: [B]3/10 – detractor[/B]. Deal “Kitchen”. [URL'],
      ['flagged', { flag: 'test' }, 'Anna Petrova answered: [B]3/10 – detractor (test)[/B]. Deal “Kitchen”. [URL'],
      ['no deal', { deal: null }, 'Anna Petrova answered: [B]3/10 – detractor[/B]. [URL'],
      ['only a company', { contact: null }, 'Acme answered: [B]3/10 – detractor[/B]. Deal'],
      ['nameless', { contact: { id: 6, name: '' }, company: null }, 'An unknown client answered: [B]3/10'],
      ['invalid', { flag: 'invalid', group: null, value: null }, 'Anna Petrova answered: [B]no score (missing or outside the scale)[/B]. Deal'],
      ['promoter words only for NPS', { metric: 'csat', value: 2, scaleMax: 5 }, 'Anna Petrova answered: [B]2/5 – dissatisfied[/B]. Deal']
    ])('notice: %s', (_, change, text) => {
      expect(one('notify', change).text.slice(0, text.length)).toBe(text)
    })

    it('the address of a link cannot end its tag', () => {
      expect(one('notify').text).toContain('[URL=/marketplace/view/app/?params%5Banswer%5D=77]Open the answer[/URL]')
    })

    it('makes every word from outside harmless', () => {
      const evil = '[URL=https://evil.example]x[/URL]'
      const effects = run({
        contact: { id: 6, name: evil }, deal: { ...base.deal!, title: evil }, surveyName: evil, said: [{ question: evil, said: evil }]
      })
      for (const effect of effects) {
        const shown = effect.kind === 'comment' || effect.kind === 'notify' ? effect.text
          : effect.kind === 'task' ? [effect.title, effect.description, ...effect.checklist].join() : ''
        expect(shown).not.toContain('[URL=https')
      }
    })

    it('does not take braces in a name for a placeholder', () => {
      const text = one('notify', { contact: { id: 6, name: '{link} {survey} {constructor}' } }).text
      expect(text).toContain('{link} {survey} {constructor} answered')
    })

    it('leaves out what was not answered', () => {
      expect(one('comment', { said: [{ question: 'Why?', said: ' ' }, { question: 'More?', said: 'No' }] }).text).not.toContain('Why?')
    })

    it('cuts 20,000 characters where a portal text would end, says so, and keeps the link', () => {
      const said = [{ question: 'Why?', said: '👍'.repeat(10_000) }]
      for (const text of [one('comment', { said }).text, one('task', { said }).description]) {
        expect(text.length).toBeLessThan(10_500)
        expect(text).not.toMatch(/\p{Surrogate}/u)
        expect(text).toContain(texts.cut)
        expect(text).toContain(base.cardLink)
      }
      expect(one('comment').text).not.toContain(texts.cut)
    })

    it('titles are one line of at most 250 characters, never ending in half a character', () => {
      for (const pad of ['', 'x']) {
        const deal = { ...base.deal!, title: `${pad}\n${'👍'.repeat(300)}` }
        const title = one('fields', { deal }).fields.title
        const task = one('task', { contact: { id: 6, name: deal.title } }).title
        for (const text of [title, task]) {
          expect(text.length).toBeLessThanOrEqual(250)
          expect(text).not.toContain('\n')
          expect(text).not.toMatch(/\p{Surrogate}/u)
        }
      }
    })
  })

  describe('task', () => {
    it.each<[string, Partial<PlanFacts>, { responsibleId: number, creatorId: number, auditors: number[] }]>([
      ['on behalf of the supervisor', {}, { responsibleId: 10, creatorId: 20, auditors: [] }],
      ['not allowed: the handler gives it, the supervisor watches', { mayCreateFor: () => false }, { responsibleId: 10, creatorId: 13, auditors: [20] }],
      ['not allowed, and the handler is the supervisor', { mayCreateFor: () => false, handlerId: 20 }, { responsibleId: 10, creatorId: 20, auditors: [] }],
      ['no supervisor', { supervisorOf: () => null }, { responsibleId: 10, creatorId: 10, auditors: [] }],
      ['no supervisor, not allowed', { supervisorOf: () => null, mayCreateFor: () => false }, { responsibleId: 10, creatorId: 13, auditors: [] }],
      ['dismissed supervisor', { supervisorOf: () => person(20, false) }, { responsibleId: 10, creatorId: 10, auditors: [] }],
      ['own supervisor', { supervisorOf: id => person(id), mayCreateFor: () => false }, { responsibleId: 10, creatorId: 13, auditors: [] }],
      ['owner dismissed: the deal’s responsible', { askedBy: person(10, false), supervisorOf: id => id === 11 ? person(21) : null },
        { responsibleId: 11, creatorId: 21, auditors: [] }]
    ])('%s', (_, change, people) => {
      expect(one('task', change)).toMatchObject(people)
    })

    it('asks for the right pair of people', () => {
      const asked: number[][] = []
      run({ mayCreateFor: (creator, responsible) => asked.push([creator, responsible]) > 0 })
      expect(asked).toEqual([[20, 10]])
    })

    it('carries words, answers, deadline and bindings', () => {
      expect(one('task')).toMatchObject({
        title: 'Call Anna Petrova: 3/10',
        description: 'Anna Petrova: 3/10 – detractor, survey “After a deal”. Deal “Kitchen”.\n\nHow likely?\n— 3 / 10\nWhy?\n— Late\n\n'
          + '[URL=/crm/type/1038/details/77/]Open the answer[/URL]',
        checklist: ['Call Anna Petrova'],
        deadline: '2026-11-23T05:00:00.000Z',
        dealId: 5, contactId: 6, companyId: 7
      })
      expect(one('task', { group: 'middle', value: 7 })).toMatchObject({ title: 'Read Anna Petrova: 7/10', deadline: '2026-11-25T05:00:00.000Z' })
    })

    it('of a test says so', () => {
      expect(one('task', { flag: 'test' }).title).toBe('Call Anna Petrova: 3/10 (test)')
    })

    it('has a title even when the rule has none', () => {
      expect(one('task', {}, standardPlan({ ...words, low: { title: ' {foo}', checklist: ['', '{foo}'] } })))
        .toMatchObject({ title: expect.stringMatching(/^Anna Petrova: 3\/10/), checklist: [] })
    })
  })

  it('does what two rules want only once, the first one', () => {
    const rule = (id: string, title: string): Rule =>
      ({ id, when: {}, effects: [{ kind: 'notify', whom: ['owner', { user: 10 }, { user: 99 }] }, { kind: 'task', title, checklist: [], deadlineHours: 1 }] })
    const using: Plan = { v: 1, fallbackOwner: null, rules: [rule('a', 'First'), rule('b', 'Second')] }
    expect(keys(run({}, using)).filter(key => /^(notify|task)/.test(key))).toEqual(['notify:10', 'notify:99', 'task:main'])
    expect(one('task', {}, using).title).toBe('First')
  })
})

describe('decide, whatever comes', () => {
  const anyPerson = fc.option(fc.record({ id: fc.integer({ min: 1, max: 5 }), name: fc.string(), active: fc.boolean() }))
  const anyRule: fc.Arbitrary<Rule> = fc.record({
    id: fc.string(),
    when: fc.record({
      groups: fc.subarray(['high', 'middle', 'low'] as const).map(groups => [...groups]),
      value: fc.record({ from: fc.integer(), to: fc.integer() }),
      pipelines: fc.array(fc.nat(3)),
      sumFrom: fc.integer()
    }, { requiredKeys: [] }),
    effects: fc.array(fc.oneof(
      fc.constant({ kind: 'comment' as const }),
      fc.record({ kind: fc.constant('notify' as const), whom: fc.array(fc.oneof(fc.constantFrom('owner' as const, 'supervisor' as const), fc.record({ user: fc.nat(5) }))) }),
      fc.record({ kind: fc.constant('task' as const), title: fc.string(), checklist: fc.array(fc.string()), deadlineHours: fc.integer({ min: 1, max: 8760 }) })
    ))
  })
  const anyFacts: fc.Arbitrary<PlanFacts> = fc.record({
    flag: fc.constantFrom(null, ...ANSWER_FLAGS),
    group: fc.constantFrom(null, 'high' as const, 'middle' as const, 'low' as const),
    metric: fc.constantFrom(null, 'nps' as const, 'ces' as const),
    value: fc.option(fc.nat(10)),
    score: fc.option(fc.nat(100)),
    said: fc.array(fc.record({ question: fc.string(), said: fc.string({ unit: 'grapheme' }) })),
    surveyName: fc.string(),
    channel: fc.constantFrom(null, 'email' as const),
    invitation: fc.option(fc.record({ id: fc.nat(), sentAt: fc.constant(null) })),
    deal: fc.option(fc.record({ id: fc.nat(), title: fc.string(), stage: fc.string(), pipeline: fc.nat(3), sum: fc.constant(null), responsibleId: fc.nat() })),
    contact: fc.option(fc.record({ id: fc.nat(), name: fc.string() })),
    company: fc.option(fc.record({ id: fc.nat(), name: fc.string() })),
    askedBy: anyPerson,
    responsible: anyPerson,
    fallback: anyPerson,
    boss: anyPerson,
    allowed: fc.boolean()
  }).map(({ boss, allowed, ...facts }) => ({ ...base, ...facts, supervisorOf: () => boss, mayCreateFor: () => allowed }))

  it('begins with the fields, ends in exactly one hand-over, names nothing twice, and decides the same again', () => {
    fc.assert(fc.property(fc.array(anyRule), anyFacts, (rules, facts) => {
      const using: Plan = { v: 1, fallbackOwner: null, rules }
      const effects = decide(using, facts, texts)
      expect(effects[0]?.kind).toBe('fields')
      expect(effects.findIndex(effect => effect.kind === 'handOver')).toBe(effects.length - 1)
      expect(new Set(keys(effects)).size).toBe(effects.length)
      expect(decide(using, facts, texts)).toEqual(effects)
      if (facts.flag !== null) {
        expect(effects.at(-1)).toMatchObject({ stage: 'set_aside' })
        expect(keys(effects).some(key => key.startsWith('lastScore'))).toBe(false)
      }
      for (const effect of effects) {
        if (effect.kind === 'task') {
          expect(effect.title).not.toBe('')
          expect(effect.auditors).not.toContain(effect.creatorId)
        }
      }
    }))
  })
})

describe('ownerOf', () => {
  const nobody = { askedBy: null, responsible: null, fallback: null, duty: person(13) }
  it.each<[string, Parameters<typeof ownerOf>[0], number]>([
    ['who asked', { ...nobody, askedBy: person(10), responsible: person(11), fallback: person(12) }, 10],
    ['who asked is gone', { ...nobody, askedBy: person(10, false), responsible: person(11), fallback: person(12) }, 11],
    ['both are gone', { ...nobody, askedBy: person(10, false), responsible: person(11, false), fallback: person(12) }, 12],
    ['all are gone', { ...nobody, askedBy: person(10, false), responsible: person(11, false), fallback: person(12, false) }, 13],
    ['nobody', nobody, 13]
  ])('%s', (_, people, id) => {
    expect(ownerOf(people).id).toBe(id)
  })
})

describe('conditionHolds', () => {
  const deal = base.deal!
  it.each<[Condition, Partial<PlanFacts>, boolean]>([
    [{}, { group: null, value: null, channel: null, deal: null }, true],
    [{ groups: ['low'] }, {}, true],
    [{ groups: ['high', 'middle'] }, {}, false],
    [{ groups: ['low'] }, { group: null }, false],
    [{ groups: [] }, {}, false],
    [{ value: { from: 3, to: 3 } }, {}, true],
    [{ value: { from: 4, to: 10 } }, {}, false],
    [{ value: { from: 0, to: 2 } }, {}, false],
    [{ value: { from: 0, to: 10 } }, { value: null }, false],
    [{ value: { from: 0, to: 10 } }, { value: 0 }, true],
    [{ channels: ['email'] }, {}, true],
    [{ channels: ['sms'] }, {}, false],
    [{ channels: ['email'] }, { channel: null }, false],
    [{ pipelines: [2] }, {}, true],
    [{ pipelines: [0] }, { deal: { ...deal, pipeline: 0 } }, true],
    [{ pipelines: [3] }, {}, false],
    [{ pipelines: [2] }, { deal: null }, false],
    [{ sumFrom: 900 }, {}, true],
    [{ sumFrom: 901 }, {}, false],
    [{ sumFrom: 0 }, { deal: null }, false],
    [{ sumFrom: 0 }, { deal: { ...deal, sum: null } }, false],
    [{ groups: ['low'], sumFrom: 901 }, {}, false]
  ])('%o with %o: %s', (when, change, holds) => {
    expect(conditionHolds(when, { ...base, ...change })).toBe(holds)
  })
})
