import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, type Ref } from 'vue'
import type { PlanTrouble } from '@/plan/model/check-plan'
import { readPlan, type Plan, type Rule, type RuleEffect } from '@/plan/model/plan'
import PlanSection from '@/plan/ui/PlanSection.vue'
import { planMessages } from '@/plan/ui/messages'
import { PortalError } from '@/portal/errors'
import type { Duty } from '@/portal/settings-store'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { LOCALES } from '@/ui/i18n'
import { fakePortal, type Replies } from '../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../tests/mount'

const CONTENT = { ...afterDeal, name: 'After the deal', company: 'Alatau', langs: ['en', 'ru'], defaultLang: 'en' }

const REPLIES: Replies = {
  'pipelines': { categories: [{ id: 0, name: 'Sales' }, { id: 4, name: 'Repairs' }] },
  'p0': [{ STATUS_ID: 'NEW', NAME: 'New' }, { STATUS_ID: 'WON', NAME: 'Won' }],
  'p4': [{ STATUS_ID: 'C4:NEW', NAME: 'Received' }],
  'crm.item.fields': {
    fields: {
      title: { title: 'Title', type: 'string' }, id: { title: 'ID', type: 'integer', isReadOnly: true },
      ufCrmRisk: { title: 'Risk', type: 'enumeration', items: [{ ID: '7', VALUE: 'High' }, { ID: '8', VALUE: 'Low' }] },
      ufCrmFlag: { title: 'Unhappy', type: 'boolean' }
    }
  },
  'user.get': ({ FILTER }: Record<string, unknown>) => PEOPLE.filter(({ ID }) => (FILTER as { '@ID': number[] })['@ID'].includes(Number(ID)))
}
const PEOPLE = [
  { ID: '7', NAME: 'Anna', LAST_NAME: 'Ivanova', ACTIVE: true, UF_DEPARTMENT: [] },
  { ID: '8', NAME: 'Boris', LAST_NAME: 'Orlov', ACTIVE: false, UF_DEPARTMENT: [] }
]

const planOf = (...rules: Partial<Rule>[]): Plan =>
  ({ v: 1, fallbackOwner: null, rules: rules.map((rule, index) => ({ id: `r${index}`, when: {}, effects: [{ kind: 'comment' }], ...rule })) })
const doing = (...effects: RuleEffect[]): Plan => planOf({ effects })

interface Edited {
  view: VueWrapper
  /** what the survey carries now, as the portal would keep it */
  plan: () => Plan
  stored: Ref<unknown>
  pick: ReturnType<typeof vi.fn>
  onDuty: ReturnType<typeof vi.fn>
}

/** The survey's page keeps a plan as data that was read back: what cannot be read is lost at once. */
async function edit(stored: unknown, { lang = 'en', disabled = false, replies = {} as Replies, duty = { person: 7, deputy: 8 } as Duty | null } = {}): Promise<Edited> {
  const kept = ref<unknown>(stored)
  const pick = vi.fn(async (): Promise<{ id: number, name: string } | null> => ({ id: 9, name: 'Clara Stern' }))
  const onDuty = vi.fn<() => void>()
  const Host = defineComponent({
    setup: () => () => h(PlanSection, {
      stored: kept.value, content: CONTENT, duty, disabled, onDuty, onChange: (plan: Plan) => { kept.value = JSON.parse(JSON.stringify(plan)) }
    })
  })
  const view = await mountInPortal(Host, {
    lang, messages: [planMessages], portal: fakePortal({ ...REPLIES, ...replies }), frame: { ...silentFrame(), selectUser: pick }
  })
  await flushPromises()
  return {
    view, stored: kept, pick, onDuty,
    plan: () => {
      const plan = readPlan(kept.value)
      if (plan === null) throw new Error(`the plan cannot be read any more: ${JSON.stringify(kept.value)}`)
      return plan
    }
  }
}

const sentences = (view: VueWrapper): string[] => view.findAll('.sentence').map(one => one.text())
const headings = (view: VueWrapper): string[] => view.findAll('section[id^=plan-rule] h4').map(one => one.text().replace(/^.*?: /, ''))
const named = (view: VueWrapper, label: string) => view.findAll('button').find(one => (one.attributes('aria-label') ?? one.text()) === label)!
async function press(view: VueWrapper, label: string): Promise<void> {
  await named(view, label).trigger('click')
  await flushPromises()
}
async function add(view: VueWrapper, kind: RuleEffect['kind'], rule = 0): Promise<void> {
  await view.findAll('select[data-add]')[rule]!.setValue(kind)
  await press(view, `Add an action: Rule ${rule + 1}`)
}
const labelled = (view: VueWrapper, text: string) => view.findAll('label').find(label => label.text().startsWith(text))!.get<HTMLInputElement>('input, textarea, select')
const focused = (): string => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? ''

