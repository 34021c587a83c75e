import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { loadDue, type DueView } from '@/invitation/due-list'
import { PortalError } from '@/portal/errors'
import { fakePortal } from '@/report/portal.fixture'
import DueFigure from '@/report/ui/figures/DueFigure.vue'
import { reportMessages } from '@/report/ui/messages'
import { mountInPortal, silentFrame } from '../../../../tests/mount'

vi.mock('@/invitation/due-list', () => ({ loadDue: vi.fn() }))

const view = (kinds: string[], more: Partial<DueView> = {}): DueView => ({
  due: kinds.map(kind => ({ kind })) as unknown as DueView['due'], leftOut: [], inCharge: 'duty', isUnused: false, more: false, at: '2026-03-01T00:00:00Z',
  sender: { id: 1, name: '', email: '' }, known: new Set(), surveys: [], ...more
})

beforeEach(() => {
  // as in a browser that does not tell what is on the screen: everything is
  Reflect.deleteProperty(window, 'IntersectionObserver')
  vi.mocked(loadDue).mockReset()
})

async function show(lang = 'en'): Promise<{ figure: VueWrapper, frame: ReturnType<typeof silentFrame> }> {
  const frame = silentFrame()
  const figure = await mountInPortal(DueFigure, { portal: fakePortal(), frame, lang, messages: [reportMessages] })
  await flushPromises()
  return { figure, frame }
}

it('counts what is due, and leads to the list', async () => {
  vi.mocked(loadDue).mockResolvedValue(view(['ask', 'ask', 'remind'], { more: true }))
  const { figure, frame } = await show()
  expect(figure.findAll('dd').map(one => [one.attributes('data-part'), one.text()])).toEqual([['ask', '2'], ['remind', '1'], ['expire', '0']])
  expect(figure.text()).toContain('There may be more')
  await figure.get('button').trigger('click')
  expect(frame.openApplication).toHaveBeenCalledWith({ page: 'due' })
})

it.each<[Partial<DueView>, string]>([
  [{ inCharge: 'engine' }, 'The portal’s processes ask and remind by themselves'], [{ isUnused: true }, 'No active survey says when to ask'], [{}, 'Nothing is due today']
])('%j: a sentence, no zeros', async (more, words) => {
  vi.mocked(loadDue).mockResolvedValue(view([], more))
  const { figure } = await show()
  expect(figure.text()).toContain(words)
  expect(figure.find('dd').exists()).toBe(false)
})

it('says why it could not be read', async () => {
  vi.mocked(loadDue).mockRejectedValue(new PortalError('noRight'))
  expect((await show()).figure.get('[role=alert]').text()).toContain('You do not have the right')
})

it('asks for nothing before anybody has looked that far down', async () => {
  vi.stubGlobal('IntersectionObserver', class { observe(): void { /* never seen */ } disconnect(): void { /* nothing to end */ } })
  await show()
  expect(loadDue).not.toHaveBeenCalled()
  vi.unstubAllGlobals()
})
