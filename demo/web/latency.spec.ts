import { describe, expect, it } from 'vitest'
import { specPortal } from '../rest/spec-portal'
import { documentedLatency } from './latency'

describe('documentedLatency', () => {
  const portal = specPortal()
  const deals = portal.state.items.get(2)?.size ?? 0

  it.each<[string, Record<string, unknown>, number]>([
    ['profile', {}, 29.4],
    ['crm.item.list', { entityTypeId: 2, start: -1 }, 97.9],
    ['crm.item.list', { entityTypeId: 2, start: 0 }, 97.9 + deals * 49_899.9 / 2_387_743],
    ['batch', { cmd: { a: 'crm.item.list?entityTypeId=2&start=-1', b: 'crm.item.list?entityTypeId=2&start=-1', c: 'user.current' } }, 29.4 + 2 * 68.5]
  ])('%s %j takes %f ms', (method, params, expected) => {
    expect(documentedLatency(portal, method, params)).toBeCloseTo(expected, 6)
  })
})
