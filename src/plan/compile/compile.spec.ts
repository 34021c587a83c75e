import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CARDS, type Plan, type Recipient, type RuleEffect } from '@/plan/model/plan'
import { exampleInput, exampleSurvey, FULL_PLAN, IDS, REMINDERS } from '../../../tests/compile-example'
import { compileTemplate, templateOf } from './compile'
import type { Activity } from './activity'
import { engineTexts, templateNames } from './engine-texts'
import { TEMPLATE_KEYS, type CompiledSurvey, type CompileInput, type TemplateKey } from './input'
import { unserialise } from './php-serialise'
import { flat, templateText, type Template } from './template'

const EVERYTHING = exampleInput([
  exampleSurvey('complaint'), exampleSurvey('effort'), exampleSurvey('afterdeal', { id: 'full', plan: FULL_PLAN, reminders: REMINDERS })
])

const one = (changes: Partial<CompiledSurvey> = {}): CompileInput => exampleInput([exampleSurvey('afterdeal', changes)])
const treeOf = (key: TemplateKey, input: CompileInput): Template => templateOf(key, input, IDS)
const textOf = (key: TemplateKey, input: CompileInput): string => templateText(treeOf(key, input))
const allTexts = (input: CompileInput): string[] => TEMPLATE_KEYS.map(key => textOf(key, input))
const ofType = (template: Template, type: Activity['Type']): Activity[] => flat(template.root).filter(({ Type }) => Type === type)
const planOf = (...effects: RuleEffect[]): Plan => ({ v: 1, fallbackOwner: null, rules: [{ id: 'r', when: {}, effects }] })

/** Properties without which the import refuses an activity, or a run stops. */
const REQUIRED: Partial<Record<Activity['Type'], readonly string[]>> = {
  SetVariableActivity: ['VariableValue'],
  SetFieldActivity: ['FieldValue'],
  DelayActivity: ['TimeoutDurationType'],
  LogActivity: ['Text'],
  StartWorkflowActivity: ['DocumentId', 'TemplateId', 'TemplateParameters'],
  CrmGetDynamicInfoActivity: ['DynamicTypeId', 'DynamicFilterFields', 'ReturnFields'],
  CrmGetDataEntityActivity: ['DocumentType', 'EntityId', 'EntityType', 'EntityFields'],
  CrmUpdateDynamicActivity: ['DynamicTypeId', 'DynamicId', 'DynamicFilterFields', 'DynamicEntitiesFields'],
  CrmCreateDynamicActivity: ['DynamicTypeId', 'DynamicEntitiesFields'],
  GetUserActivity: ['UserType', 'UserParameter', 'ReserveUserParameter'],
  GetUserInfoActivity: ['GetUser'],
  CrmTimelineCommentAdd: ['CommentText'],
  IMNotifyActivity: ['MessageUserFrom', 'MessageUserTo', 'MessageSite'],
  Task2Activity: ['Fields'],
  CrmSendEmailActivity: ['Subject', 'MessageText'],
  CrmSendSmsActivity: ['MessageText', 'ProviderId']
}

