import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import { draftSurvey } from '@/survey/model/new-survey'
import { publish } from '@/survey/model/publish'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Survey } from '@/survey/model/survey'
import { addSurvey, loadSurveys } from '@/survey/store'
import { memoryPortal, type MemoryPortal } from '@/survey/ui/memory-portal.fixture'
import { surveyMessages } from '@/survey/ui/messages'
import { answerRow, fakePortal, invitationRow, store } from '@/report/portal.fixture'
import { mountInPortal } from '../../../tests/mount'
import { settingsMessages } from './messages'
import SurveysPage from './SurveysPage.vue'
import { surveysMessages } from './surveys/messages'

const draft = (id: string, name: string, plan: unknown = null): Survey => draftSurvey(id, { ...afterDeal, name, company: 'Acme' }, plan)
const live = (id: string, name: string): Survey => publish(draft(id, name), '2026-03-01T10:00:00Z', 7)
const today = new Date()
const rows = [
  ...Array.from({ length: 6 }, (_, n) => answerRow({ id: 100 + n, at: new Date(today.getTime() - 86_400_000).toISOString(), score: 10, survey: 'after-deal', invitation: n === 0 ? 50 : 0 })),
  invitationRow(50, new Date(today.getTime() - 2 * 86_400_000).toISOString()), invitationRow(51, new Date(today.getTime() - 2 * 86_400_000).toISOString())
]

let portal: MemoryPortal
let requests: number
let failing: boolean

beforeEach(() => {
  const records = fakePortal({ rows })
  requests = 0
  failing = false
  portal = memoryPortal({ 'app.option.get': () => ({ store: JSON.stringify(store), installed: 'g' }) }, {})
  const whole = portal
  portal = {
    ...whole,
    call: (method, params) => { requests++; return whole.call(method, params) },
    batch: vi.fn(async (commands: Parameters<typeof whole.batch>[0], options?: { halt?: boolean }) => {
      requests++
      if (!JSON.stringify(commands).includes('crm.item.list')) return whole.batch(commands, options)
      if (failing) throw new PortalError('unreachable')
      return records.batch(commands, options)
    }) as unknown as MemoryPortal['batch']
  }
})

async function open(isAdmin = true): Promise<VueWrapper> {
  const wrapper = await mountInPortal(SurveysPage, {
    portal: { ...portal, context: { ...portal.context, isAdmin } }, messages: [settingsMessages, surveyMessages, surveysMessages]
  })
  await vi.waitFor(() => { if (wrapper.find('[aria-busy=true]').exists() || wrapper.find('[role=status][aria-label]').exists()) throw new Error('still loading') })
  await flushPromises()
  return wrapper
}
const press = async (wrapper: VueWrapper, label: string): Promise<void> => {
  await wrapper.findAll('button').find(one => one.text() === label || one.attributes('aria-label') === label)!.trigger('click')
  await flushPromises()
}
const names = (wrapper: VueWrapper): string[] => wrapper.findAll('h3').map(one => one.text())
const figure = (wrapper: VueWrapper, row: number, what: string): string => wrapper.findAll('li[data-item]')[row]!.get(`[data-figure=${what}] dd`).text()

describe('the list', () => {
  it('has active ones first, then paused ones, drafts and what cannot be read', async () => {
    await addSurvey(portal, draft('d', 'Draft'))
    await addSurvey(portal, { ...live('p', 'Paused'), status: 'paused' })
    await addSurvey(portal, live('b', 'B live'))
    await addSurvey(portal, live('a', 'A live'))
    portal.items.surveys.push({ ID: '77', NAME: 'x', TIMESTAMP_X: '', PROPERTY_VALUES: { JSON: '{"v":99}' } })
    const wrapper = await open()
    expect(names(wrapper)).toEqual(['A live', 'B live', 'Paused', 'Draft', 'Survey no. 77'])
    expect(wrapper.findAll('li[data-item]').at(-1)!.find('button').exists()).toBe(false)
  })

  it('says what was sent and answered, with the number that the score stands on', async () => {
    await addSurvey(portal, live('after-deal', 'After a deal'))
    await addSurvey(portal, live('other', 'Other'))
    const wrapper = await open()
    expect(figure(wrapper, 0, 'sent')).toBe('2')
    expect(figure(wrapper, 0, 'answered')).toBe('150%')
    expect(figure(wrapper, 0, 'score')).toMatch(/^\+100\s*6 answers, few answers$/)
    expect(figure(wrapper, 1, 'score')).toMatch(/^–\s*no answers$/)
  })

  it('a failed count is an error, never a zero; the list itself stays', async () => {
    await addSurvey(portal, live('after-deal', 'After a deal'))
    failing = true
    const wrapper = await open()
    expect(wrapper.get('[role=alert]').text()).toContain('cannot be reached')
    for (const what of ['sent', 'answered', 'score']) expect(figure(wrapper, 0, what)).toBe('not known')
    failing = false
    await press(wrapper, 'Try again')
    await vi.waitFor(() => expect(figure(wrapper, 0, 'sent')).toBe('2'))
  })

  it('asks the portal as often for 20 surveys as for one', async () => {
    await addSurvey(portal, live('after-deal', 'After a deal'))
    requests = 0
    await open()
    const one = requests
    for (let n = 0; n < 19; n++) await addSurvey(portal, live(`s${n}`, `Survey ${n}`))
    requests = 0
    await open()
    expect(requests).toBe(one)
  })

  it('of many is searched', async () => {
    for (let n = 0; n < 9; n++) await addSurvey(portal, draft(`s${n}`, n === 4 ? 'Delivery in Almaty' : `Survey ${n}`))
    const wrapper = await open()
    await wrapper.get('input[type=search]').setValue(' ALMATY delivery ')
    expect(names(wrapper)).toEqual(['Delivery in Almaty'])
    expect(wrapper.text()).toContain('1 survey found')
    await wrapper.get('input[type=search]').setValue('nothing')
    expect(wrapper.text()).toContain('No survey has these words')
  })

  it('is read-only for whoever is no administrator, without figures over a part', async () => {
    await addSurvey(portal, live('after-deal', 'After a deal'))
    const wrapper = await open(false)
    expect(wrapper.findAll('li[data-item] button')).toEqual([])
    expect(wrapper.find('dl').exists()).toBe(false)
    expect(wrapper.text()).not.toContain('New survey')
  })
})