describe('a plan is read aloud', () => {
  it.each<[string, Rule['when'], string]>([
    ['en', {}, 'After every answer:'],
    ['en', { groups: ['low', 'middle'] }, 'When the score is low (0–6) or medium (7–8):'],
    ['en', { groups: ['low'], sumFrom: 100_000 }, 'When the score is low (0–6) and the deal\'s sum is at least 100,000:'],
    ['en', { value: { from: 0, to: 3 }, channels: ['email', 'link'], pipelines: [0, 4] },
      'When the score is from 0 to 3, the answer came by e-mail or through a link, and the deal is in the pipeline “Sales” or “Repairs”:'],
    ['en', { value: { from: 3, to: 3 }, pipelines: [99] }, 'When the score is 3 and the deal is in the pipeline “pipeline no. 99”:'],
    ['ru', { groups: ['high'] }, 'Если оценка высокая (9–10):'],
    ['ru', { groups: ['low'], sumFrom: 100_000 }, 'Если оценка низкая (0–6) и сумма сделки не меньше 100 000:'],
    ['ru', { groups: [] }, 'Если оценка (ничего не выбрано):']
  ])('%s: condition %j', async (lang, when, expected) => {
    const { view } = await edit(planOf({ when }), { lang })
    expect(headings(view)[0]!.replace(/\s/g, ' ')).toBe(expected)
  })

  it.each<[string, RuleEffect, string]>([
    ['en', { kind: 'comment' }, 'comment in the deal'],
    ['en', { kind: 'notify', whom: ['owner', 'supervisor', { user: 7 }] }, 'notify the answer\'s owner, their supervisor, and Anna Ivanova'],
    ['ru', { kind: 'notify', whom: ['owner', 'supervisor', { user: 7 }] }, 'уведомить ответственного за ответ, его руководителя и сотрудника Anna Ivanova'],
    ['ru', { kind: 'notify', whom: ['supervisor'] }, 'уведомить руководителя ответственного за ответ'],
    ['en', { kind: 'notify', whom: [] }, 'notify nobody'],
    ['en', { kind: 'task', title: 'Call {client}', checklist: ['a', 'b'], deadlineHours: 48 },
      'give the task “Call [client\'s name]” to the answer\'s owner, due within 2 days, on behalf of their supervisor, with a checklist of 2 items'],
    ['ru', { kind: 'task', title: 'Позвонить', checklist: [], deadlineHours: 5, onBehalfOfSupervisor: false, responsible: { user: 7 } },
      'поставить задачу «Позвонить»; исполнитель – Anna Ivanova, срок – 5 часов'],
    ['ru', { kind: 'task', title: 'Позвонить в ТОО «Алатау»', checklist: [], deadlineHours: 24, responsible: { user: 7 } },
      'поставить задачу «Позвонить в ТОО „Алатау“»; исполнитель – Anna Ivanova, срок – 1 день; постановщик – руководитель ответственного за ответ'],
    ['en', { kind: 'mail', subject: { ru: 'Скидка' }, body: {} }, 'send the client the mail “Скидка”'],
    ['en', { kind: 'setField', card: 'deal', field: 'ufCrmRisk', value: '8' }, 'set the deal\'s “Risk” to “Low”'],
    ['en', { kind: 'setField', card: 'contact', field: 'ufCrmFlag', value: 'Y' }, 'set the contact\'s “Unhappy” to “yes”'],
    ['ru', { kind: 'setField', card: 'company', field: 'title', value: '' }, 'очистить поле компании «Title»'],
    ['en', { kind: 'dealStage', stage: 'C4:NEW' }, 'move the deal to the stage “Received” (pipeline “Repairs”)'],
    ['en', { kind: 'handOver', user: 7 }, 'at the end make Anna Ivanova the owner of the answer']
  ])('%s: %j', async (lang, effect, expected) => {
    const { view } = await edit(doing(effect), { lang })
    expect(sentences(view)).toEqual([expected])
  })
})