describe.each(TEMPLATE_KEYS)('%s', key => {
  const template = treeOf(key, EVERYTHING)
  const activities = flat(template.root)

  it('has one root and a name of its own for every activity', () => {
    expect(template.root).toMatchObject({ Type: 'SequentialWorkflowActivity', Name: 'Template' })
    const names = activities.map(({ Name }) => Name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.every(name => /^[A-Za-z0-9_]+$/.test(name))).toBe(true)
  })

  it('gives every activity what it needs', () => {
    for (const { Type, Name, Properties } of activities) {
      const missing = (REQUIRED[Type] ?? []).filter(property => Properties[property] === undefined || Properties[property] === '')
      expect({ Name, Type, missing }).toEqual({ Name, Type, missing: [] })
    }
  })

  it('branches only in branches, with the one that always holds at the end', () => {
    for (const { Children } of ofType(template, 'IfElseActivity')) {
      expect(Children.every(({ Type }) => Type === 'IfElseBranchActivity')).toBe(true)
      expect(Children.map(({ Properties }) => 'mixedcondition' in Properties)).toEqual([...Children.slice(1).map(() => true), false])
      expect(Children.at(-1)!.Properties.truecondition).toBe('1')
    }
  })

  it('never ends a process early, runs no code and waits in helpers for nothing', () => {
    const types = new Set(activities.map(({ Type }) => Type as string))
    for (const forbidden of ['TerminateActivity', 'CrmChangeStatusActivity', 'CodeActivity', 'WhileActivity']) expect(types).not.toContain(forbidden)
    if (key !== 'send') expect(types).not.toContain('DelayActivity')
  })

  it('is a file of the portal: no field of the document type, no required parameter, no constant', () => {
    const file = unserialise(templateText(template)) as Map<string, unknown>
    expect([...file.keys()]).toEqual(['VERSION', 'TEMPLATE', 'PARAMETERS', 'VARIABLES', 'CONSTANTS'])
    expect(file.get('VERSION')).toBe(2)
    for (const parameter of (file.get('PARAMETERS') as Map<string, Map<string, unknown>>).values()) expect(parameter.get('Required')).toBe('0')
    expect(file.get('CONSTANTS')).toEqual(new Map())
  })

  it('is the same for the same input and another for another', () => {
    const again = structuredClone(EVERYTHING)
    expect(compileTemplate(key, again, IDS).name).toBe(compileTemplate(key, EVERYTHING, IDS).name)
    expect(textOf(key, again)).toBe(templateText(template))
  })

  it('can be unpacked as it was packed', async () => {
    const file = await compileTemplate(key, EVERYTHING, IDS).file()
    const plain = await new Response(new Blob([file]).stream().pipeThrough(new DecompressionStream('deflate'))).text()
    expect(plain).toBe(templateText(template))
  })
})

describe('versions', () => {
  it('tell an installation from the next one where the guard stands', () => {
    const next = { ...EVERYTHING, store: { ...EVERYTHING.store, generation: 'gen2' } }
    const changed = TEMPLATE_KEYS.filter(key => compileTemplate(key, next, IDS).version !== compileTemplate(key, EVERYTHING, IDS).version)
    expect(changed).toEqual(['send', 'handle', 'collect'])
  })

  it('change only where the change matters', () => {
    const [first, ...others] = EVERYTHING.surveys
    const next = { ...EVERYTHING, surveys: [{ ...first!, plan: { ...first!.plan, fallbackOwner: 4711 } }, ...others] }
    expect(TEMPLATE_KEYS.filter(key => textOf(key, next) !== textOf(key, EVERYTHING))).toEqual(['handle'])
  })

  it('read an older content in a branch of its own, and only where it reads differently', () => {
    const [newest] = exampleSurvey('effort').versions
    const other = { ...newest!.content, questions: newest!.content.questions.map(question => question.type === 'ces' ? { ...question, points: question.points === 7 ? 5 as const : 7 as const } : question) }
    const scales = (versions: CompiledSurvey['versions']): number =>
      ofType(treeOf('handle', exampleInput([exampleSurvey('effort', { versions })])), 'IfElseActivity').filter(({ Children }) => Children[0]!.Properties.Title === '1').length
    expect(scales([newest!])).toBe(1)
    expect(scales([newest!, { ...newest!, version: 2 }])).toBe(1)
    expect(scales([newest!, { version: 2, content: other }, { version: 1, content: other }])).toBe(2)
  })
})

describe('the guard', () => {
  it.each(['send', 'handle', 'collect'] as const)('stands before everything that %s does', key => {
    const { store, facts } = EVERYTHING
    const template = treeOf(key, EVERYTHING)
    const first = ofType(template, 'CrmGetDynamicInfoActivity').find(({ Properties }) => Properties.Title === 'Control record')
    expect(JSON.stringify(first!.Properties.DynamicFilterFields)).toContain(`"value":"${facts.controlId}"`)
    expect(JSON.stringify(first!.Properties.DynamicFilterFields)).toContain(`"value":"${store.generation}"`)
  })

  it('comes back after every pause', () => {
    const order = flat(treeOf('send', one({ reminders: REMINDERS })).root).filter(({ Type, Properties }) => Type === 'DelayActivity' || Properties.Title === 'Control record')
      .map(({ Type }) => Type === 'DelayActivity' ? 'pause' : 'guard')
    expect(order).toEqual(['pause', 'guard', 'pause', 'guard', 'pause', 'guard', 'pause', 'guard'])
  })
})

