import { describe, expect, expectTypeOf, it } from 'vitest'
import { COMPANY, CONTACT, DEAL, RECORD_FIELDS, type RecordField } from './fields'
import { fromWire, fromWireNative, selectOf, toWire, toWireNative, wireName, type RecordValues } from './items'
import type { RecordStore } from './record-store'

const camel = (field: string) => `ufCrm13${field.toLowerCase().replace(/(?:^|_)(\w)/g, (_match, letter: string) => letter.toUpperCase())}`
const nativeType = { names: { FB_LAST_SCORE: 'ufCrmFbLastScore', FB_LAST_GROUP: 'ufCrmFbLastGroup', FB_LAST_AT: 'ufCrmFbLastAt', FB_ASK_LANG: 'ufCrmFbAskLang' }, enums: { FB_LAST_GROUP: { high: 1, middle: 2, low: 3 } } }
const consent = { names: { ...nativeType.names, FB_NOT_BEFORE: 'ufCrmFbNotBefore', FB_OPT_OUT: 'ufCrmFbOptOut' }, enums: nativeType.enums }
const store = {
  entityTypeId: 1038, typeId: 13,
  names: Object.fromEntries((Object.keys(RECORD_FIELDS) as RecordField[]).map(field => [field, camel(field)])),
  enums: { FB_STATE: { sending: 51, sent: 52 }, FB_GROUP: { high: 61, middle: 62, low: 63 }, FB_TAGS: { price: 71, time: 72 } },
  native: { [DEAL]: nativeType, [CONTACT]: consent, [COMPANY]: consent }
} as unknown as RecordStore

describe('values of every type', () => {
  it.each([
    ['FB_TOKEN', 'abc', 'abc', 'abc'],
    ['FB_COMMENT', null, '', null],
    ['FB_VERSION', 3, 3, 3],
    ['FB_VALUE', 0, 0, 0],
    ['FB_VALUE', null, '', null],
    ['FB_SCORE', 9.5, 9.5, 9.5],
    ['FB_STATE', 'sent', 52, 'sent'],
    ['FB_STATE', null, '', null],
    ['FB_TAGS', ['time', 'price'], [72, 71], ['time', 'price']],
    ['FB_TAGS', [], [''], []],
    ['FB_ASK_AGAIN', true, 'Y', true],
    ['FB_ASK_AGAIN', false, 'N', false],
    ['FB_SUM', { amount: 12.5, currency: 'KZT' }, '12.5|KZT', { amount: 12.5, currency: 'KZT' }],
    ['FB_ASKED_BY', 7, 7, 7],
    ['FB_SENT_AT', '2026-03-01T10:00:00+05:00', '2026-03-01T10:00:00+05:00', '2026-03-01T10:00:00+05:00']
  ] as [RecordField, unknown, unknown, unknown][])('%s: %j goes out as %j and comes back as %j', (field, value, wire, back) => {
    const sent = toWire(store, { [field]: value })
    expect(sent).toEqual({ [camel(field)]: wire })
    expect(fromWire(store, { id: 1, ...sent }).values[field]).toEqual(back)
  })

  it.each([
    ['FB_VALUE', '7', 7], ['FB_VALUE', '', null], ['FB_VALUE', 'nine', null], ['FB_VALUE', [], null], ['FB_VALUE', true, null], ['FB_SCORE', '9.50', 9.5],
    ['FB_STATE', '52', 'sent'], ['FB_STATE', 999, null], ['FB_STATE', '', null], ['FB_CHANNEL', 5, null],
    ['FB_TAGS', ['71', '999'], ['price']], ['FB_TAGS', { 0: 71 }, ['price']], ['FB_TAGS', false, []],
    ['FB_ASK_AGAIN', '1', true], ['FB_ASK_AGAIN', 1, true], ['FB_ASK_AGAIN', '0', false], ['FB_ASK_AGAIN', null, false],
    ['FB_SUM', '12|', { amount: 12, currency: '' }], ['FB_SUM', '', null], ['FB_SUM', 'x|KZT', null],
    ['FB_ASKED_BY', '0', null], ['FB_ASKED_BY', '7', 7], ['FB_SENT_AT', 'soon', null], ['FB_SENT_AT', '', null],
    ['FB_TOKEN', 12, '12'], ['FB_TOKEN', ['a'], null], ['FB_TOKEN', undefined, null]
  ] as [RecordField, unknown, unknown][])('%s: the portal\'s %j is read as %j', (field, wire, value) => {
    expect(fromWire(store, { id: 1, [camel(field)]: wire }).values[field]).toEqual(value)
  })
})

