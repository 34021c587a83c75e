import { expect, it } from 'vitest'
import { clientKey, distinctLeads, isInHand, type WinBackLead, type WinBackTask } from './win-back'

const lead = (change: Partial<WinBackLead>): WinBackLead => ({
  contactId: 1, companyId: 2, deal: null, answerId: null, responsibleId: 3, at: '2026-03-02T09:00:00Z', ...change
})

it('names a person before the company, and nobody', () => {
  expect(clientKey(lead({}))).toBe('C_1')
  expect(clientKey(lead({ contactId: null }))).toBe('CO_2')
  expect(clientKey(lead({ contactId: null, companyId: null }))).toBeNull()
})

it('has each client once, by the newest reason; two people of one company are two', () => {
  const leads = [
    lead({ answerId: 9 }), lead({ contactId: 4, answerId: 8 }), lead({ answerId: 7 }), lead({ contactId: null, answerId: 6 }),
    lead({ contactId: null, companyId: null })
  ]
  expect(distinctLeads(leads).map(({ key, answerId }) => [key, answerId])).toEqual([['C_1', 9], ['C_4', 8], ['CO_2', 6]])
})

it('is in hand while the task is open', () => {
  const task: WinBackTask = { id: 1, isDone: false, responsibleId: 3, createdAt: '2026-03-02T09:00:00Z' }
  expect([null, task, { ...task, isDone: true }].map(one => isInHand({ task: one }))).toEqual([false, true, false])
})
