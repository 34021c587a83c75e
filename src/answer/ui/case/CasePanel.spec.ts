import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settleCase, type CaseRefusal } from '@/answer/case'
import { readAnswer } from '@/answer/store'
import type { CaseWord } from '@/answer/model/case'
import { loadAnswerMessages } from '@/answer/ui/messages'
import { planFromTemplate } from '@/plan/model/template-plans'
import { PortalError } from '@/portal/errors'
import { surveysFromWire } from '@/survey/store'
import { answerItem, fakePortal, STORE, storedSurveys, SURVEY, type Replies } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import CasePanel from './CasePanel.vue'

vi.mock('@/answer/case', async original => ({ ...await original<typeof import('@/answer/case')>(), settleCase: vi.fn() }))
vi.mock('@/portal/settings-store', async original => ({ ...await original<typeof import('@/portal/settings-store')>(), requireStore: () => STORE }))

const NOW = new Date('2026-03-02T09:00:00Z')
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  vi.mocked(settleCase).mockReset().mockResolvedValue([])
})
afterEach(() => { vi.useRealTimers() })

const TASK = { id: '12', title: 'Call the client', status: '2', deadline: '2026-03-03T09:00:00Z', closedDate: null, responsibleId: '7' }
const LEDGER = '{"task:critics.1":12}'
const STAGES = [{ STATUS_ID: 'NEW', NAME: 'New' }, { STATUS_ID: 'WORK', NAME: 'In work again' }]