it('reads a record with its relations; what is missing is null or empty', () => {
  const item = { id: '77', title: 'A', categoryId: '4', stageId: 'DT1038_4:NEW', assignedById: '5', createdBy: 0, createdTime: '2026-03-01T10:00:00+05:00', contactId: '9', companyId: 0, parentId2: 12 }
  expect(fromWire(store, item)).toMatchObject({
    id: 77, title: 'A', categoryId: 4, stageId: 'DT1038_4:NEW', assignedById: 5, createdBy: null, createdTime: '2026-03-01T10:00:00+05:00',
    updatedTime: '', contactId: 9, companyId: null, dealId: 12
  })
})

it.each([{}, null, [], { id: 'x' }])('refuses %j: a record has an id', item => {
  expect(() => fromWire(store, item)).toThrow(expect.objectContaining({ code: 'unreadable' }))
})

it('leaves out undefined and writes several fields', () => {
  expect(toWire(store, { FB_TOKEN: 't', FB_GROUP: 'low', FB_WHY: undefined as unknown as null })).toEqual({ [camel('FB_TOKEN')]: 't', [camel('FB_GROUP')]: 63 })
})

it.each([
  ['a field that the portal has not', () => wireName({ ...store, names: {} } as RecordStore, 'FB_TOKEN')],
  ['a list value that the portal has not', () => toWire(store, { FB_STATE: 'expired' })],
  ['a native field that the card has not', () => toWireNative({ ...store, native: { ...store.native, 2: { names: {}, enums: {} } } } as RecordStore, DEAL, { FB_LAST_SCORE: 1 })]
])('says that the store is incomplete: %s', (_name, write) => {
  expect(write).toThrow(expect.objectContaining({ code: 'storeIncomplete' }))
})

it('selects the system\'s fields and ours', () => {
  const select = selectOf(store, ['FB_NPS'])
  expect(select).toEqual(expect.arrayContaining(['id', 'stageId', 'parentId2', camel('FB_NPS')]))
  expect(select).not.toContain(camel('FB_TOKEN'))
  expect(selectOf(store)).toContain(camel('FB_TOKEN'))
})

describe('native fields', () => {
  const values = { FB_LAST_SCORE: 9, FB_LAST_GROUP: 'high', FB_LAST_AT: '2026-03-01T10:00:00+05:00', FB_ASK_LANG: 'kk', FB_NOT_BEFORE: '2026-04-01', FB_OPT_OUT: true } as const

  it.each([CONTACT, COMPANY] as const)('go to type %i and come back', type => {
    expect(fromWireNative(store, type, toWireNative(store, type, values))).toEqual(values)
  })

  it('carry no consent on a deal', () => {
    expect(toWireNative(store, DEAL, values)).toEqual({ ufCrmFbLastScore: 9, ufCrmFbLastGroup: 1, ufCrmFbLastAt: '2026-03-01T10:00:00+05:00', ufCrmFbAskLang: 'kk' })
    expect(fromWireNative(store, DEAL, {})).toEqual({
      FB_LAST_SCORE: null, FB_LAST_GROUP: null, FB_LAST_AT: null, FB_ASK_LANG: null, FB_NOT_BEFORE: null, FB_OPT_OUT: false
    })
  })
})

it('types follow the fields', () => {
  expectTypeOf<RecordValues['FB_VALUE']>().toEqualTypeOf<number | null>()
  expectTypeOf<RecordValues['FB_TAGS']>().toEqualTypeOf<string[]>()
  expectTypeOf<RecordValues['FB_GROUP']>().toEqualTypeOf<'high' | 'middle' | 'low' | null>()
  expectTypeOf<RecordValues['FB_ASK_AGAIN']>().toEqualTypeOf<boolean>()
})
