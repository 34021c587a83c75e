import { describe, expect, it } from 'vitest'
import { COMMENT_ID } from '@/survey/model/asked'
import { parseLink } from '@/survey/model/invitation-link'
import type { Question } from '@/survey/model/survey'
import { readFormConfig } from './form-config'
import { payloadOf, postBody } from './payload'
import { ownPageUrl, originOf } from './portal-form'
import { sheetOf } from './sheet'
import { config, definition, field, FIELD, fragment, NPS, TOKEN } from './survey.fixture'

const link = parseLink(fragment())!
const questions: Question[] = [
  NPS,
  { id: 'csat', type: 'csat', text: { en: 'Service?' }, required: false },
  { id: 'ces', type: 'ces', points: 7, text: { en: 'Easy?' }, required: false },
  { id: 'many', type: 'choices', text: { en: 'What?' }, required: false, options: ['a', 'b'].map(id => ({ id, text: { en: id } })) },
  { id: 'yes', type: 'yesno', text: { en: 'On time?' }, required: false },
  { id: 'more', type: 'long', text: { en: 'More?' }, required: false }
]
const sheet = sheetOf(readFormConfig(config(definition(questions)))!)

describe('what is posted', () => {
  it('is exactly this', () => {
    const answers = { nps: 9, ces: 7, many: ['b', 'a'], yes: 'no', more: ' <b>“x”</b> ', [COMMENT_ID]: ' good\n', gone: 'old question' }
    const payload = payloadOf(sheet, answers, ['AGREEMENT_3'], link, 'f'.repeat(32), 'ru')
    expect(payload).toEqual({
      values: {
        [`${FIELD}FB_NPS`]: ['9'],
        [`${FIELD}FB_COMMENT`]: ['good'],
        [`${FIELD}FB_CES`]: ['7'],
        [`${FIELD}FB_ANSWERS`]: ['{"nps":9,"ces":7,"many":["a","b"],"yes":"no","more":"<b>“x”</b>"}']
      },
      properties: { token: TOKEN, inv: '345', sid: 'f'.repeat(32), ver: '3', lang: 'ru' },
      consents: { AGREEMENT_3: 'Y' }
    })
    const body = Object.fromEntries(postBody(link, payload, -300))
    expect(body).toEqual({
      id: '12', sec: 'a1b2c3', values: JSON.stringify(payload.values), properties: JSON.stringify(payload.properties),
      consents: '{"AGREEMENT_3":"Y"}', trace: '{}', lang: 'ru', timeZoneOffset: '-300'
    })
  })

  it('names no field of a score that was not given or is off the scale', () => {
    const { values } = payloadOf(sheet, { nps: 0, csat: 6, ces: -1 }, [], link, 's', 'en')
    expect(values).toEqual({ [`${FIELD}FB_NPS`]: ['0'], [`${FIELD}FB_ANSWERS`]: ['{"nps":0}'] })
  })

  it('goes into the form\'s own fields on the plain form', () => {
    const fields = [field('FB_NPS'), { name: 'T', type: 'checkbox', items: [{ value: '1' }, { value: '2' }] }, { name: 'B', type: 'bool' }]
    const plain = sheetOf(readFormConfig(config('broken', { fields }))!)
    const payload = payloadOf(plain, { f0: 7, f1: ['2', '1'], f2: 'yes' }, [], link, 's', 'en')
    expect(payload.values).toEqual({ [`${FIELD}FB_NPS`]: ['7'], T: ['1', '2'], B: ['Y'] })
    expect(payloadOf(plain, { f2: 'no' }, [], link, 's', 'en').values).toEqual({ B: ['N'] })
    expect(payload.properties.ver).toBe('')
  })
})

describe('addresses', () => {
  it('only a portal on the list has one', () => {
    const list = ['https://acme.bitrix24.com', 'http://localhost:8130/', 'javascript:alert(1)//evil.com', 7, 'https://sub.acme.com/path', 'ftp://files.acme.com']
    expect(originOf('acme.bitrix24.com', list)).toBe('https://acme.bitrix24.com')
    expect(originOf('localhost:8130', list)).toBe('http://localhost:8130')
    for (const host of ['localhost', 'evil.com', 'acme.bitrix24.com.evil.com', 'bitrix24.com', 'sub.acme.com', 'files.acme.com']) expect(originOf(host, list)).toBeNull()
    for (const odd of [null, {}, 'https://acme.bitrix24.com']) expect(originOf('acme.bitrix24.com', odd)).toBeNull()
  })

  it('the portal\'s own page gets the token as query', () => {
    expect(ownPageUrl('https://acme.bitrix24.com', link, { token: TOKEN, lang: 'pt br' }))
      .toBe(`https://acme.bitrix24.com/pub/form/12/a1b2c3/?token=${TOKEN}&lang=pt+br`)
  })
})