describe('a copy', () => {
  it('is a draft with another name and id', async () => {
    await addSurvey(portal, live('a', 'After a deal'))
    const wrapper = await open()
    await press(wrapper, 'Duplicate: After a deal')
    await press(wrapper, 'Duplicate: After a deal')
    const found = (await loadSurveys(portal)).map(({ survey }) => survey!)
    expect(found.map(({ draft: { name }, status, published }) => [name, status, published === null])).toEqual([
      ['After a deal', 'active', false], ['After a deal (copy)', 'draft', true], ['After a deal (copy 2)', 'draft', true]
    ])
    expect(new Set(found.map(({ id }) => id)).size).toBe(3)
    expect(wrapper.get('[role=status]').text()).toContain('“After a deal (copy 2)” was made as a draft.')
  })

  it('asked for again after a lost reply is the same one', async () => {
    await addSurvey(portal, live('a', 'After a deal'))
    const call = portal.call
    let lost = false
    portal.call = async <T>(method: string, params?: Record<string, unknown>): Promise<T> => {
      const result = await call<T>(method, params)
      if (method !== 'entity.item.add' || lost) return result
      lost = true
      throw new PortalError('replyLost', { executed: 'unknown' })
    }
    const wrapper = await open()
    await press(wrapper, 'Duplicate: After a deal')
    expect(wrapper.get('[role=alert]').text()).toContain('connection broke')
    await press(wrapper, 'Duplicate: After a deal')
    expect(portal.items.surveys).toHaveLength(2)
  })
})

describe('deleting', () => {
  it('asks first, and only a draft goes', async () => {
    await addSurvey(portal, draft('d', 'Draft'))
    const wrapper = await open()
    await press(wrapper, 'Delete: Draft')
    expect(wrapper.text()).toContain('Delete “Draft” with its texts and its plan?')
    await press(wrapper, 'Cancel')
    expect(portal.items.surveys).toHaveLength(1)
    await press(wrapper, 'Delete: Draft')
    await press(wrapper, 'Delete for good')
    expect(portal.items.surveys).toEqual([])
    expect(wrapper.text()).toContain('“Draft” was deleted.')
  })

  it('of a published one says why it stays', async () => {
    await addSurvey(portal, live('a', 'After a deal'))
    const wrapper = await open()
    await press(wrapper, 'Delete: After a deal')
    expect(wrapper.text()).toContain('answers refer to its versions')
    expect(wrapper.findAll('button').some(one => one.text() === 'Delete for good')).toBe(false)
  })
})

it('a file says what another portal would have to choose again', async () => {
  const plan = { v: 1, fallbackOwner: 5, rules: [{ id: 'a', when: {}, effects: [{ kind: 'handOver', user: 7 }] }] }
  await addSurvey(portal, draft('d', 'Draft', plan))
  const files: Blob[] = []
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (file: Blob) => { files.push(file); return 'blob:x' }, revokeObjectURL: () => undefined }))
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  const wrapper = await open()
  await press(wrapper, 'Export: Draft')
  expect((clicked.mock.contexts[0] as HTMLAnchorElement).download).toBe('Draft.json')
  expect(JSON.parse(await files[0]!.text())).toMatchObject({ app: 'feedback-for-bitrix24', format: 4, portal: 'acme.example', content: { name: 'Draft' }, plan })
  expect(wrapper.get('[role=status]').text()).toContain('(2)')
  clicked.mockRestore()
  vi.unstubAllGlobals()
})