describe('what becomes of an answer', () => {
  it.each<[string, Plan['outcomes'], string]>([
    ['en', undefined, 'When questions remain, the tasks get a new deadline (1 day), and the deal stays where it is.'],
    ['en', { questionsRemain: { stage: 'C4:NEW', deadlineHours: 5 } },
      'When questions remain, the tasks get a new deadline (5 hours), and the deal is moved to the stage “Received” (pipeline “Repairs”).'],
    ['ru', { questionsRemain: { stage: 'WON', deadlineHours: 72 } },
      'Если остались вопросы, у задач будет новый срок (3 дня), а сделка перейдёт на стадию «Won» (воронка «Sales»).']
  ])('%s: %j', async (lang, outcomes, expected) => {
    const { view } = await edit({ ...planOf({}), ...outcomes ? { outcomes } : {} }, { lang })
    expect(view.get('#plan-outcomes').text()).toContain(expected)
  })

  it('is changed in place; a plan from before stays as it is until then', async () => {
    const { view, plan } = await edit(planOf({}))
    await press(view, 'Edit: What becomes of an answer')
    expect(plan().outcomes).toBeUndefined()
    await labelled(view, 'Stage of the deal').setValue('C4:NEW')
    await labelled(view, 'New deadline of the tasks').setValue('3')
    expect(plan().outcomes).toEqual({ questionsRemain: { stage: 'C4:NEW', deadlineHours: 72 } })
    await labelled(view, 'Stage of the deal').setValue('')
    expect(plan().outcomes).toEqual({ questionsRemain: { stage: null, deadlineHours: 72 } })
  })

  it('names a stage that is gone, in its place', async () => {
    const { view } = await edit({ ...planOf({}), outcomes: { questionsRemain: { stage: 'GONE', deadlineHours: 24 } } })
    expect(view.get('#plan-outcomes .trouble').text()).toBe('This stage is gone: GONE.')
    expect(view.text()).toContain('Plan, what becomes of an answer: This stage is gone: GONE.')
  })
})

describe('conditions', () => {
  it('are ticked one after the other, none is lost', async () => {
    const { view, plan } = await edit(planOf({}))
    await press(view, 'Edit the condition: Rule 1')
    for (const label of ['Only when the score is', 'Only for scores', 'Only for answers that came', 'Only for the pipeline', 'Only for deals']) await labelled(view, label).setValue(true)
    expect(plan().rules[0]!.when).toEqual({ groups: ['low'], value: { from: 0, to: 10 }, channels: ['email'], pipelines: [0], sumFrom: 0 })
    await labelled(view, 'Only for scores').setValue(false)
    await labelled(view, 'medium').setValue(true)
    await labelled(view, 'Repairs').setValue(true)
    await view.get('input[aria-label^="Sum"]').setValue('250000')
    expect(plan().rules[0]!.when).toEqual({ groups: ['low', 'middle'], channels: ['email'], pipelines: [0, 4], sumFrom: 250_000 })
    expect(headings(view)[0]).toContain('at least 250,000')
  })

  it('keep their number while its field is empty', async () => {
    const { view, plan } = await edit(planOf({ when: { value: { from: 2, to: 5 } } }))
    await press(view, 'Edit the condition: Rule 1')
    await labelled(view, 'from').setValue('')
    expect(plan().rules[0]!.when.value).toEqual({ from: 2, to: 5 })
    await labelled(view, 'to').setValue('6')
    expect(plan().rules[0]!.when.value).toEqual({ from: 2, to: 6 })
  })
})

