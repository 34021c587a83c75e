import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answerFixture, invitationFixture } from './model/records.fixture'
import { openMonthDisk, type DiskTrouble, type Mark } from './store-disk'
import type { KeptOf } from './store-rows'

const NOW = new Date('2026-03-31T12:00:00Z')
const DAY = 86_400_000
const mark: Mark = { begunAt: NOW.getTime() - DAY, since: { answers: -Infinity, invitations: 5 }, changedUpTo: '2026-03-30T12:00:00+03:00' }
const answer = (id: number): KeptOf['answers'] => ({ record: answerFixture({ id, hasComment: true, comment: 'secret' }), at: id })

let factory: IDBFactory
beforeEach(() => {
  factory = new IDBFactory()
  vi.stubGlobal('indexedDB', factory)
})
afterEach(() => { vi.unstubAllGlobals() })

function open(scope = 'a', now = NOW) {
  const troubles: DiskTrouble[] = []
  return { troubles, disk: openMonthDisk({ scope, now: () => now, onTrouble: trouble => troubles.push(trouble) }) }
}

describe('month disk', () => {
  it('gives back what was written, month by month, without comments', async () => {
    const { disk, troubles } = open()
    expect([await disk.mark(), await disk.months('answers'), await disk.read('answers', '2026-03')]).toEqual([null, [], []])
    await disk.write('answers', '2026-03', [answer(2), answer(1)])
    await disk.write('answers', '2025-12', [answer(9)])
    await disk.write('invitations', '2026-02', [{ record: invitationFixture(), at: 1 }])
    await disk.setMark(mark)
    disk.close()
    const again = open()
    expect(await again.disk.mark()).toEqual(mark)
    expect(await again.disk.months('answers')).toEqual(['2026-03', '2025-12'])
    expect(await again.disk.read('answers', '2026-03')).toEqual([2, 1].map(id => ({ ...answer(id), record: answerFixture({ id, hasComment: true, comment: null }) })))
    expect(await again.disk.read('invitations', '2026-02')).toEqual([{ record: invitationFixture(), at: 1 }])
    expect([...troubles, ...again.troubles]).toEqual([])
  })

  it('replaces a month as a whole, also when it was longer before', async () => {
    const { disk } = open()
    await disk.write('answers', '2026-03', Array.from({ length: 1_700 }, (_, id) => answer(id)))
    expect((await disk.read('answers', '2026-03'))?.map(({ record }) => record.id)).toEqual(Array.from({ length: 1_700 }, (_, id) => id))
    await disk.write('answers', '2026-03', [answer(7)])
    expect(await disk.read('answers', '2026-03')).toHaveLength(1)
    await disk.write('answers', '2026-03', [])
    expect(await disk.months('answers')).toEqual([])
  })

  it('belongs to one scope; clearing one leaves the others', async () => {
    const [mine, other] = [open('portal.1'), open('portal.10')]
    await mine.disk.write('answers', '2026-03', [answer(1)])
    await mine.disk.setMark(mark)
    expect([await other.disk.mark(), await other.disk.months('answers')]).toEqual([null, []])
    await other.disk.write('answers', '2026-03', [answer(2)])
    await mine.disk.clear()
    expect([await mine.disk.mark(), await mine.disk.months('answers')]).toEqual([null, []])
    expect(await other.disk.read('answers', '2026-03')).toHaveLength(1)
  })

  it('is forgotten after a month, whoever it belongs to', async () => {
    const { disk } = open('portal.1')
    await disk.write('answers', '2026-03', [answer(1)])
    await disk.setMark(mark)
    disk.close()
    const later = open('portal.2', new Date(NOW.getTime() + 30 * DAY))
    expect(await later.disk.mark()).toBeNull()
    later.disk.close()
    const { disk: again } = open('portal.1')
    expect([await again.mark(), await again.months('answers')]).toEqual([null, []])
  })

  it('may have been written by a newer version of the app: it is left alone and nothing is kept', async () => {
    await new Promise(resolve => { factory.open('feedback-report', 99).onsuccess = event => {
      (event.target as unknown as { result: IDBDatabase }).result.close()
      resolve(undefined)
    } })
    const { disk, troubles } = open()
    expect(await disk.mark()).toBeNull()
    await disk.write('answers', '2026-03', [answer(1)])
    expect(await disk.read('answers', '2026-03')).toBeNull()
    expect(troubles).toEqual(['newer'])
  })

  it.each<[string, () => unknown]>([
    ['is not there', () => undefined],
    ['throws at once', () => ({ open: () => { throw new DOMException('no', 'SecurityError') } })]
  ])('works without when storage %s, and says so once', async (_, storage) => {
    vi.stubGlobal('indexedDB', storage())
    const { disk, troubles } = open()
    expect([await disk.mark(), await disk.months('answers'), await disk.read('answers', '2026-03')]).toEqual([null, null, null])
    await disk.write('answers', '2026-03', [answer(1)])
    await disk.setMark(mark)
    await disk.clear()
    disk.close()
    expect(troubles).toEqual(['unavailable'])
  })

  it('says that it could not read, not that there is nothing', async () => {
    const { disk, troubles } = open()
    await disk.write('answers', '2026-03', [answer(1)])
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(() => { throw new DOMException('damaged', 'UnknownError') })
    expect([await disk.read('answers', '2026-03'), await disk.months('answers')]).toEqual([null, null])
    vi.restoreAllMocks()
    expect(troubles).toEqual(['unavailable'])
  })

  it('works without when storage is full', async () => {
    const { disk, troubles } = open()
    await disk.mark()
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError') })
    await disk.write('answers', '2026-03', [answer(1)])
    vi.restoreAllMocks()
    await disk.setMark(mark)
    expect(troubles).toEqual(['full'])
    expect(await open().disk.mark()).toBeNull()
  })
})
