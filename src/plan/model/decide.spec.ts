import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from './decide'
import { ANSWER_FLAGS, type Effect, type EffectOf } from './effects'
import type { Client, Person, PlanFacts } from './facts'
import { CARDS, FIRST_OWNERS, MAX_CHECKLIST, standardPlan, type Plan, type Rule, type RuleEffect, type TaskRule } from './plan'
import { planTexts } from './texts'

const words = { low: { title: 'Call {client}: {score}', checklist: ['Call {client}'] }, other: { title: 'Read {client}: {score}', checklist: ['Read'] } }
const plan = standardPlan(words)
const texts = planTexts('en')
const person = (id: number, active = true): Person => ({ id, name: `Person ${id}`, active })
const client = (id: number, name: string, change: Partial<Client> = {}): Client => ({ id, name, email: `c${id}@example.com`, optedOut: false, ...change })
const neutral = (text: string): string => text.replaceAll('[', '［')

const base: PlanFacts = {
  answerId: 77,
  answeredAt: '2026-11-22T04:59:00.000Z',
  now: new Date('2026-11-22T05:00:00.000Z'),
  flag: null,
  group: 'low',
  metric: 'nps',
  comment: null,
  snapshots: [],
  value: 3,
  scaleMax: 10,
  score: 30,
  coefficient: 30,
  said: [{ question: 'How likely?', said: '3 / 10' }, { question: 'Why?', said: 'Late' }],
  surveyName: 'After a deal',
  asking: 'Kitchens Ltd',
  lang: 'en',
  defaultLang: 'ru',
  channel: 'email',
  callBack: null,
  invitation: { id: 55, sentAt: '2026-11-20T05:00:00.000Z', waiting: true, test: false },
  deal: { id: 5, title: 'Kitchen', stage: 'C2:WON', pipeline: 2, sum: { amount: 900, currency: 'KZT' }, responsibleId: 11 },
  contact: client(6, 'Anna Petrova'),
  company: client(7, 'Acme'),
  askedBy: person(10),
  responsible: person(11),
  fallback: person(12),
  duty: person(13),
  supervisorOf: id => id === 10 ? person(20) : null,
  personOf: id => id < 900 ? person(id, id !== 66) : null,
  emailOf: id => `p${id}@example.com`,
  stages: [{ id: 'C2:WON', name: 'Won' }, { id: 'C2:CALL', name: 'To call' }],
  writable: { deal: new Set(['ufCrm1']), contact: new Set(['ufCrm2']) },
  mayCreateFor: () => true,
  handlerId: 13,
  answerLink: '/marketplace/view/app/?params[answer]=77',
  cardLink: '/crm/type/1038/details/77/',
  neutral
}

const run = (change: Partial<PlanFacts> = {}, using: Plan = plan): Effect[] => decide(using, { ...base, ...change }, texts)
/** What cannot happen is marked with an exclamation mark. */
const keys = (effects: Effect[]): string[] => effects.map(({ kind, key }) => kind === 'impossible' ? `!${key}` : key)
const one = <K extends Effect['kind']>(kind: K, change: Partial<PlanFacts> = {}, using: Plan = plan): EffectOf<K> => {
  const found = run(change, using).find((effect): effect is EffectOf<K> => effect.kind === kind)
  if (!found) throw new Error(`no ${kind}`)
  return found
}

