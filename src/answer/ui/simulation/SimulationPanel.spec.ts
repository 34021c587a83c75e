import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { simulateAnswer, type Simulation, type SimulationOrder } from '@/answer/simulation'
import { simulationMessages } from '@/answer/ui/simulation/messages'
import SimulationPanel from '@/answer/ui/simulation/SimulationPanel.vue'
import type { Effect, Why } from '@/plan/model/effects'
import type { Plan } from '@/plan/model/plan'
import type { SimulatedEffect } from '@/plan/model/simulate'
import { effectMessages } from '@/plan/ui/effects/messages'
import { planMessages } from '@/plan/ui/messages'
import { PortalError } from '@/portal/errors'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { fakePortal, STORE, type Replies } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'

vi.mock('@/answer/simulation', () => ({ simulateAnswer: vi.fn() }))

const PLAN: Plan = {
  v: 1, fallbackOwner: null,
  rules: [{ id: 'always', when: {}, effects: [{ kind: 'comment' }] }, { id: 'critics', when: { groups: ['low'] }, effects: [{ kind: 'notify', whom: ['supervisor'] }] }]
}
const SURVEY = { id: 's1', version: 3, content: { ...afterDeal, name: 'After the deal', company: 'Alatau', langs: ['en', 'ru'], defaultLang: 'en' } }
const PORTAL: Replies = {
  'pipelines': { categories: [{ id: 0, name: 'Sales' }] }, 'p0': [], 'crm.item.fields': { fields: { ufCrmRisk: { title: 'Risk', type: 'string' } } },
  'crm.item.list': { items: [{ id: 41, title: 'Kitchen' }, { id: 40, title: 'Hall' }] }
}

const person = (id: number, name: string) => ({ kind: 'employee' as const, id, name })
const simulated = (effect: Effect, more: Partial<SimulatedEffect> = {}): SimulatedEffect => ({ effect, reaches: [], onBehalfOf: null, watches: [], ...more })
const simulation = (...effects: SimulatedEffect[]): Simulation => ({ verdict: { flag: null, group: 'low', value: 3, score: 30 }, effects, handlerAssumed: false })
const asked: NonNullable<Why['owner']> = { from: 'asked', dismissed: [] }

beforeEach(() => { vi.mocked(simulateAnswer).mockReset().mockResolvedValue(simulation()) })

async function open({ lang = 'en', replies = {} as Replies, pick = null as { id: number, name: string } | null } = {}): Promise<VueWrapper> {
  const view = await mountInPortal(SimulationPanel, {
    lang, messages: [simulationMessages, planMessages, effectMessages], portal: fakePortal({ ...PORTAL, ...replies }),
    frame: { ...silentFrame(), selectUser: vi.fn(async () => pick) },
    props: { survey: SURVEY, plan: PLAN, store: STORE, me: { id: 7, name: 'Anna Ivanova' } }
  })
  await flushPromises()
  return view
}
const labelled = (view: VueWrapper, text: string) => view.findAll('label').find(label => label.text().startsWith(text))!.get<HTMLInputElement>('input, textarea, select')
async function run(view: VueWrapper): Promise<void> {
  await view.get('form').trigger('submit')
  await flushPromises()
}
const orders = (): SimulationOrder[] => vi.mocked(simulateAnswer).mock.calls.map(([, , order]) => order)
const lines = (view: VueWrapper): string[] => view.findAll('ol > li').map(line => line.get('p').text())
const whys = (view: VueWrapper): string[] => view.findAll('ol > li').map(line => line.findAll('p').at(-1)!.text())

describe('an order', () => {
  it('is about the newest deal, and asks nothing before the button is pressed', async () => {
    const view = await open()
    expect(orders()).toEqual([])
    await run(view)
    expect(orders()).toEqual([{
      survey: SURVEY, plan: PLAN, dealId: 41, hypothesis: { value: 0, comment: '', channel: 'email', lang: 'en', askedBy: 7, arrives: 'inTime' }
    }])
  })

  it('takes another deal by its number, and says when there is none', async () => {
    const view = await open()
    await labelled(view, 'Deal').setValue('other')
    await run(view)
    expect(view.get('[role=alert]').text()).toBe('Give the number of a deal.')
    expect(orders()).toEqual([])
    await labelled(view, 'Number of the deal').setValue('12')
    await run(view)
    expect(orders()[0]?.dealId).toBe(12)
  })

  it.each([
    ['inTime', '3', { value: 3, arrives: 'inTime' }],
    ['again', '3', { value: 3, arrives: 'again' }],
    ['late', '3', { value: 3, arrives: 'late' }],
    ['invalid', '3', { value: 11, arrives: 'inTime' }],
    ['inTime', '', { value: null, arrives: 'inTime' }]
  ])('%s with score "%s"', async (kind, score, expected) => {
    const view = await open({ pick: { id: 9, name: 'Clara Stern' } })
    await labelled(view, 'Score').setValue(score)
    await labelled(view, 'Kind of answer').setValue(kind)
    await labelled(view, 'Client\'s comment').setValue(' Too late ')
    await labelled(view, 'Language').setValue('ru')
    await labelled(view, 'The answer came').setValue('link')
    await view.findAll('button').find(one => one.text() === 'Choose somebody else')!.trigger('click')
    await flushPromises()
    expect(view.text()).toContain('Asked by: Clara Stern')
    await run(view)
    expect(orders()[0]?.hypothesis).toEqual({ ...expected, comment: 'Too late', channel: 'link', lang: 'ru', askedBy: 9 })
  })

  it('can be given without the list of deals', async () => {
    const view = await open({ replies: { 'crm.item.list': new PortalError('noRight') } })
    expect(view.text()).toContain('The newest deals could not be loaded')
    await labelled(view, 'Number of the deal').setValue('12')
    await run(view)
    expect(orders()[0]?.dealId).toBe(12)
  })
})

