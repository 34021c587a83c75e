import { expect, it } from 'vitest'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { hypothetical, type Hypothesis } from './hypothesis'
import { judge } from './judge'

const base: Hypothesis = { value: 9, comment: '', channel: 'email', lang: 'ru', askedBy: 3, arrives: 'inTime' }
const ids = { dealId: 5, contactId: 6, companyId: null }

it.each<[string, Partial<Hypothesis>, object]>([
  ['in time', {}, { flag: null, group: 'high', value: 9, score: 90, double: false }],
  ['late', { arrives: 'late' }, { flag: 'late', group: 'high' }],
  ['a second time', { arrives: 'again' }, { flag: 'repeat', double: false }],
  ['unknown', { arrives: 'unknown' }, { flag: 'unmatched' }],
  ['off the scale', { value: 11 }, { flag: 'invalid', group: null, value: null }],
  ['half', { value: 8.5 }, { flag: 'invalid' }],
  ['silent', { value: null }, { flag: 'invalid' }]
])('%s: the judge says so', (_, change, verdict) => {
  const { answer, invitation, earlier } = hypothetical({ ...base, ...change }, ids, { id: 's1', version: 1, content: afterDeal }, new Date('2026-03-02T09:00:00Z'))
  expect(judge(answer, invitation, earlier, afterDeal)).toMatchObject(verdict)
})

it('the invitation names deal, client and who asks', () => {
  const { invitation } = hypothetical(base, ids, { id: 's1', version: 1, content: afterDeal }, new Date(0))
  expect(invitation).toMatchObject({ ...ids, askedBy: 3, channel: 'email', lang: 'ru', test: false })
})