describe('actions', () => {
  it.each<[RuleEffect['kind'], RuleEffect]>([
    ['comment', { kind: 'comment' }],
    ['notify', { kind: 'notify', whom: ['owner'] }],
    ['task', { kind: 'task', title: '', checklist: [], deadlineHours: 24 }],
    ['mail', { kind: 'mail', subject: {}, body: {} }],
    ['setField', { kind: 'setField', card: 'deal', field: 'ufCrmRisk', value: '' }],
    ['dealStage', { kind: 'dealStage', stage: 'NEW' }],
    ['handOver', { kind: 'handOver', user: 9 }]
  ])('%s can be added and removed', async (kind, expected) => {
    const first: RuleEffect = { kind: 'notify', whom: ['supervisor'] }
    const { view, plan } = await edit(doing(first))
    await add(view, kind)
    expect(plan().rules[0]!.effects).toEqual([first, expected])
    expect(view.get('#plan-rule-0-effect-1').element.contains(document.activeElement)).toBe(true)
    await press(view, `Remove: ${sentences(view)[1]!}`)
    expect(plan().rules[0]!.effects).toEqual([first])
    expect(document.activeElement).toBe(view.get('select[data-add]').element)
  })

  it('hand over to nobody when nobody was chosen', async () => {
    const { view, plan, pick } = await edit(planOf({}))
    pick.mockResolvedValue(null)
    await add(view, 'handOver')
    expect(plan().rules[0]!.effects).toHaveLength(1)
  })

  it('notify whom the person ticks and chooses', async () => {
    const { view, plan } = await edit(doing({ kind: 'notify', whom: ['owner'] }))
    await press(view, 'Edit: notify the answer\'s owner')
    await labelled(view, 'the supervisor').setValue(true)
    await press(view, 'Choose an employee')
    await labelled(view, 'the answer').setValue(false)
    expect(plan().rules[0]!.effects).toEqual([{ kind: 'notify', whom: ['supervisor', { user: 9 }] }])
    expect(sentences(view)).toEqual(['notify the supervisor of the answer\'s owner and Clara Stern'])
  })

  it('give a task with a title, a checklist, a deadline and somebody to do it', async () => {
    const { view, plan } = await edit(doing({ kind: 'task', title: 'Call', checklist: [], deadlineHours: 24 }))
    await press(view, `Edit: ${sentences(view)[0]!}`)
    const title = labelled(view, 'Title of the task')
    title.element.focus()
    title.element.setSelectionRange(4, 4)
    await press(view, 'client\'s name')
    await labelled(view, 'Checklist').setValue('One\n\n Two \n')
    await labelled(view, 'Checklist').trigger('blur')
    await labelled(view, 'Due after the answer').setValue('')
    await view.get('select[aria-label="Unit of the deadline"]').setValue('inHours')
    await labelled(view, 'Due after the answer').setValue('5')
    await labelled(view, 'Who does it').setValue('somebody')
    await flushPromises()
    await labelled(view, 'On behalf').setValue(false)
    expect(plan().rules[0]!.effects).toEqual([
      { kind: 'task', title: 'Call{client}', checklist: ['One', 'Two'], deadlineHours: 5, responsible: { user: 9 }, onBehalfOfSupervisor: false }
    ])
  })

  it.each<[hours: number, to: 'inHours' | 'inDays', amount: string, hoursThen: number, units: string[]]>([
    [8, 'inDays', '1', 24, ['hours', 'day']],
    [36, 'inDays', '2', 48, ['hours', 'days']],
    [72, 'inHours', '72', 72, ['hours', 'days']],
    [1, 'inDays', '1', 24, ['hours', 'day']]
  ])('due in %i hours, shown %s', async (hours, to, amount, hoursThen, units) => {
    const { view, plan } = await edit(doing({ kind: 'task', title: 'Call', checklist: [], deadlineHours: hours }))
    await press(view, `Edit: ${sentences(view)[0]!}`)
    await view.get('select[aria-label="Unit of the deadline"]').setValue(to)
    expect(labelled(view, 'Due after the answer').element.value).toBe(amount)
    expect(plan().rules[0]!.effects[0]).toMatchObject({ deadlineHours: hoursThen })
    expect(view.findAll('select[aria-label="Unit of the deadline"] option').map(option => option.text())).toEqual(units)
  })

  it.each([[8, ['часов', 'день']], [24, ['часа', 'день']], [72, ['часа', 'дня']], [240, ['часов', 'дней']]])('%i hours in Russian', async (deadlineHours, units) => {
    const { view } = await edit(doing({ kind: 'task', title: 'Call', checklist: [], deadlineHours }), { lang: 'ru' })
    await press(view, `Изменить: ${sentences(view)[0]!}`)
    expect(view.findAll('select[aria-label="Единица срока"] option').map(option => option.text())).toEqual(units)
  })

  it('write a mail in every language', async () => {
    const { view, plan } = await edit(doing({ kind: 'mail', subject: {}, body: {} }))
    await press(view, `Edit: ${sentences(view)[0]!}`)
    await view.get('#field-plan-r0-0-subject-en').setValue('Sorry')
    await view.get('#field-plan-r0-0-body-ru').setValue('Здравствуйте, ')
    view.get<HTMLTextAreaElement>('#field-plan-r0-0-body-ru').element.focus()
    await press(view, 'client\'s name')
    expect(plan().rules[0]!.effects).toEqual([{ kind: 'mail', subject: { en: 'Sorry' }, body: { ru: 'Здравствуйте, {client}' } }])
    expect(view.text()).toContain('consent')
  })

  it('set a field of the chosen card to one of its values', async () => {
    const { view, plan } = await edit(doing({ kind: 'setField', card: 'deal', field: 'title', value: 'x' }))
    await press(view, `Edit: ${sentences(view)[0]!}`)
    await labelled(view, 'Card').setValue('contact')
    await labelled(view, 'Field').setValue('ufCrmRisk')
    await labelled(view, 'Value').setValue('7')
    expect(plan().rules[0]!.effects).toEqual([{ kind: 'setField', card: 'contact', field: 'ufCrmRisk', value: '7' }])
  })
})