describe('decide', () => {
  it.each<[string, Partial<PlanFacts>, string[], string]>([
    ['critic', {}, ['fields', 'lastScore:2', 'lastScore:3', 'lastScore:4', 'invitation', 'comment', 'notify:10', 'notify:20', 'task:critics.1'], 'low'],
    ['promoter: no notice to the supervisor', { group: 'high', value: 10 },
      ['fields', 'lastScore:2', 'lastScore:3', 'lastScore:4', 'invitation', 'comment', 'notify:10', 'task:others.0'], 'high'],
    ['test', { flag: 'test' }, ['fields', 'invitation', 'comment', 'notify:10', 'notify:20', 'task:critics.1'], 'set_aside'],
    ['late', { flag: 'late' }, ['fields', 'comment', 'notify:10', 'notify:20', '!task:critics.1'], 'set_aside'],
    ['invalid', { flag: 'invalid', group: null, value: null, score: null }, ['fields', 'invitation', 'comment', 'notify:10'], 'set_aside'],
    ['repeat', { flag: 'repeat' }, ['fields', 'comment', '!notify:always.1', '!notify:critics.0', '!task:critics.1'], 'set_aside'],
    ['unmatched', { flag: 'unmatched', invitation: null, deal: null, contact: null, company: null, askedBy: null, responsible: null }, ['fields'], 'set_aside'],
    ['import', { flag: 'import' }, ['fields'], 'set_aside'],
    ['without a score, which was not asked for', { group: null, value: null, score: null }, ['fields', 'invitation', 'comment', 'notify:10'], 'set_aside'],
    ['deal gone', { deal: null }, ['fields', 'lastScore:3', 'lastScore:4', 'invitation', 'notify:10', 'notify:20', 'task:critics.1', '!comment'], 'low'],
    ['no client', { contact: null, company: null }, ['fields', 'lastScore:2', 'invitation', 'comment', 'notify:10', 'notify:20', 'task:critics.1'], 'low'],
    ['no supervisor', { supervisorOf: () => null },
      ['fields', 'lastScore:2', 'lastScore:3', 'lastScore:4', 'invitation', 'comment', 'notify:10', 'task:critics.1', '!notify:supervisor'], 'low']
  ])('%s', (_, change, expected, stage) => {
    expect(keys(run(change))).toEqual([...expected, 'handOver'])
    expect(one('handOver', change).stage).toBe(stage)
  })

  it('writes what is known and clears what is not', () => {
    expect(one('fields').fields).toEqual({
      title: '3/10 · Anna Petrova · Kitchen', flag: null, group: 'low', value: 3, score: 30, coefficient: 30, channel: 'email',
      dealId: 5, contactId: 6, companyId: 7, stage: 'C2:WON', sum: { amount: 900, currency: 'KZT' }, askedBy: 10, sentAt: '2026-11-20T05:00:00.000Z', ownerId: 10,
      comment: null, snapshots: []
    })
    expect(one('fields', { flag: 'unmatched', invitation: null, deal: null, contact: null, company: null, askedBy: null, responsible: null, fallback: null }).fields)
      .toMatchObject({ title: '3/10', flag: 'unmatched', dealId: null, contactId: null, companyId: null, stage: null, sum: null, askedBy: null, sentAt: null, ownerId: 13 })
  })

  it('keeps snapshots in their places, and notes those that cannot be read', () => {
    const snapshots = [{ title: 'Region', text: 'North' }, { title: 'Gone', text: null }, { title: 'Empty', text: '' }]
    expect(one('fields', { snapshots }).fields.snapshots)
      .toEqual([{ title: 'Region', text: 'North' }, { title: 'Gone', text: '' }, { title: 'Empty', text: '' }])
    expect(run({ snapshots }).filter(({ kind }) => kind === 'impossible'))
      .toEqual([{ kind: 'impossible', key: 'snapshot:2', wanted: 'snapshot', reason: 'fieldUnreadable', why: { rule: null } }])
  })

  it('writes what stands for the comment', () => {
    expect(one('fields', { comment: 'Late' }).fields.comment).toBe('Late')
  })

  it('puts the last score on each card with the time of the answer', () => {
    expect(run().filter(effect => effect.kind === 'lastScore').map(({ entityTypeId, id, score, group, at }) => [entityTypeId, id, score, group, at])).toEqual([
      [2, 5, 30, 'low', base.answeredAt], [3, 6, 30, 'low', base.answeredAt], [4, 7, 30, 'low', base.answeredAt]
    ])
  })

  describe('texts', () => {
    it('says it all in the deal, with a link that finds the comment again', () => {
      expect(one('comment').text).toBe('[B]Feedback: 3/10 – detractor[/B]\nAnna Petrova. Survey: After a deal\nHow likely?\n— 3 / 10\nWhy?\n— Late\n'
        + '[URL=/crm/type/1038/details/77/]Open the answer[/URL]')
    })

    it.each<[string, Partial<PlanFacts>, string]>([
      ['all', {}, 'Anna Petrova answered: [B]3/10 – detractor[/B]. Deal: Kitchen. [URL'],
      ['flagged', { flag: 'test' }, 'Anna Petrova answered: [B]3/10 – detractor (test)[/B]. Deal: Kitchen. [URL'],
      ['no deal', { deal: null }, 'Anna Petrova answered: [B]3/10 – detractor[/B]. [URL'],
      ['only a company', { contact: null }, 'Acme answered: [B]3/10 – detractor[/B]. Deal'],
      ['nameless', { contact: client(6, ''), company: null }, 'An unknown client answered: [B]3/10'],
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
        contact: client(6, evil), deal: { ...base.deal!, title: evil }, surveyName: evil, said: [{ question: evil, said: evil }]
      })
      for (const effect of effects) {
        const shown = effect.kind === 'comment' || effect.kind === 'notify' ? effect.text
          : effect.kind === 'task' ? [effect.title, effect.description, ...effect.checklist].join() : ''
        expect(shown).not.toContain('[URL=https')
      }
    })

    it('does not take braces in a name for a placeholder', () => {
      const text = one('notify', { contact: client(6, '{link} {survey} {constructor}') }).text
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
        const task = one('task', { contact: client(6, deal.title) }).title
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
        description: 'Anna Petrova: 3/10 – detractor. Survey: After a deal. Deal: Kitchen.\n\nHow likely?\n— 3 / 10\nWhy?\n— Late\n\n'
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

  it('notifies a person whom two rules name once; two tasks are two tasks', () => {
    const rule = (id: string, title: string): Rule =>
      ({ id, when: {}, effects: [{ kind: 'notify', whom: ['owner', { user: 10 }, { user: 99 }] }, { kind: 'task', title, checklist: [], deadlineHours: 1 }] })
    const using: Plan = { v: 1, fallbackOwner: null, rules: [rule('a', 'First'), rule('b', 'Second')] }
    expect(keys(run({}, using)).filter(key => /^(notify|task)/.test(key))).toEqual(['notify:10', 'notify:99', 'task:a.1', 'task:b.1'])
    expect(one('task', {}, using).title).toBe('First')
  })
})

describe('every kind of effect', () => {
  const only = (...effects: RuleEffect[]): Plan => ({ v: 1, fallbackOwner: null, rules: [{ id: 'r', when: {}, effects }] })
  /** What one rule effect becomes, without what happens to every answer. */
  const becomes = (effect: RuleEffect, change: Partial<PlanFacts> = {}): Effect[] =>
    run(change, only(effect)).filter(({ why }) => why.rule === 'r')
  const field = { kind: 'setField', card: 'deal', field: 'ufCrm1', value: 'critic' } as const
  const mail: RuleEffect = {
    kind: 'mail',
    subject: { en: 'Thank you, {client}', ru: 'Спасибо, {client}' },
    body: { en: 'Hello, {client}!\n\nYou gave {score}.\n{responsible}, {company}', ru: 'Здравствуйте, {client}!' }
  }
  const task: TaskRule = { kind: 'task', title: 'Call', checklist: [], deadlineHours: 1 }

  it.each<[string, RuleEffect, Partial<PlanFacts>, object]>([
    ['field of the deal', field, {}, { kind: 'setField', key: 'setField:deal.ufCrm1', card: 'deal', id: 5, field: 'ufCrm1', value: 'critic' }],
    ['field of the contact', { ...field, card: 'contact', field: 'ufCrm2' }, {}, { kind: 'setField', key: 'setField:contact.ufCrm2', id: 6 }],
    ['field that is gone', { ...field, field: 'ufCrm9' }, {}, { kind: 'impossible', key: 'setField:deal.ufCrm9', wanted: 'setField', reason: 'fieldMissing' }],
    ['fields nobody asked for', { ...field, card: 'company' }, {}, { kind: 'impossible', key: 'setField:company.ufCrm1', reason: 'fieldMissing' }],
    ['field without its card', { ...field, card: 'contact', field: 'ufCrm2' }, { contact: null }, { kind: 'impossible', key: 'setField:contact.ufCrm2', reason: 'noCard' }],
    ['field in a test', field, { flag: 'test' }, { kind: 'impossible', key: 'setField:r.0', reason: 'test' }],
    ['stage', { kind: 'dealStage', stage: 'C2:CALL' }, {}, { kind: 'dealStage', key: 'dealStage', dealId: 5, stage: 'C2:CALL', name: 'To call' }],
    ['stage of another pipeline', { kind: 'dealStage', stage: 'LOSE' }, {}, { kind: 'impossible', key: 'dealStage:r.0', reason: 'stageMissing' }],
    ['stage it stands in', { kind: 'dealStage', stage: 'C2:WON' }, {}, { kind: 'impossible', key: 'dealStage:r.0', reason: 'stageAlready' }],
    ['stage without a deal', { kind: 'dealStage', stage: 'C2:CALL' }, { deal: null }, { kind: 'impossible', key: 'dealStage:r.0', reason: 'noCard' }],
    ['stage of a late answer', { kind: 'dealStage', stage: 'C2:CALL' }, { flag: 'late' }, { kind: 'impossible', reason: 'late' }],
    ['comment without a deal', { kind: 'comment' }, { deal: null }, { kind: 'impossible', key: 'comment', reason: 'noCard' }],
    ['notice to a user', { kind: 'notify', whom: [{ user: 40 }] }, {}, { kind: 'notify', key: 'notify:40', userId: 40, why: { rule: 'r', recipient: { as: 'user', instead: null } } }],
    ['notice to a dismissed user', { kind: 'notify', whom: [{ user: 66 }] }, {}, { kind: 'impossible', key: 'notify:66', reason: 'dismissed' }],
    ['notice to nobody', { kind: 'notify', whom: [{ user: 999 }] }, {}, { kind: 'impossible', key: 'notify:999', reason: 'unknownUser' }],
    ['notice to a supervisor who is not there', { kind: 'notify', whom: ['supervisor'] }, { supervisorOf: () => null },
      { kind: 'impossible', key: 'notify:supervisor', wanted: 'notify', reason: 'noSupervisor', why: { rule: 'r', owner: { from: 'asked', dismissed: [] } } }],
    ['mail', mail, {}, {
      kind: 'mail', key: 'mail:r.0', owner: { entityTypeId: 2, id: 5 }, to: { entityTypeId: 3, id: 6, name: 'Anna Petrova', email: 'c6@example.com' },
      from: { id: 10, name: 'Person 10', email: 'p10@example.com' }, lang: 'en', subject: 'Thank you, Anna Petrova',
      body: 'Hello, Anna Petrova!\n\nYou gave 3/10.\nPerson 10, Kitchens Ltd'
    }],
    ['mail in the answer’s language, else in the survey’s', mail, { lang: 'kz' }, { subject: 'Спасибо, Anna Petrova', body: 'Здравствуйте, Anna Petrova!' }],
    ['mail to a nameless client', mail, { contact: client(6, '') }, { subject: 'Thank you', body: 'Hello!\n\nYou gave 3/10.\nPerson 10, Kitchens Ltd' }],
    ['mail to a company, without a deal', mail, { contact: null, deal: null }, { owner: { entityTypeId: 4, id: 7 }, to: { entityTypeId: 4, id: 7, name: 'Acme' } }],
    ['mail without a subject has the company’s name', { ...mail, subject: {} }, {}, { subject: 'Kitchens Ltd' }],
    ['mail to somebody who wants none', mail, { contact: client(6, 'Anna', { optedOut: true }) }, { kind: 'impossible', key: 'mail:r.0', wanted: 'mail', reason: 'optedOut' }],
    ['mail to somebody without an address: not to his company either', mail, { contact: client(6, 'Anna', { email: '' }) }, { kind: 'impossible', reason: 'noAddress' }],
    ['mail to nobody', mail, { contact: null, company: null }, { kind: 'impossible', reason: 'noCard' }],
    ['mail without words', { ...mail, body: { en: ' ' } }, {}, { kind: 'impossible', reason: 'noText' }],
    ['mail in a test', mail, { flag: 'test' }, { kind: 'impossible', key: 'mail:r.0', reason: 'test' }],
    ['hand-over', { kind: 'handOver', user: 40 }, {}, { kind: 'responsible', key: 'responsible', userId: 40 }],
    ['hand-over to a dismissed user', { kind: 'handOver', user: 66 }, {}, { kind: 'impossible', key: 'responsible:r.0', wanted: 'handOver', reason: 'dismissed' }],
    ['task for the supervisor', { ...task, responsible: 'supervisor' }, {}, { responsibleId: 20, creatorId: 20, why: { recipient: { as: 'supervisor', instead: null } } }],
    ['task for a supervisor who is not there: the owner', { ...task, responsible: 'supervisor' }, { supervisorOf: () => null },
      { responsibleId: 10, creatorId: 10, why: { recipient: { as: 'supervisor', instead: 'noSupervisor' }, creator: { as: 'owner', instead: 'noSupervisor' } } }],
    ['task for a user', { ...task, responsible: { user: 40 } }, {}, { responsibleId: 40, creatorId: 20 }],
    ['task for a dismissed user: the owner', { ...task, responsible: { user: 66 } }, {}, { responsibleId: 10, why: { recipient: { as: 'user', instead: 'dismissed' } } }],
    ['task in the owner’s own name', { ...task, onBehalfOfSupervisor: false }, {}, { responsibleId: 10, creatorId: 10, auditors: [], why: { creator: { as: 'owner', instead: null } } }],
    ['task not allowed in the supervisor’s name', task, { mayCreateFor: () => false },
      { creatorId: 13, auditors: [20], why: { rule: 'r', owner: { from: 'asked', dismissed: [] }, creator: { as: 'handler', instead: 'notAllowed' } } }],
    ['task of a responsible, because who asked is gone', task, { askedBy: person(10, false) }, { responsibleId: 11, why: { owner: { from: 'responsible', dismissed: ['asked'] } } }]
  ])('%s', (_, effect, change, expected) => {
    expect(becomes(effect, change)).toMatchObject([expected])
  })

  it('belong to the deal\'s responsible, where the plan says so', () => {
    const effects = run({}, { ...only({ kind: 'notify', whom: ['owner'] }, mail, task), owner: 'responsible' })
    expect(effects).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'fields', fields: expect.objectContaining({ ownerId: 11 }), why: { rule: null, owner: { from: 'responsible', dismissed: [] } } }),
      expect.objectContaining({ kind: 'notify', userId: 11 }),
      expect.objectContaining({ kind: 'task', responsibleId: 11 }),
      expect.objectContaining({ kind: 'mail', from: expect.objectContaining({ id: 11 }) })
    ]))
  })

  it('orders them: cards, people, the client, the new responsible, what cannot be, the stage', () => {
    const using = only({ kind: 'handOver', user: 40 }, mail, { kind: 'notify', whom: ['owner', { user: 66 }] }, task, { kind: 'dealStage', stage: 'C2:CALL' }, field, { kind: 'comment' })
    expect(keys(run({}, using))).toEqual(['fields', 'lastScore:2', 'lastScore:3', 'lastScore:4', 'invitation', 'setField:deal.ufCrm1', 'dealStage', 'comment', 'notify:10',
      'task:r.3', 'mail:r.1', 'responsible', '!notify:66', 'handOver'])
  })

  it('the first of two rules sets a field, moves a deal, names the responsible; two tasks and two mails are two', () => {
    const using = only(field, { ...field, value: 'other' }, { kind: 'dealStage', stage: 'LOSE' }, { kind: 'dealStage', stage: 'C2:CALL' },
      { kind: 'handOver', user: 66 }, { kind: 'handOver', user: 40 }, { kind: 'handOver', user: 41 }, task, task, mail, mail)
    const effects = run({}, using)
    expect(keys(effects).slice(5)).toEqual(['setField:deal.ufCrm1', 'dealStage', 'task:r.7', 'task:r.8', 'mail:r.9', 'mail:r.10', 'responsible', '!dealStage:r.2', '!responsible:r.4', 'handOver'])
    expect(effects).toEqual(expect.arrayContaining([expect.objectContaining({ value: 'critic' }), expect.objectContaining({ kind: 'responsible', userId: 40 })]))
  })

  it.each([['unmatched'], ['import']] as const)('%s: nothing happens, and nothing is said to be missing', flag => {
    expect(run({ flag }, only({ kind: 'comment' }, mail, task, field)).map(({ key }) => key)).toEqual(['fields', 'handOver'])
  })

  it.each<[string, Partial<PlanFacts>, string[]]>([
    ['a contact', {}, ['fields', 'invitation', 'comment', 'optOut', 'handOver']],
    ['said before', { contact: { ...base.contact!, optedOut: true } }, ['fields', 'invitation', 'handOver']],
    ['an invitation that is over', { invitation: { ...base.invitation!, waiting: false } }, ['fields', 'comment', 'optOut', 'handOver']],
    ['no deal', { deal: null }, ['fields', 'invitation', 'optOut', 'handOver']],
    ['a test', { invitation: { ...base.invitation!, test: true } }, ['fields', 'handOver']],
    ['nobody', { contact: null, company: null }, ['fields', 'invitation', 'handOver']]
  ])('the wish for no more mail, %s: nothing of the plan, the card last', (_, changes, expected) => {
    expect(run({ flag: 'optout', ...changes }, only({ kind: 'comment' }, mail, task, field)).map(({ key }) => key)).toEqual(expected)
  })

  describe('the wish to be called back', () => {
    const wish = (change: Partial<PlanFacts> = {}, again = false): Partial<PlanFacts> => ({ flag: 'callback', group: null, callBack: { wish: '+7 701,\nevening [URL]', again }, ...change })
    const using = only({ kind: 'comment' }, mail, { ...task, deadlineHours: 8 }, field)

    it.each<[string, Partial<PlanFacts>, string[]]>([
      ['once', wish(), ['fields', 'comment', 'notify:10', 'task:callBack', 'handOver']],
      ['once more', wish({}, true), ['fields', 'comment', 'notify:10', 'handOver']],
      ['the same filling-in twice', wish({ callBack: null }), ['fields', 'handOver']],
      ['without a deal', wish({ deal: null }), ['fields', 'notify:10', 'task:callBack', 'handOver']],
      ['of a test', wish({ invitation: { ...base.invitation!, test: true } }), ['fields', 'comment', 'notify:10', 'task:callBack', 'handOver']]
    ])('%s: nothing of the plan', (_, change, expected) => {
      expect(keys(run(change, using))).toEqual(expected)
    })

    it('is the owner\'s, on behalf of his supervisor, as urgent as the plan\'s most urgent task', () => {
      expect(one('task', wish(), using)).toMatchObject({
        title: 'Call back: Anna Petrova, +7 701, evening ［URL]', responsibleId: 10, creatorId: 20, checklist: [], deadline: '2026-11-22T13:00:00.000Z', dealId: 5, contactId: 6,
        companyId: 7, description: expect.stringContaining('Anna Petrova asks to be called back: +7 701, evening ［URL]. Survey: After a deal. Deal: Kitchen.')
      })
      expect(one('task', wish(), only({ ...task, deadlineHours: 72 }))).toMatchObject({ deadline: '2026-11-23T05:00:00.000Z' })
      expect(one('task', wish({ mayCreateFor: () => false }), using)).toMatchObject({ creatorId: 13, auditors: [20] })
    })

    it('says in the deal and to the owner what was written, and what was not', () => {
      expect(one('comment', wish(), using).text).toContain('[B]Anna Petrova asks to be called back: +7 701, evening ［URL][/B]')
      expect(one('notify', wish({}, true), using).text).toContain('asks once more to be called back: +7 701, evening ［URL]. Deal: Kitchen. [URL=/marketplace/')
      expect(one('task', wish({ callBack: { wish: ' ', again: false } }), using).title).toBe('Call back: Anna Petrova, no phone number given')
      expect(one('task', wish({ invitation: { ...base.invitation!, test: true } }), using).title).toMatch(/\(test\)$/)
      expect(one('task', wish({ callBack: { wish: 'x'.repeat(70_000), again: false } }), using).title.length).toBeLessThanOrEqual(250)
    })
  })

  describe('an answer over a shared link', () => {
    const nobody = { deal: null, contact: null, company: null, askedBy: null, responsible: null, fallback: { id: 66, name: 'Kim', active: true } }
    const link = { ...base.invitation!, shared: true }

    it('gets everything that needs neither client nor deal, from the fallback person; cards, scores and the link stay as they are', () => {
      const effects = run({ ...nobody, flag: 'shared', group: 'low', invitation: link }, only({ kind: 'comment' }, mail, task, field, { kind: 'notify', whom: ['owner'] }))
      expect(keys(effects)).toEqual(['fields', 'notify:66', 'task:r.2', '!comment', '!mail:r.1', '!setField:deal.ufCrm1', 'handOver'])
      expect(effects).toEqual(expect.arrayContaining([
        expect.objectContaining({ kind: 'fields', fields: expect.objectContaining({ flag: 'shared', dealId: null, contactId: null, companyId: null, ownerId: 66 }) }),
        expect.objectContaining({ kind: 'task', responsibleId: 66 }), expect.objectContaining({ wanted: 'comment', reason: 'noCard' })
      ]))
      expect(effects.at(-1)).toMatchObject({ stage: 'low' })
    })

    it.each(['late', 'invalid', 'repeat', 'optout'] as const)('%s: neither answered nor closed by it', flag => {
      expect(keys(run({ ...nobody, flag, invitation: link }, only()))).toEqual(['fields', 'handOver'])
    })
  })
})

