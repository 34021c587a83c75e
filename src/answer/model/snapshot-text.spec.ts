import { expect, it } from 'vitest'
import { snapshotText } from './snapshot-text'

const words = {
  yes: 'yes', no: 'no', status: (code: string) => ({ CALL: 'Call' })[code], person: (id: number) => ({ 5: 'Ivan Orlov' })[id],
  company: { id: 4, name: 'Alatau' }, contact: { id: 3, name: 'Anna' }
}
const items = new Map([['41', 'North'], ['42', 'South']])

it.each<[string, unknown, string | null]>([
  ['string', 'Kitchen', 'Kitchen'],
  ['string', '', ''],
  ['string', null, ''],
  ['string', undefined, ''],
  ['string', ['a', '', 'b'], 'a, b'],
  ['text', 'two\nlines', 'two lines'],
  ['integer', 0, '0'],
  ['double', 1.5, '1.5'],
  ['money', '1500|KZT', '1500 KZT'],
  ['money', '1500', '1500'],
  ['address', 'Abay 1|43.2;76.9|77', 'Abay 1'],
  ['date', '2026-03-02T00:00:00+03:00', '2026-03-02'],
  ['datetime', '2026-03-02T14:05:09+05:00', '2026-03-02 14:05'],
  ['boolean', 'Y', 'yes'],
  ['boolean', 'N', 'no'],
  ['boolean', true, 'yes'],
  ['boolean', null, ''],
  ['enumeration', 41, 'North'],
  ['enumeration', ['42', '41'], 'South, North'],
  ['enumeration', 99, null],
  ['enumeration', [], ''],
  ['crm_status', 'CALL', 'Call'],
  ['crm_status', 'GONE', 'GONE'],
  ['user', 5, 'Ivan Orlov'],
  ['employee', ['5', '6'], 'Ivan Orlov, #6'],
  ['user', 0, ''],
  ['crm_company', 4, 'Alatau'],
  ['crm_company', 0, ''],
  ['crm_company', 9, null],
  ['crm_contact', 3, 'Anna'],
  ['file', { id: 1 }, null],
  ['iblock_element', 7, null],
  ['iblock_element', null, '']
])('%s %j → %j', (type, value, expected) => {
  expect(snapshotText('f', { type, items }, { f: value }, words)).toBe(expected)
})

it('an amount has the currency of its card', () => {
  expect(snapshotText('opportunity', { type: 'double', items }, { opportunity: 900, currencyId: 'KZT' }, words)).toBe('900 KZT')
})

it('is short', () => {
  expect(snapshotText('f', { type: 'text', items }, { f: 'x'.repeat(9000) }, words)!.length).toBeLessThanOrEqual(250)
})