describe('rules', () => {
  const three = planOf({ when: { groups: ['low'] } }, { when: { groups: ['middle'] } }, { when: { groups: ['high'] } })

  it('are moved by buttons, which keep the focus', async () => {
    const { view, plan } = await edit(three)
    expect(named(view, 'Up: Rule 1').attributes('disabled')).toBeDefined()
    await press(view, 'Down: Rule 1')
    expect(plan().rules.map(({ id }) => id)).toEqual(['r1', 'r0', 'r2'])
    expect(focused()).toBe('Down: Rule 2')
    await press(view, 'Down: Rule 2')
    expect(plan().rules.map(({ id }) => id)).toEqual(['r1', 'r2', 'r0'])
    expect(focused()).toBe('Up: Rule 3')
    expect(view.get('[role=status]').text()).toBe('The rule is now number 3 of 3.')
  })

  it('are deleted after a question, and the focus goes to the next one', async () => {
    const { view, plan } = await edit(three)
    const first = view.get('[data-rule=r0]')
    await first.findAll('button').find(one => one.text() === 'Delete the rule')!.trigger('click')
    expect(plan().rules).toHaveLength(3)
    await flushPromises()
    await first.findAll('button').find(one => one.text() === 'Delete')!.trigger('click')
    await flushPromises()
    expect(plan().rules.map(({ id }) => id)).toEqual(['r1', 'r2'])
    expect(document.activeElement?.id).toBe('plan-rule-0')
  })

  it('get an id that no other has', async () => {
    const { view, plan } = await edit({ ...three, rules: [{ ...three.rules[0]!, id: 'rule4' }] })
    await press(view, 'Add a rule')
    expect(plan().rules.map(({ id }) => id)).toEqual(['rule4', 'rule5'])
    expect(focused()).toBe('Edit the condition: Rule 2')
  })
})

describe('whose answer it is', () => {
  it.each<[Plan['owner'], 'asker' | 'responsible', string]>([
    [undefined, 'asker', 'If this person has left, the answer goes to the person responsible for the deal.'],
    ['asker', 'asker', 'If this person has left, the answer goes to the person responsible for the deal.'],
    ['responsible', 'responsible', 'If there is no deal or this person has left, the answer goes to whoever asked for it.']
  ])('of a plan that says %s', async (owner, chosen, second) => {
    const { view } = await edit({ ...planOf({}), ...owner && { owner } })
    expect(view.get<HTMLInputElement>('#plan-owner input:checked').element.value).toBe(chosen)
    expect(view.text()).toContain(second)
  })

  it('is chosen, and kept with the plan', async () => {
    const { view, plan } = await edit(planOf({}))
    await view.get('#plan-owner input[value=responsible]').setValue(true)
    expect(plan().owner).toBe('responsible')
    expect(view.text()).toContain('the answer goes to whoever asked for it.')
    await view.get('#plan-owner input[value=asker]').setValue(true)
    expect(plan().owner).toBe('asker')
  })

  it('is the duty person\'s in the end, unless somebody is named', async () => {
    const { view, plan, pick } = await edit(planOf({}))
    expect(view.text()).toContain('If both have left, it goes to whoever handles it: the duty person or the duty person\'s deputy.')
    pick.mockResolvedValueOnce(null)
    await press(view, 'Give it to somebody else')
    expect(plan().fallbackOwner).toBeNull()
    await press(view, 'Give it to somebody else')
    expect(plan().fallbackOwner).toBe(9)
    expect(view.text()).toContain('it goes to Clara Stern, and in the last resort to whoever handles it')
    await press(view, 'Leave it to whoever handles it')
    expect(plan().fallbackOwner).toBeNull()
  })
})

