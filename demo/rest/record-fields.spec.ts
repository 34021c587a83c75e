import { describe, expect, it } from 'vitest'
import { namesOf, toStored, toWire, wireName, type RecordField } from './record-fields'
import { RestError } from './handler'

const field = (name: string, type: string, extra: Partial<RecordField> = {}): RecordField =>
  ({ name, type, multiple: false, readOnly: false, disabled: false, statusType: '', user: null, ...extra })

describe('names on the wire', () => {
  it.each([
    // the table of api-reference/crm/universal/index.md
    ['UF_CRM_3_DIGIT', 'ufCrm3Digit'],
    ['UF_CRM_3_1747309727', 'ufCrm3_1747309727'],
    ['UF_CRM_3_DIGIT10', 'ufCrm_3_DIGIT10'],
    ['UF_CRM_3_DIGIT_10', 'ufCrm_3_DIGIT_10'],
    ['UF_CRM_1747309879', 'ufCrm_1747309879'],
    // the portal's own
    ['TITLE', 'title'], ['ASSIGNED_BY_ID', 'assignedById'], ['PARENT_ID_2', 'parentId2'], ['UTM_SOURCE', 'utmSource'],
    // the app's
    ['UF_CRM_5_FB_TOKEN', 'ufCrm5FbToken'], ['UF_CRM_5_FB_SNAP1', 'ufCrm_5_FB_SNAP1'], ['UF_CRM_DEAL_FB_LAST_SCORE', 'ufCrmDealFbLastScore']
  ])('%s → %s', (name, expected) => {
    expect(wireName(name)).toBe(expected)
  })

  it('keeps the second of two fields with one name in UPPER_CASE', () => {
    const { wire } = namesOf([field('UF_CRM_5_AB_C', 'string'), field('UF_CRM_5_AB__C', 'string')], false)
    expect([...wire.values()]).toEqual(['ufCrm5AbC', 'UF_CRM_5_AB__C'])
  })
})

describe('values', () => {
  const list = field('UF_CRM_5_G', 'enumeration', {
    user: {
      id: 1, entityId: 'CRM_5', fieldName: 'UF_CRM_5_G', userTypeId: 'enumeration', multiple: false, mandatory: false, xmlId: null, sort: 1,
      settings: {}, editFormLabel: {}, helpMessage: {},
      enum: [{ id: 41, value: 'High', def: false, sort: 1, xmlId: 'high' }]
    }
  })

  it.each([
    ['garbage in an integer is 0', field('N', 'integer'), 'abc', 0],
    ['a leading number counts', field('N', 'integer'), '9 maybe', 9],
    ['nothing stays nothing', field('N', 'integer'), '', null],
    ['texts stay as they are', field('T', 'string'), '9 maybe', '9 maybe'],
    ['list items by id', list, '41', 41],
    ['dates get the portal\'s offset', field('D', 'datetime'), '2026-08-20T10:00:00Z', '2026-08-20T15:00:00+05:00'],
    ['yes', field('B', 'boolean'), 'Y', 'Y'],
    ['a multiple field', field('M', 'integer', { multiple: true }), ['1', '2'], [1, 2]],
    ['an empty multiple field', field('M', 'integer', { multiple: true }), '', []]
  ])('%s', (_, of, given, kept) => {
    expect(toStored(of, given, () => undefined)).toEqual(kept)
  })

  it('writes a line when a number is cast', () => {
    const lines: string[] = []
    toStored(field('SORT', 'integer'), 'abc', line => lines.push(line))
    expect(lines).toHaveLength(1)
  })

  it.each([
    ['an unknown list item', list, 99, 'CRM_FIELD_ERROR_VALUE_NOT_VALID'],
    ['an XML_ID instead of an id', list, 'high', 'CRM_FIELD_ERROR_VALUE_NOT_VALID'],
    ['no date', field('D', 'date'), 'tomorrow', 'CRM_FIELD_ERROR_VALUE_NOT_VALID'],
    ['a scalar in a multiple field', field('M', 'integer', { multiple: true }), 5, '100']
  ])('refuses %s', (_, of, given, code) => {
    const attempt = (): unknown => toStored(of, given, () => undefined)
    expect(attempt).toThrow(RestError)
    expect(attempt).toThrow(new RegExp(`^${code}`))
  })

  it.each([
    ['ids are numbers', field('ASSIGNED_BY_ID', 'user'), '5', 5],
    ['no contact is 0', field('CONTACT_ID', 'crm_contact'), null, 0],
    ['an empty user field is null', list, null, null],
    ['an empty multiple field is []', field('OBSERVERS', 'user', { multiple: true }), null, []],
    ['a field that is switched off is null', field('STAGE_ID', 'crm_status', { disabled: true }), 'NEW', null]
  ])('%s', (_, of, kept, sent) => {
    expect(toWire(of, kept)).toEqual(sent)
  })
})