describe('the result', () => {
  it('says that nothing was sent, and every effect in its order with its why', async () => {
    vi.mocked(simulateAnswer).mockResolvedValue(simulation(
      simulated({ kind: 'comment', key: 'comment', dealId: 41, text: '[B]Feedback: 3/10[/B]\n[URL=/crm/7/]Open the answer[/URL]', why: { rule: 'always' } }),
      simulated({ kind: 'setField', key: 'setField:deal.ufCrmRisk', card: 'deal', id: 41, field: 'ufCrmRisk', value: 'high', why: { rule: 'critics' } }),
      simulated({
        kind: 'task', key: 'task:critics.1', responsibleId: 7, creatorId: 1, auditors: [5], title: 'Call Olga', description: 'What she said', checklist: ['Listen'],
        deadline: '2026-03-02T09:00:00Z', dealId: 41, contactId: null, companyId: null,
        why: { rule: 'critics', owner: { from: 'responsible', dismissed: ['asked'] }, recipient: { as: 'owner', instead: null }, creator: { as: 'handler', instead: 'notAllowed' } }
      }, { reaches: [person(7, 'Anna Ivanova')], onBehalfOf: person(1, 'Admin'), watches: [person(5, 'Emily Carter')] }),
      simulated({ kind: 'impossible', key: 'mail:critics.2', wanted: 'mail', reason: 'optedOut', why: { rule: 'critics', owner: asked } }),
      simulated({ kind: 'handOver', key: 'handOver', stage: 'low', why: { rule: null } })
    ))
    const view = await open()
    await run(view)
    expect(view.text()).toContain('Nothing was sent and nothing was written.')
    expect(view.text()).toContain('Score 3 – low (0–6)')
    expect(lines(view)).toEqual([
      'A comment appears in the deal',
      'set the deal\'s “Risk” to “high”',
      'Anna Ivanova gets a task',
      'Will not be done: mail to the client – the client is marked “Never ask”',
      'The answer waits for its owner'
    ])
    expect(view.get('ol').text()).toContain('Feedback: 3/10\nOpen the answer')
    expect(view.findAll('ol > li')[2]!.findAll('dl > div').map(detail => detail.text())).toEqual([
      'TaskCall Olga', expect.stringContaining('DueMar 2, 2026'), 'CreatorAdmin', 'WatchesEmily Carter', 'DescriptionWhat she said', 'ChecklistListen'
    ])
    expect(whys(view)).toEqual([
      'Why: rule 1: after every answer',
      'Why: rule 2: when the score is low (0–6)',
      'Why: rule 2: when the score is low (0–6); it goes to the answer\'s owner; who asked has left; the answer\'s owner is who is responsible for the deal; who handles answers is its creator; '
      + 'only administrators may give tasks in somebody else\'s name, so the supervisor watches',
      'Why: rule 2: when the score is low (0–6); the answer\'s owner is who asked for it',
      'Why: this happens with every answer'
    ])
  })

  it('says what was assumed about who handles', async () => {
    vi.mocked(simulateAnswer).mockResolvedValue({ ...simulation(), handlerAssumed: true, verdict: { flag: 'late', group: 'low', value: 3, score: 30 } })
    const view = await open({ lang: 'ru' })
    await run(view)
    expect(view.text()).toContain('портал не сообщает, администратор ли он')
    expect(view.text()).toContain('Оценка 3 – низкая (0–6); ответ пришёл, когда приглашение уже не действовало')
  })

  it('is asked for again after the plan was changed', async () => {
    const view = await open()
    await run(view)
    await view.setProps({ plan: structuredClone(PLAN), survey: { ...SURVEY, version: 4 } })
    expect(view.text()).not.toContain('have changed since')
    await view.setProps({ plan: { ...PLAN, rules: [] } })
    expect(view.text()).toContain('have changed since')
    expect(view.text()).not.toContain('Nothing was sent')
    await run(view)
    expect(orders()).toHaveLength(2)
    expect(view.text()).not.toContain('have changed since')
  })

  it('is an error that can be tried again', async () => {
    vi.mocked(simulateAnswer).mockRejectedValueOnce(new PortalError('noClient'))
    const view = await open()
    await run(view)
    expect(view.get('[role=alert]').text()).toContain('no contact')
    await view.get('[role=alert] button').trigger('click')
    await flushPromises()
    expect(view.text()).toContain('Nothing was sent and nothing was written.')
  })
})