describe('what is asked for', () => {
  it('needs the helpers first', () => {
    expect(() => compileTemplate('handle', EVERYTHING, {})).toThrow(RangeError)
    expect(() => compileTemplate('collect', EVERYTHING, { deal: 1, contact: 2, company: 3 })).toThrow(RangeError)
  })

  it('starts by itself only what a new record starts', () => {
    expect(Object.fromEntries(TEMPLATE_KEYS.map(key => [key, compileTemplate(key, EVERYTHING, IDS).autoExecute])))
      .toEqual({ deal: '0', contact: '0', company: '0', send: '1', handle: '1', collect: '0' })
  })

  it('looks at changed deals only where a live survey has stages', () => {
    const staged = exampleSurvey('complaint')
    staged.versions[0]!.content.asking.stages = ['WON', 'C3:WON']
    const startsBy = (survey: typeof staged): string => compileTemplate('collect', exampleInput([survey, exampleSurvey('support')]), IDS).autoExecute
    expect([staged, { ...staged, form: null }].map(startsBy)).toEqual(['2', '0'])
  })

  it('waits for its reminders one behind the other', () => {
    const waits = flat(treeOf('send', one({ reminders: REMINDERS })).root).flatMap(({ Properties: { Title, TimeoutDuration, TimeoutDurationType } }) =>
      String(Title).startsWith('Reminder ') ? [`${String(TimeoutDuration)} ${String(TimeoutDurationType)}`] : [])
    expect(waits).toEqual(['3 d', '4 d'])
  })

  it('does without any survey', () => {
    const none = exampleInput([])
    expect(() => allTexts(none)).not.toThrow()
    expect(JSON.stringify(treeOf('handle', none))).toContain('surveyUnreadable')
  })

  it('does without any effect: the answer is read, owned and handed over; who wants to be called back is', () => {
    const template = treeOf('handle', one({ plan: { v: 1, fallbackOwner: null, rules: [] } }))
    expect(ofType(template, 'CrmSendEmailActivity')).toEqual([])
    const titles = [...ofType(template, 'IMNotifyActivity'), ...ofType(template, 'Task2Activity')].map(({ Properties }) => Properties.Title)
    expect(new Set(titles)).toEqual(new Set(['Wants a call', 'Call back']))
    expect(JSON.stringify(template)).toContain(EVERYTHING.store.answerStages.set_aside)
  })

  it('asks for the supervisor once', () => {
    const template = treeOf('handle', one({ plan: planOf({ kind: 'notify', whom: ['supervisor'] }, { kind: 'task', title: 'x', checklist: [], deadlineHours: 1 }) }))
    expect(ofType(template, 'GetUserActivity').filter(({ Properties }) => Properties.UserType === 'boss')).toHaveLength(1)
  })

  it('sets fields and moves deals through the helper, and says what the portal does not have', () => {
    const input = one({ plan: FULL_PLAN })
    const helper = treeOf('deal', input)
    expect(ofType(helper, 'SetFieldActivity').map(({ Properties }) => Properties.FieldValue)).toEqual([
      { UF_CRM_DEAL_FB_LAST_SCORE: '{=Template:SCORE}', UF_CRM_DEAL_FB_LAST_GROUP: '{=Template:GROUP}', UF_CRM_DEAL_FB_LAST_AT: '{=Template:AT}' },
      { COMMENTS: 'недоволен' }, { UF_CRM_KIND: 'gold' }, { COMMENTS: 'доволен' }, { STAGE_ID: '{=Template:STAGE}' }
    ])
    expect(ofType(treeOf('contact', input), 'SetFieldActivity').some(({ Properties }) => 'gone' in (Properties.FieldValue as object))).toBe(false)
    expect(JSON.stringify(treeOf('handle', input))).toContain(String.raw`\"setField:contact.gone\":\"fieldMissing\"`)
  })

  it('leaves out a rule that can never hold', () => {
    const never: Plan = { v: 1, fallbackOwner: null, rules: [{ id: 'r', when: { value: { from: 40, to: 50 } }, effects: [{ kind: 'comment' }] }] }
    const template = treeOf('handle', one({ plan: never }))
    expect(ofType(template, 'SetVariableActivity').some(({ Properties }) => 'RULE0' in (Properties.VariableValue as object))).toBe(false)
  })

  it('compares a score of 0 and the pipeline 0 as texts', () => {
    const conditions = JSON.stringify(treeOf('handle', one({ plan: FULL_PLAN })))
    for (const value of ['v0', 'p0']) expect(conditions).toContain(`"value":"${value}"`)
  })
})

