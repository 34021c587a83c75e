import { describe, expect, it, vi } from 'vitest'
import { demoPortal, doorOf, portalOver } from '../../tests/in-process'
import type { Portal } from './client'
import { clockOf, hearTime } from './clock'

const portal = (): Portal => ({}) as Portal

describe('the portal’s clock', () => {
  it.each([
    ['2026-03-02T14:00:00+05:00', 300], ['2026-03-02T09:00:00Z', 0], ['2026-03-02T05:30:00-03:30', -210], ['2026-03-02T12:00:00+0300', 180]
  ])('%s, whatever this computer believes', (date_finish, offset) => {
    const [one, received] = [portal(), Date.parse('2031-01-01T00:00:00Z')]
    vi.useFakeTimers({ now: received + 5_000 })
    hearTime(one, { date_finish }, received)
    expect([clockOf(one).now().toISOString(), clockOf(one).offset]).toEqual(['2026-03-02T09:00:05.000Z', offset])
    vi.useRealTimers()
  })

  it.each([undefined, 'soon', {}, { date_finish: 'soon' }])('%o changes nothing', time => {
    const one = portal()
    hearTime(one, { date_finish: '2026-03-02T14:00:00+05:00' }, 0)
    hearTime(one, time, 0)
    expect(clockOf(one).offset).toBe(300)
  })

  it('is this computer’s until a reply has come, then the portal’s', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-03-03T09:00:00Z'), toFake: ['Date'] })
    const one = portalOver(doorOf(demoPortal()))
    expect(clockOf(one).now().toISOString()).toBe('2026-03-03T09:00:00.000Z')
    await one.call('server.time')
    expect(Math.abs(clockOf(one).now().getTime() - Date.parse('2026-03-02T09:00:00Z'))).toBeLessThan(2_000)
    expect(clockOf(one).offset).toBe(300)
    await one.batch({ time: { method: 'server.time' } })
    expect(clockOf(one).offset).toBe(300)
    vi.useRealTimers()
  })
})
