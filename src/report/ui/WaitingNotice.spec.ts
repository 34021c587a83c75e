import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { onDuty } from '@/answer/duty'
import { PortalError } from '@/portal/errors'
import { fakePortal, store } from '@/report/portal.fixture'
import { reportMessages } from '@/report/ui/messages'
import WaitingNotice from '@/report/ui/WaitingNotice.vue'
import { mountInPortal } from '../../../tests/mount'

vi.mock('@/answer/duty', () => ({ onDuty: vi.fn() }))
beforeEach(() => { vi.mocked(onDuty).mockReset() })

const open = (props: object, lang = 'en') => mountInPortal(WaitingNotice, {
  portal: fakePortal(), messages: [reportMessages], lang, props: { store, waiting: 3, more: false, mayProcess: true, ...props }
})

describe('WaitingNotice', () => {
  it.each([
    [{}, '3 answers are not handled yet. The figures do not count them.'],
    [{ waiting: 1 }, '1 answer is not handled yet. The figures do not count it.'],
    [{ waiting: 1, mayProcess: false }, 'The figures do not count it; it is handled as soon as'],
    [{ waiting: 50, more: true }, '50 answers or more are not handled yet.'],
    [{ mayProcess: false }, 'they are handled as soon as the person on duty opens the portal']
  ])('%j says %j', async (props, text) => {
    expect((await open(props)).get('[role=status]').text().replaceAll(/\s+/g, ' ')).toContain(text)
  })

  it.each([[1, '1 ответ ещё не обработан. В показатели он не входит.'], [2, '2 ответа ещё не обработаны. В показатели они не входят.']])('agrees in Russian: %i', async (waiting, text) => {
    expect((await open({ waiting }, 'ru')).get('[role=status]').text().replaceAll(/\s+/g, ' ')).toContain(text)
  })

  it('asks for another look while answers wait, and no more afterwards', async () => {
    vi.useFakeTimers()
    const view = await open({})
    vi.advanceTimersByTime(60_000)
    expect(view.emitted('look')).toHaveLength(2)
    await view.setProps({ waiting: 0 })
    expect(vi.getTimerCount()).toBe(0)
    await view.setProps({ waiting: 1 })
    expect(vi.getTimerCount()).toBe(1)
    view.unmount()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('is not there when nothing waits', async () => {
    expect((await open({ waiting: 0 })).find('[role=status]').exists()).toBe(false)
  })

  it('handles at once, once, and says that the figures are old', async () => {
    vi.mocked(onDuty).mockResolvedValue({ handled: [4, 5], failed: [], taken: [], left: [], more: false, inCharge: null })
    const view = await open({})
    const button = view.get('button')
    await Promise.all([button.trigger('click'), button.trigger('click')])
    await flushPromises()
    expect(onDuty).toHaveBeenCalledOnce()
    expect(onDuty).toHaveBeenCalledWith(expect.anything(), store, { force: true })
    expect(view.emitted('done')).toHaveLength(1)
    expect(view.text()).toContain('2 answers handled')
  })

  it('says how many are left to the processes of the portal, which may still be at it', async () => {
    vi.mocked(onDuty).mockResolvedValue({ handled: [4], failed: [], taken: [], left: [6, 7], more: false, inCharge: 'engine' })
    const view = await open({})
    await view.get('button').trigger('click')
    await flushPromises()
    expect(view.text()).toContain('1 answer handled')
    expect(view.text()).toContain('The portal itself is handling 2 answers.')
  })

  it('shows why an answer stayed, and tries again', async () => {
    vi.mocked(onDuty).mockResolvedValue({ handled: [], failed: [{ id: 4, error: new PortalError('surveyUnreadable') }], taken: [], left: [], more: false, inCharge: null })
    const view = await open({})
    await view.get('button').trigger('click')
    await flushPromises()
    expect(view.get('[role=alert]').text()).toContain('survey is damaged')
    await view.get('[role=alert] button').trigger('click')
    await flushPromises()
    expect(onDuty).toHaveBeenCalledTimes(2)
  })

  it('shows a failure of the whole run', async () => {
    vi.mocked(onDuty).mockRejectedValue(new PortalError('unreachable'))
    const view = await open({})
    await view.get('button').trigger('click')
    await flushPromises()
    expect(view.get('[role=alert]').text()).toContain('The portal cannot be reached')
    expect(view.emitted('done')).toBeUndefined()
  })
})