describe('records that are deals', () => {
  const onDeals: CompileInput = { ...EVERYTHING, store: { ...EVERYTHING.store, entityTypeId: 2 } }

  it('run on the type of deals, and use nothing that works on smart processes only', () => {
    for (const key of ['send', 'handle', 'collect'] as const) {
      const template = treeOf(key, onDeals)
      expect(template.document).toEqual(['crm', 'CCrmDocumentDeal', 'DEAL'])
      for (const type of ['CrmUpdateDynamicActivity', 'CrmCreateDynamicActivity'] as const) expect(ofType(template, type)).toEqual([])
      expect(JSON.stringify(template)).not.toMatch(/PARENT_ID_2|CREATED_TIME|DYNAMIC_2_/)
    }
  })

  it('look first whether the deal is one of theirs: other deals of the company start them too', () => {
    for (const key of ['send', 'handle', 'collect'] as const) {
      const [first, ...others] = treeOf(key, onDeals).root.Children
      expect(others).toEqual([])
      expect(JSON.stringify(first!.Children[0]!.Properties.mixedcondition)).toContain('CATEGORY_ID')
    }
  })
})

const HOSTILE = {
  'quotes in Cyrillic': 'кавычки " и \' и «»', 'emoji': '👍🏽 эмодзи', 'an expression typed by a person': '{=Document:ID}', 'a calculation': '{{=1+1}}', 'a formula': '=1+1',
  'a serialised object': ';O:5:"x"', 'a class of its own': 'a;C:+7:{', 'the name of an object': 'Document', 'a parameter of forms': '%name%', 'BB code': '[URL=x]y[/URL]',
  'control signs': '\u0000\u0007', 'half an emoji': '\uD800', '64 KB': 'я'.repeat(32_768)
}

