import { describe, expect, it } from 'vitest'
import { fakePortal, invitationItem, STORE } from '../../tests/fake-portal'
import type { Outcome } from '@/portal/client'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { inChargeFrom } from './control'

const portalOf = (engine: string) => fakePortal({}, { appOptions: { engine } })
const failed = (code: ErrorCode): Outcome<unknown> => ({ ok: false, error: new PortalError(code) })
const record = (by: string): Outcome<unknown> => ({
  ok: true, result: { items: [invitationItem(1, { FB_SURVEY: '_control', FB_WHY: STORE.generation, FB_BY: by })] }
})

describe('who is in charge', () => {
  it.each<[string, Outcome<unknown>, string, string]>([
    ['the record says it', record('engine'), '', 'engine'],
    ['the record is newer than the frame', record('duty'), STORE.generation, 'duty'],
    ['a role that shows no record: the frame', { ok: true, result: { items: [] } }, STORE.generation, 'engine'],
    ['no right: the frame', failed('noRight'), STORE.generation, 'engine'],
    ['not found: the frame', failed('notFound'), 'duty', 'duty'],
    ['never installed', { ok: true, result: { items: [] } }, '', 'duty'],
    ['another installation’s frame', { ok: true, result: { items: [] } }, 'before', 'duty']
  ])('%s', (_, control, engine, expected) => {
    expect(inChargeFrom(portalOf(engine), STORE, control)).toBe(expected)
  })

  it.each(['unreachable', 'limitReached', 'overloaded', 'notRun', 'unreadable', 'badRequest'] as const)('%s says nothing about it', code => {
    expect(() => inChargeFrom(portalOf(STORE.generation), STORE, failed(code))).toThrow(code)
  })
})