async function open(item: Record<string, unknown> = {}, { replies = {} as Replies, stage = null as string | null } = {}) {
  const record = answerItem(31, { stageId: 'A:low', FB_GROUP: 'low', FB_LEDGER: LEDGER, ...item })
  const portal = fakePortal({
    'answer': { item: record }, 'tasks': { tasks: [TASK, { ...TASK, id: '99', title: 'Not ours' }] },
    'user.get': [{ ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov', ACTIVE: true }],
    'crm.item.get': { item: { id: 2, categoryId: 0, stageId: 'NEW' } }, 'crm.status.list': STAGES, ...replies
  })
  const frame = silentFrame()
  const plan = { ...planFromTemplate('afterdeal', 'en'), outcomes: { questionsRemain: { stage, deadlineHours: 48 } } }
  const surveys = surveysFromWire(storedSurveys({ ...SURVEY, published: { ...SURVEY.published!, plan } }))
  const view = await mountInPortal(CasePanel, {
    portal, frame, messages: [loadAnswerMessages], props: { answer: readAnswer(STORE, record), surveys, viewerId: 9 }
  })
  await settled()
  return { view, portal, frame }
}
const settled = async (): Promise<void> => {
  for (let round = 0; round < 3; round++) {
    await flushPromises()
    await vi.dynamicImportSettled()
  }
}
async function press(view: VueWrapper, label: string): Promise<void> {
  const found = view.findAll('button').find(candidate => candidate.text() === label)
  if (!found) throw new Error(`no button "${label}" in: ${view.text()}`)
  await found.trigger(found.attributes('type') === 'submit' ? 'submit' : 'click')
  await settled()
}
const said = (): CaseWord[] => vi.mocked(settleCase).mock.calls.map(([, , , word]) => word)

describe('what became of an answer', () => {
  it('shows the task that was given for it, who has it and until when, and leads to it', async () => {
    const { view, frame } = await open()
    expect(view.text()).toContain('Call the client Ivan Orlov, due Mar 3, 2026')
    expect(view.text()).not.toContain('Not ours')
    await view.get('li button').trigger('click')
    expect(frame.openPath).toHaveBeenCalledWith('/company/personal/user/9/tasks/task/view/12/')
  })

  it('says that there is no task to be seen', async () => {
    const { view } = await open({}, { replies: { tasks: { tasks: [] } } })
    expect(view.text()).toContain('No task was given for this answer, or you may not see it.')
  })

  it('says of an ended case that its task is still open, and of an open one or a done task nothing', async () => {
    const isSaid = async (stageId: string, status: string): Promise<boolean> => {
      const { view } = await open({ stageId }, { replies: { tasks: { tasks: [{ ...TASK, status, ...status === '5' ? { closedDate: '2026-03-02T08:00:00Z' } : {} }] } } })
      return view.text().includes('a task is still open')
    }
    expect([await isSaid('A:closed', '2'), await isSaid('A:closed', '5'), await isSaid('A:low', '2')]).toEqual([true, false, false])
  })

  it('says how it ended', async () => {
    const { view } = await open({ stageId: 'A:closed', FB_CAUSE: 'Late <b>', FB_DONE_AT: '2026-03-02T08:00:00Z', FB_ASK_AGAIN: 'Y' })
    for (const part of ['Ended on Mar 2, 2026', 'Cause: Late <b>', 'to be asked again']) expect(view.text()).toContain(part)
    await press(view, 'Questions remain')
    expect(view.text()).toContain('The answer is back in work')
  })

  it.each<[string, string | null, string | null]>([['none', null, null], ['one of this pipeline', 'WORK', 'WORK'], ['one of another pipeline', 'C4:WORK', null]])(
    'questions remain: the deadline and the stage of the plan (%s) are offered', async (_, stage, expected) => {
      const { view } = await open({}, { stage })
      await press(view, 'Questions remain')
      await press(view, 'Keep in work')
      expect(said()).toEqual([{ kind: 'questionsRemain', stage: expected, deadline: '2026-03-04T09:00:00.000Z' }])
      expect(view.text()).toContain('Saved: the answer is in work.')
    }
  )

  it('questions remain: another deadline and stage; an impossible deadline is not sent', async () => {
    const { view } = await open()
    await press(view, 'Questions remain')
    await view.get('input[type=number]').setValue('0')
    await view.get('form').trigger('submit')
    expect(said()).toEqual([])
    await view.get('input[type=number]').setValue('3')
    await view.findAll('select')[0]!.setValue('hours')
    await view.findAll('select')[1]!.setValue('WORK')
    await press(view, 'Keep in work')
    expect(said()).toEqual([{ kind: 'questionsRemain', stage: 'WORK', deadline: '2026-03-02T12:00:00.000Z' }])
  })

  it('a deal that may not be read stays where it is, and it is said', async () => {
    const denied = (): never => { throw new PortalError('noRight') }
    const { view } = await open({}, { replies: { 'crm.item.get': denied }, stage: 'WORK' })
    await press(view, 'Questions remain')
    expect(view.text()).toContain('could not be read, it stays where it is')
    await press(view, 'Keep in work')
    expect(said()).toMatchObject([{ stage: null }])
  })

  it.each<[string, string, CaseWord['kind']]>([['Closed', 'Close the answer', 'closed'], ['Could not reach', 'Close as not reached', 'noContact']])('%s: cause and wish to ask again', async (word, save, kind) => {
    const { view } = await open()
    await press(view, word)
    await view.get('input[type=text]').setValue('  too late ')
    await view.get('input[type=checkbox]').setValue(true)
    await press(view, save)
    expect(said()).toEqual([{ kind, cause: 'too late', askAgain: true, at: NOW.toISOString() }])
  })

  it('is sent once, however often it is pressed', async () => {
    const replies: (() => void)[] = []
    vi.mocked(settleCase).mockImplementation(() => new Promise(resolve => { replies.push(() => { resolve([]) }) }))
    const { view } = await open()
    await press(view, 'Closed')
    for (let press = 0; press < 3; press++) await view.get('form').trigger('submit')
    expect(said()).toHaveLength(1)
    expect(view.findAll('[data-word]').every(button => button.attributes('disabled') !== undefined)).toBe(true)
    replies[0]!()
    await settled()
    expect(view.text()).toContain('Saved: the answer is closed.')
    expect(view.find('form').exists()).toBe(false)
  })

  it('tells what the portal refused beside it', async () => {
    const refused: CaseRefusal[] = [{ step: 'completeTask', code: 'noRight' }, { step: 'endPause', code: 'badRequest' }]
    vi.mocked(settleCase).mockResolvedValue(refused)
    const { view } = await open()
    await press(view, 'Closed')
    await press(view, 'Close the answer')
    expect(view.findAll('[role=status] li').map(line => line.text())).toEqual([
      'The task was not completed: you do not have the right to change it.', 'The client’s pause was not ended: the portal refused it (badRequest).'
    ])
  })

  it('a failure keeps what was written and can be tried again, as it was said', async () => {
    vi.mocked(settleCase).mockRejectedValueOnce(new PortalError('replyLost', { executed: 'unknown' }))
    const { view } = await open()
    await press(view, 'Closed')
    await view.get('input[type=text]').setValue('price')
    await press(view, 'Close the answer')
    expect(view.get('[role=alert]').text()).toContain('Try again')
    expect(view.get<HTMLInputElement>('input[type=text]').element.value).toBe('price')
    await press(view, 'Try again')
    expect(said()[1]).toEqual(said()[0])
    expect(view.text()).toContain('Saved: the answer is closed.')
  })
})