describe('how fast it works', () => {
  it.each<[Duty | null, string, string | null]>([
    [{ person: 7, deputy: 8 }, 'while the portal is open at the duty person (Anna Ivanova) or the deputy (Boris Orlov)', null],
    [{ person: 7, deputy: null }, 'the duty person has no deputy', 'Name a deputy'],
    [null, 'Nobody runs the plan', 'Choose a duty person']
  ])('with %j', async (duty, said, link) => {
    const { view, onDuty } = await edit(planOf({}), { duty })
    expect(view.get('#plan').text()).toContain(said)
    const button = view.findAll('#plan p > button.link')[0]
    expect(button?.text() ?? null).toBe(link)
    await button?.trigger('click')
    expect(onDuty).toHaveBeenCalledTimes(link === null ? 0 : 1)
  })
})

describe('what is wrong', () => {
  it('stands in one list and at its place', async () => {
    const plan: Plan = {
      v: 1, fallbackOwner: 8, rules: [
        { id: 'a', when: { groups: [] }, effects: [] },
        { id: 'b', when: {}, effects: [
          { kind: 'task', title: '{nobody}', checklist: ['{nobody}'], deadlineHours: 1 }, { kind: 'dealStage', stage: 'GONE' }, { kind: 'mail', subject: { en: 'x', ru: 'x' }, body: { en: 'x' } }
        ] }
      ]
    }
    const { view } = await edit(plan)
    expect(view.text()).toContain('6 things to mend in the plan:')
    expect(view.findAll('#plan ul li a').map(link => link.element.parentElement!.textContent!.trim())).toEqual([
      'Plan, whose answer it is: This employee has left: Boris Orlov.',
      'Plan, rule 1: The rule does nothing.',
      'Plan, rule 1: This condition can never hold: nothing is chosen in one of its parts, or “from” is above “to”.',
      'Plan, rule 2, action 1: The app does not know what “nobody” is.',
      'Plan, rule 2, action 2: This stage is gone: GONE.',
      'Plan, rule 2, action 3: The mail lacks its subject or text in this language: Russian.'
    ])
    expect(view.get('#plan-rule-1-effect-1 .trouble').text()).toBe('This stage is gone: GONE.')
    await view.findAll('#plan ul li a')[4]!.trigger('click')
    expect(document.activeElement?.id).toBe('plan-rule-1-effect-1')
  })

  it('is not guessed while the portal cannot be asked', async () => {
    const { view } = await edit(doing({ kind: 'dealStage', stage: 'NEW' }), { replies: { pipelines: new PortalError('noRight') } })
    expect(view.text()).toContain('You do not have the right to do this')
    expect(view.text()).not.toContain('stage is gone:')
    expect(view.findAll<HTMLOptionElement>('select[data-add] option').filter(({ element }) => element.disabled)).toHaveLength(2)
  })

  it.each(LOCALES)('has words for every trouble in %s', async locale => {
    const troubles: Record<PlanTrouble, true> = {
      ruleTwice: true, ruleEmpty: true, neverHolds: true, notifyNobody: true, titleMissing: true, checklistTooLong: true, textMissing: true,
      unknownPlaceholder: true, userGone: true, fieldGone: true, stageGone: true
    }
    const { plan } = await planMessages(locale) as { plan: { trouble: object } }
    expect(Object.keys(plan.trouble).sort()).toEqual(Object.keys(troubles).sort())
  })
})

describe('a plan that', () => {
  it('may only be read has no buttons', async () => {
    const { view } = await edit(planOf({ effects: [{ kind: 'notify', whom: ['owner'] }] }), { disabled: true })
    expect(sentences(view)).toEqual(['notify the answer\'s owner'])
    expect(view.text()).toContain('An answer belongs to whoever asked for it.')
    expect(view.findAll('button, input, select')).toEqual([])
  })

  it('is missing begins with the usual one', async () => {
    const { view, plan } = await edit(null)
    expect(view.text()).toContain('its answers are not handled')
    await press(view, 'Start with the usual plan')
    expect(plan().rules.length).toBeGreaterThan(1)
  })

  it.each([['newer', { v: 2, rules: [] }], ['damaged', 'rules']])('is %s is never written over', async (_, stored) => {
    const { view } = await edit(stored)
    expect(view.text()).toContain('It cannot be changed here')
    expect(view.findAll('button')).toEqual([])
  })
})
