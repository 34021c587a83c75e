import { describe, expect, it } from 'vitest'
import { parseFormAddress } from './form-address'

const EMBED = '<script data-b24-form="inline/12/a1b2c3" data-skip-moving="true">(function(w,d,u){})'
  + '(window,document,\'https://cdn-ru.bitrix24.ru/b77/crm/form/loader_12.js\');</script>'

describe('what an administrator pastes for a form', () => {
  it.each([
    ['embed code', EMBED],
    ['embed code for a button', '<script data-b24-form="click/12/a1b2c3" data-skip-moving="true">'],
    ['page of an older portal', 'https://acme.bitrix24.com/pub/form/12/a1b2c3/'],
    ['page with a code', 'https://acme.bitrix24.com/pub/form/12_nps/a1b2c3/?from=list'],
    ['script page', 'https://acme.bitrix24.com/pub/form.php?form_id=12&sec=a1b2c3'],
    ['script page, the other way round and escaped', 'https://acme.bitrix24.com/pub/form.php?sec=a1b2c3&amp;form_id=12'],
    ['cloud proxy', 'https://bitrix24public.com/acme.bitrix24.com/form/12_nps/a1b2c3/'],
    ['loader of a box', 'https://crm.acme.example/upload/crm/form/loader_12_a1b2c3.js'],
    ['number and code', ' 12 / a1b2c3 ']
  ])('%s', (_name, text) => {
    expect(parseFormAddress(text)).toEqual({ id: 12, sec: 'a1b2c3' })
  })

  it.each([
    ['', { why: 'empty', id: null }],
    ['   ', { why: 'empty', id: null }],
    ['https://b24-abc.bitrix24.site/crm_form_x7k2p/', { why: 'shortPage', id: null }],
    ['https://cdn-ru.bitrix24.ru/b77/crm/form/loader_12.js?1699', { why: 'noCode', id: 12 }],
    ['https://acme.bitrix24.com/crm/webform/edit/12/', { why: 'noCode', id: 12 }],
    ['12', { why: 'noCode', id: 12 }],
    ['https://example.com/', { why: 'unknown', id: null }],
    ['12 <b>', { why: 'unknown', id: null }]
  ])('%s is no address', (text, expected) => {
    expect(parseFormAddress(text)).toEqual(expected)
  })
})