describe('words that somebody wrote', () => {
  const survey = (text: string): CompiledSurvey => {
    const base = exampleSurvey('afterdeal')
    const { content } = base.versions[0]!
    const localized = { ru: text, en: text }
    return {
      ...base,
      versions: [{ version: 1, content: {
        ...content, name: text, company: text,
        questions: content.questions.map(question => ({
          ...question, text: localized, ...question.options ? { options: question.options.map(option => ({ ...option, text: localized })) } : {}
        })),
        followUp: { asked: true, text: { high: localized, middle: localized, low: localized } }, mail: { ...content.mail, from: text },
        asking: { stages: [text], sms: localized, chat: {}, script: {}, reminders: [] }
      } }],
      mails: [{ lang: 'ru', subject: text, html: text }, { lang: 'en', subject: `${text} `, html: text }],
      sms: [{ lang: 'ru', text }, { lang: 'en', text: `${text} ` }],
      reminders: [
        { afterDays: 1, channel: 'email', mails: [{ lang: 'ru', subject: text, html: text }], sms: [] }, { afterDays: 2, channel: 'sms', mails: [], sms: [{ lang: 'ru', text }] }
      ],
      plan: planOf(
        { kind: 'task', title: text, checklist: [text, text], deadlineHours: 5 }, { kind: 'setField', card: 'deal', field: 'comments', value: text },
        { kind: 'dealStage', stage: text }, { kind: 'mail', subject: localized, body: localized }
      )
    }
  }
  /** without the numbers of activities: a text that counts as empty has some less */
  const expressions = (text: string): string[] => [...new Set(text.match(/\{=[^}]*\}|\{\{=/g)?.map(one => one.replace(/^\{=A\d+:/, '{=A:')))].sort()
  const usual = allTexts(exampleInput([survey('Слово')])).map(expressions)

  it.each(Object.entries(HOSTILE))('%s: bring no expression along and no object', (_, text) => {
    const written = allTexts(exampleInput([survey(text)]))
    written.forEach((file, index) => {
      expect(expressions(file).filter(expression => !usual[index]!.includes(expression))).toEqual([])
      expect(file).not.toMatch(/(^|;)[OC]:\+?\d+:/)
      expect(() => unserialise(file)).not.toThrow()
    })
  })

  it('stay whole where nothing in them is dangerous', () => {
    const text = 'Позвонить «Ромашке» 👍 {client} – 100%'
    const [task] = ofType(treeOf('handle', exampleInput([survey(text)])), 'Task2Activity')
    expect((task!.Properties.CheckListItems as string[])[0]).toBe('Позвонить «Ромашке» 👍 {=Variable:CLIENT_SAFE} – 100%')
  })

  it('are no reference when a checklist of two begins with the name of an object', () => {
    const plan = planOf({ kind: 'task', title: 'x', checklist: ['Document', 'TITLE'], deadlineHours: 1 })
    expect(ofType(treeOf('handle', one({ plan })), 'Task2Activity')[0]!.Properties.CheckListItems).toEqual(['Document.', 'TITLE'])
  })

  it('of customers never stand in a calculation that is part of a text', () => {
    const inline = allTexts(EVERYTHING).flatMap(file => [...file.matchAll(/"[^"]+\{\{=/g)])
    expect(inline).toEqual([])
  })
})

const localized = fc.record({ ru: fc.string({ unit: 'binary' }), en: fc.string() })
const recipient: fc.Arbitrary<Recipient> = fc.oneof(fc.constantFrom('owner' as const, 'supervisor' as const), fc.record({ user: fc.nat(50) }))
const effect: fc.Arbitrary<RuleEffect> = fc.oneof(
  fc.constant({ kind: 'comment' as const }),
  fc.record({ kind: fc.constant('notify' as const), whom: fc.array(recipient, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('task' as const), title: fc.string({ unit: 'binary' }), checklist: fc.array(fc.string({ unit: 'binary' }), { maxLength: 40 }),
    deadlineHours: fc.double({ min: 1, max: 8760, noNaN: true }), onBehalfOfSupervisor: fc.boolean(), responsible: recipient
  }),
  fc.record({ kind: fc.constant('setField' as const), card: fc.constantFrom(...CARDS), field: fc.oneof(fc.constant('comments'), fc.string({ minLength: 1 })), value: fc.string() }),
  fc.record({ kind: fc.constant('dealStage' as const), stage: fc.oneof(fc.constant('C3:WORK'), fc.string({ minLength: 1 })) }),
  fc.record({ kind: fc.constant('mail' as const), subject: localized, body: localized }),
  fc.record({ kind: fc.constant('handOver' as const), user: fc.nat(50) })
)
const plans: fc.Arbitrary<Plan> = fc.record({
  v: fc.constant(1 as const),
  fallbackOwner: fc.option(fc.nat(50)),
  rules: fc.array(fc.record({
    id: fc.string({ unit: 'binary' }),
    when: fc.record({
      groups: fc.subarray(['high' as const, 'middle' as const, 'low' as const]),
      value: fc.record({ from: fc.double({ noNaN: true }), to: fc.double({ noNaN: true }) }),
      channels: fc.array(fc.string(), { maxLength: 3 }), pipelines: fc.array(fc.nat(20), { maxLength: 3 }), sumFrom: fc.double({ noNaN: true })
    }, { requiredKeys: [] }),
    effects: fc.array(effect, { maxLength: 5 })
  }), { maxLength: 4 })
})

describe('any plan', () => {
  it('becomes something that the import takes', () => {
    fc.assert(fc.property(plans, plan => {
      for (const file of allTexts(one({ plan }))) expect(() => unserialise(file)).not.toThrow()
    }), { numRuns: 40 })
  }, 30_000)
})

describe('words of the processes', () => {
  it.each(['ru', 'kz', 'id', 'la'])('%s: its own, with the same placeholders as in English and no quotes around names', lang => {
    const [own, english] = [engineTexts(lang), engineTexts('en')]
    const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([one]) => one).sort()
    for (const key of ['requested', 'notSent', 'notAsked'] as const) {
      expect(own[key]).not.toBe(english[key])
      expect(placeholders(own[key])).toEqual(placeholders(english[key]))
      expect(own[key]).not.toMatch(/["“”«»„]/)
    }
    expect(Object.keys(own.why).sort()).toEqual(Object.keys(english.why).sort())
    expect(new Set([...templateNames('handle')]).size).toBe(5)
  })
})

describe('whose the answer is', () => {
  const firstOf = (owner?: 'asker' | 'responsible'): string[] =>
    ofType(treeOf('handle', one({ plan: { ...planOf(), ...(owner ? { owner } : {}) } })), 'GetUserActivity').slice(0, 2).map(({ Properties }) => Properties.Title)

  it.each([
    [undefined, ['Who asked', 'Responsible for the deal']], ['asker' as const, ['Who asked', 'Responsible for the deal']],
    ['responsible' as const, ['Responsible for the deal', 'Who asked']]
  ])('%s: looked for in the order of the plan', (owner, order) => {
    expect(firstOf(owner)).toEqual(order)
  })
})

describe('what stands for the comment', () => {
  const long = { id: 'w1', type: 'long', text: { ru: 'Что было не так?' }, required: false } as const
  const settersOf = (asked: boolean): Activity[] => {
    const survey = exampleSurvey('afterdeal')
    const [newest] = survey.versions
    const content = { ...newest!.content, questions: [...newest!.content.questions.filter(({ type }) => type !== 'long'), long, { ...long, id: 'w2' }] }
    const versions = [{ ...newest!, content: { ...content, followUp: { ...content.followUp, asked } } }]
    return ofType(treeOf('handle', exampleInput([{ ...survey, versions }])), 'SetVariableActivity').filter(({ Properties }) => 'INSTEAD' in (Properties.VariableValue as object))
  }

  it('is said to the first long question where no open one is asked after the score', () => {
    expect(settersOf(true)).toEqual([])
    const [setter, ...others] = settersOf(false)
    expect(others).toEqual([])
    expect(JSON.stringify(setter!.Properties)).toContain('w1')
  })
})

describe('tasks', () => {
  const template = treeOf('handle', EVERYTHING)
  const parallels = ofType(template, 'ParallelActivity')
  const tasksIn = (activity: Activity): Activity[] => flat(activity).filter(({ Type }) => Type === 'Task2Activity')

  it('are waited for beside everything else', () => {
    expect(parallels.length).toBeGreaterThan(0)
    expect(parallels.flatMap(tasksIn)).toEqual(ofType(template, 'Task2Activity'))
    for (const { Children } of parallels) {
      const [rest, ...tasks] = Children.toReversed()
      expect(tasks.map(branch => tasksIn(branch).length)).toEqual(tasks.map(() => 1))
      expect(tasksIn(rest!)).toEqual([])
      expect(flat(rest!).some(({ Properties }) => 'STAGE_ID' in (Properties.FieldValue as object ?? {})), 'the hand-over waits for no task').toBe(true)
    }
    for (const { Properties } of ofType(template, 'Task2Activity')) expect(Properties.HoldToClose).toBe(true)
  })

  /** The engine takes the activities of parallel branches from one queue, in turns: what stands as deep, in a later branch, comes later. */
  it('are given before anything looks for their ids', () => {
    const depthOf = (activity: Activity, found: (one: Activity) => boolean): number =>
      found(activity) ? 0 : 1 + Math.min(Infinity, ...activity.Children.map(child => depthOf(child, found)))
    const uses = ({ Properties }: Activity): boolean => /\{=A\d+:TaskId\}/.test(JSON.stringify(Properties)) || JSON.stringify(Properties).includes('"field":"TaskId"')
    for (const { Children } of parallels) {
      const [rest, ...tasks] = Children.toReversed()
      const given = Math.max(...tasks.map(branch => depthOf(branch, ({ Type }) => Type === 'Task2Activity')))
      expect(depthOf(rest!, uses)).toBeGreaterThanOrEqual(given)
    }
  })
})