describe('decide, whatever comes', () => {
  const anyPerson = fc.option(fc.record({ id: fc.integer({ min: 1, max: 5 }), name: fc.string(), active: fc.boolean() }))
  const anyClient: fc.Arbitrary<Client> = fc.record({ id: fc.nat(), name: fc.string(), email: fc.constantFrom('', 'a@example.com'), optedOut: fc.boolean() })
  const anyRecipient = fc.oneof(fc.constantFrom('owner' as const, 'supervisor' as const), fc.record({ user: fc.nat(5) }))
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
      fc.record({ kind: fc.constant('notify' as const), whom: fc.array(anyRecipient) }),
      fc.record({
        kind: fc.constant('task' as const), title: fc.string(), checklist: fc.array(fc.string(), { maxLength: 60 }), deadlineHours: fc.integer({ min: 1, max: 8760 }),
        onBehalfOfSupervisor: fc.boolean(), responsible: anyRecipient
      }),
      fc.record({ kind: fc.constant('setField' as const), card: fc.constantFrom(...CARDS), field: fc.constantFrom('ufCrm1', 'ufCrm2'), value: fc.string() }),
      fc.record({ kind: fc.constant('dealStage' as const), stage: fc.constantFrom('C2:CALL', 'C2:WON', 'LOSE') }),
      fc.record({ kind: fc.constant('mail' as const), subject: fc.dictionary(fc.constantFrom('en', 'ru'), fc.string()), body: fc.dictionary(fc.constantFrom('en', 'ru'), fc.string()) }),
      fc.record({ kind: fc.constant('handOver' as const), user: fc.nat(5) })
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
    callBack: fc.option(fc.record({ wish: fc.string({ unit: 'grapheme' }), again: fc.boolean() })),
    invitation: fc.option(fc.record({ id: fc.nat(), sentAt: fc.constant(null), waiting: fc.boolean(), test: fc.boolean() })),
    deal: fc.option(fc.record({ id: fc.nat(), title: fc.string(), stage: fc.string(), pipeline: fc.nat(3), sum: fc.constant(null), responsibleId: fc.nat() })),
    contact: fc.option(anyClient),
    company: fc.option(anyClient),
    askedBy: anyPerson,
    responsible: anyPerson,
    fallback: anyPerson,
    boss: anyPerson,
    allowed: fc.boolean()
  }).map(({ boss, allowed, ...facts }) => ({ ...base, ...facts, supervisorOf: () => boss, mayCreateFor: () => allowed }))

  it('begins with the fields, ends in exactly one hand-over, names nothing twice, and decides the same again', () => {
    fc.assert(fc.property(fc.array(anyRule), anyFacts, fc.constantFrom(undefined, ...FIRST_OWNERS), (rules, facts, first) => {
      const using: Plan = { v: 1, ...first ? { owner: first } : {}, fallbackOwner: null, rules }
      const effects = decide(using, facts, texts)
      expect(effects[0]?.kind).toBe('fields')
      expect(effects.findIndex(effect => effect.kind === 'handOver')).toBe(effects.length - 1)
      expect(new Set(keys(effects)).size).toBe(effects.length)
      expect(decide(using, facts, texts)).toEqual(effects)
      if (facts.flag !== null) {
        expect(effects.at(-1)).toMatchObject({ stage: facts.flag === 'shared' ? facts.group ?? 'set_aside' : 'set_aside' })
        expect(keys(effects).some(key => key.startsWith('lastScore'))).toBe(false)
      }
      for (const effect of effects) {
        if (effect.kind === 'task') {
          expect(effect.title).not.toBe('')
          expect(effect.auditors).not.toContain(effect.creatorId)
          expect(effect.checklist.length).toBeLessThanOrEqual(MAX_CHECKLIST)
        }
        if (effect.kind === 'mail') {
          expect([effect.subject, effect.body]).not.toContain('')
          expect(effect.subject).not.toMatch(/[\r\n]/)
          expect([null, 'shared']).toContain(facts.flag)
          expect((facts.contact ?? facts.company)?.optedOut).toBe(false)
        }
      }
    }))
  })
})
