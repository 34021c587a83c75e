import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import { answerFixture } from '@/report/model/records.fixture'
import { fakePortal } from '@/report/portal.fixture'
import { loadChosen } from '@/report/store-said'
import DriversFigure from '@/report/ui/figures/DriversFigure.vue'
import { day, figureProps } from '@/report/ui/figures/figure.fixture'
import { reportMessages } from '@/report/ui/messages'
import { mountInPortal } from '../../../../tests/mount'

vi.mock('@/report/store-said', () => ({ SAID_AT_ONCE: 20, loadChosen: vi.fn() }))

beforeEach(() => {
  vi.mocked(loadChosen).mockReset()
  vi.mocked(loadChosen).mockImplementation((_portal, _store, ids) =>
    Promise.resolve(new Map(ids.map((id): [number, string[]] => [id, id % 10 === 0 ? [] : id % 2 === 0 ? ['staff', 'gone'] : ['price']]))))
})

/** Even ones are promoters, odd ones detractors; a few belong to another survey. */
const answers = Array.from({ length: 45 }, (_, index) =>
  answerFixture({ id: index + 1, createdAt: day(index % 30), nps: index % 2 === 0 ? 3 : 10, survey: index < 40 ? 'visit' : 'other' }))

async function show(drivers: string): Promise<{ view: VueWrapper, props: ReturnType<typeof figureProps> }> {
  const props = figureProps(answers, { drivers })
  const view = await mountInPortal(DriversFigure, { props, portal: fakePortal(), messages: [reportMessages] })
  await flushPromises()
  return { view, props }
}

async function press(view: VueWrapper, label: string): Promise<void> {
  await view.findAll('button').find(one => one.text() === label)!.trigger('click')
  await flushPromises()
}

const value = (view: VueWrapper, row: string, part: string): number => Number(view.get(`[data-row="${row}"] [data-part=${part}]`).attributes('data-value'))

it('offers the questions of the surveys that are there, also where nothing is tagged', async () => {
  const { view, props } = await show('')
  expect(view.text()).toContain('No answer of this selection has a tag')
  expect(view.findAll('option').map(one => one.text())).toEqual(['tags', 'visit: What shaped it?', 'other: Again?'])
  expect(loadChosen).not.toHaveBeenCalled()
  await view.get('select').setValue('visit/why')
  expect(props.change).toHaveBeenCalledWith({ drivers: 'visit/why' })
})

it('reads what was chosen in parts, and compares among those who answered', async () => {
  const { view, props } = await show('visit/why')
  expect(vi.mocked(loadChosen).mock.calls.map(([, , ids, question]) => [ids.length, question])).toEqual([[20, 'why'], [20, 'why']])
  // four of forty left the question out
  expect(view.get('[data-part=asked]').text()).toBe('36 answers to the question')
  expect(view.get('[data-row=staff]').text()).toContain('Staff')
  expect(view.get('[data-row=gone]').text(), 'an option that a later version does not have').toContain('gone')
  expect([value(view, 'staff', 'withN'), value(view, 'staff', 'with'), value(view, 'staff', 'without')]).toEqual([16, 100, -100])
  expect(view.get('[data-row=price] [data-verdict]').text()).toBe('worse where chosen')
  await view.get('[data-row=price] [data-part=withN]').trigger('click')
  const [drill, title] = props.drill.mock.lastCall as [{ ids: Set<number> }, string]
  expect(title).toBe('Chose “Prices”')
  expect([...drill.ids].sort((a, b) => a - b)).toEqual(answers.slice(0, 40).map(({ id }) => id).filter(id => id % 2 === 1))
})

it('reads nothing twice under another filter', async () => {
  const { view } = await show('visit/why')
  vi.mocked(loadChosen).mockClear()
  await view.setProps(figureProps(answers, { drivers: 'visit/why', comment: 'without' }))
  await flushPromises()
  expect(loadChosen).not.toHaveBeenCalled()
  expect(view.find('[data-row=price]').exists()).toBe(true)
})

it('shows no part: reading can be stopped, and goes on', async () => {
  let release: () => void = () => undefined
  const held = new Promise<void>(resolve => { release = resolve })
  const whole = vi.mocked(loadChosen).getMockImplementation()!
  vi.mocked(loadChosen).mockImplementation(async (...given) => {
    if (vi.mocked(loadChosen).mock.calls.length === 2) await held
    return whole(...given)
  })
  const { view } = await show('visit/why')
  expect(view.get('[role=status]').text()).toContain('Reading what was chosen: 20 of 40')
  expect(view.find('tbody tr').exists()).toBe(false)
  await press(view, 'Stop')
  expect(view.get('[role=status]').text()).toContain('Reading was stopped: 20 of 40')
  release()
  await press(view, 'Go on')
  expect(view.findAll('tbody tr')).toHaveLength(3)
})

it('says why it could not be read, and tries again', async () => {
  vi.mocked(loadChosen).mockRejectedValueOnce(new PortalError('unreachable'))
  const { view } = await show('visit/why')
  expect(view.get('[role=alert]').text()).toContain('The portal cannot be reached')
  await press(view, 'Try again')
  expect(view.findAll('tbody tr')).toHaveLength(3)
})

it('a question that nobody was asked leaves the tags, one that nobody answered says so', async () => {
  expect((await show('nothing/here')).view.text()).toContain('No answer of this selection has a tag')
  vi.mocked(loadChosen).mockImplementation((_portal, _store, ids) => Promise.resolve(new Map(ids.map(id => [id, []]))))
  expect((await show('visit/why')).view.text()).toContain('Nobody in this selection answered this question')
})
