import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'
import { DUTY_PAUSE_MS, onDuty, type DutyBrowser } from './duty'
import { lookAtCases } from './case-look'
import { handleNewAnswers } from './handling'
import { fillSnapshots } from './snapshots-later'

vi.mock('./handling', () => ({ handleNewAnswers: vi.fn() }))
vi.mock('./case-look', () => ({ lookAtCases: vi.fn() }))
vi.mock('./snapshots-later', () => ({ fillSnapshots: vi.fn() }))
beforeEach(() => { vi.mocked(lookAtCases).mockReset().mockImplementation((_portal, _store, _since, now) => Promise.resolve(now.toISOString())) })
beforeEach(() => { vi.mocked(handleNewAnswers).mockReset().mockResolvedValue({ handled: [7], failed: [], taken: [], left: [], more: false, inCharge: null }) })

const portal = { context: { memberId: 'm' } } as Portal
const store = {} as RecordStore
const START = Date.parse('2026-03-02T09:00:00Z')

function browserAt(clock: { now: number }, change: Partial<DutyBrowser> = {}): DutyBrowser {
  const kept = new Map<string, string>()
  return {
    locks: undefined,
    storage: { getItem: key => kept.get(key) ?? null, setItem: (key, value) => { kept.set(key, value) } },
    now: () => new Date(clock.now),
    ...change
  }
}

/** Locks of which one is taken already. */
const taken = { request: (_name: string, _options: unknown, run: (lock: null) => unknown) => Promise.resolve(run(null)) } as unknown as LockManager

describe('onDuty', () => {
  it.each<[string, number, boolean, boolean]>([
    ['too early', DUTY_PAUSE_MS - 1, false, false],
    ['the pause is over', DUTY_PAUSE_MS, false, true],
    ['"Process now" does not wait', 1, true, true],
    ['the clock was put back', -60_000, false, true]
  ])('second round, %s', async (_, later, force, runs) => {
    const clock = { now: START }
    const browser = browserAt(clock)
    await onDuty(portal, store, { browser })
    clock.now += later
    const report = await onDuty(portal, store, { browser, force })
    expect(report?.handled).toEqual(runs ? [7] : undefined)
    expect(handleNewAnswers).toHaveBeenCalledTimes(runs ? 2 : 1)
  })

  it('leaves it to another tab', async () => {
    expect(await onDuty(portal, store, { browser: browserAt({ now: START }, { locks: taken }) })).toBeNull()
    expect(handleNewAnswers).not.toHaveBeenCalled()
  })

  it.each<['engine' | 'duty' | null, number[]]>([['engine', [0, 10, 20]], ['duty', [0, 10, 20]], [null, []]])(
    'fills snapshots in every ten minutes where there are processes: in charge %s', async (inCharge, minutes) => {
      vi.mocked(handleNewAnswers).mockResolvedValue({ handled: [], failed: [], taken: [], left: [], more: false, inCharge })
      vi.mocked(fillSnapshots).mockReset().mockRejectedValueOnce(new PortalError('unreachable')).mockResolvedValue(0)
      const clock = { now: START }
      const browser = browserAt(clock)
      for (let minute = 0; minute <= 20; minute++) {
        clock.now = START + minute * 60_000
        await onDuty(portal, store, { browser })
      }
      expect(vi.mocked(fillSnapshots).mock.calls.map(([, , now]) => (now.getTime() - START) / 60_000)).toEqual(minutes)
      await onDuty(portal, store, { browser, force: true })
      expect(fillSnapshots).toHaveBeenCalledTimes(inCharge === null ? 0 : 4)
    })

  it('looks at cases now and then, from where the last look ended', async () => {
    const clock = { now: START }
    const browser = browserAt(clock)
    const sinces = (): string[] => vi.mocked(lookAtCases).mock.calls.map(([, , since]) => since)
    for (const minute of [0, 1, 2, 3]) {
      clock.now = START + minute * 60_000
      await onDuty(portal, store, { browser })
    }
    expect(sinces()).toEqual(['2026-02-23T09:00:00.000Z', '2026-03-02T09:00:00.000Z'])
    vi.mocked(lookAtCases).mockRejectedValueOnce(new PortalError('unreachable'))
    clock.now = START + 4 * 60_000
    expect(await onDuty(portal, store, { browser }), 'a look that fails is left to the next round').toMatchObject({ handled: [7] })
    clock.now += DUTY_PAUSE_MS
    await onDuty(portal, store, { browser })
    expect(sinces().slice(2)).toEqual(['2026-03-02T09:02:00.000Z', '2026-03-02T09:02:00.000Z'])
  })

  it('works without a memory', async () => {
    const forbidden = (): never => { throw new DOMException('no') }
    const browser = browserAt({ now: START }, { storage: { getItem: forbidden, setItem: forbidden } })
    await onDuty(portal, store, { browser })
    await onDuty(portal, store, { browser })
    expect(handleNewAnswers).toHaveBeenCalledTimes(2)
    expect(vi.mocked(lookAtCases).mock.calls.map(([, , since]) => since)).toEqual(['2026-03-02T08:00:00.000Z', '2026-03-02T08:00:00.000Z'])
  })
})
