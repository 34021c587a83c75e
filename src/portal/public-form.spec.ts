import { describe, expect, it, vi } from 'vitest'
import { readPublicForm, submitPublicForm } from './public-form'

const ADDRESS = { id: 12, sec: 'a1b2c3' }
const ORIGIN = 'https://acme.bitrix24.com'

const answering = (body: unknown) => vi.fn<typeof fetch>(async () => new Response(typeof body === 'string' ? body : JSON.stringify(body)))
const bodyOf = (fetcher: ReturnType<typeof answering>) => fetcher.mock.calls[0]![1]!.body as FormData

const CONFIG = { id: 12, data: { fields: [{ name: 'DYNAMIC_1038_UF_CRM_13_FB_NPS', label: 'NPS', type: 'string', required: true, hint: '{}' }] } }

describe('public form endpoint', () => {
  it('reads what everybody sees of a form', async () => {
    const fetcher = answering({ result: { config: { ...CONFIG, id: '12' } } })
    expect(await readPublicForm(ORIGIN, ADDRESS, fetcher)).toEqual({
      ...ADDRESS, fields: [{ name: 'DYNAMIC_1038_UF_CRM_13_FB_NPS', label: 'NPS', type: 'string', required: true, hint: '{}' }],
      hasCaptcha: false, hasRequiredConsent: false
    })
    expect(fetcher.mock.calls[0]![0]).toBe(`${ORIGIN}/bitrix/services/main/ajax.php?action=crm.site.form.get`)
  })

  it.each([
    ['google', { recaptcha: { use: true } }],
    ['yandex', { yandexCaptcha: { use: true } }]
  ])('sees a captcha of %s and a required consent', async (_name, captcha) => {
    const data = { ...CONFIG.data, captcha, agreements: [{ required: false }, { required: true }] }
    const form = await readPublicForm(ORIGIN, ADDRESS, answering({ result: { config: { id: 12, data } } }))
    expect(form).toMatchObject({ hasCaptcha: true, hasRequiredConsent: true })
  })

  it.each([
    ['an error with status 200', { error: true, error_description: 'Form with id=`12` is disabled.', result: [] }],
    ['another form', { result: { config: { id: 13, data: {} } } }],
    ['an empty list for nothing', { result: [] }]
  ])('takes %s for no form', async (_name, body) => {
    expect(await readPublicForm(ORIGIN, ADDRESS, answering(body))).toBeNull()
  })

  it('posts multipart without headers or cookies, and never a signature', async () => {
    const fetcher = answering({ result: { resultId: 77, message: 'Thanks' } })
    expect(await submitPublicForm(ORIGIN, { ...ADDRESS, values: { F: ['9'] }, properties: { token: 't' } }, fetcher)).toEqual({ resultId: 77, message: 'Thanks' })
    expect(fetcher.mock.calls[0]![1]).toMatchObject({ method: 'POST', credentials: 'omit', referrerPolicy: 'no-referrer' })
    expect(fetcher.mock.calls[0]![1]).not.toHaveProperty('headers')
    expect(Object.fromEntries(bodyOf(fetcher))).toEqual({ id: '12', sec: 'a1b2c3', values: '{"F":["9"]}', properties: '{"token":"t"}', consents: '{}', trace: '{}' })
  })

  it.each([
    [{ result: { resultId: null, message: 'Off' } }, { resultId: null, message: 'Off' }],
    [{ error: true, error_description: 'Syntax error', result: [] }, { resultId: null, message: 'Syntax error' }],
    [{ result: { resultId: 0 } }, { resultId: null, message: '' }]
  ])('%j is not taken', async (body, expected) => {
    expect(await submitPublicForm(ORIGIN, { ...ADDRESS, values: {}, properties: {} }, answering(body))).toEqual(expected)
  })

  it.each([
    ['nothing arrives', new TypeError('Failed to fetch'), { code: 'unreachable', executed: 'no', retryable: true }, { code: 'replyLost', executed: 'unknown', retryable: false }],
    ['it takes too long', new DOMException('slow', 'TimeoutError'), { code: 'timeout', executed: 'no' }, { code: 'timeout', executed: 'unknown' }]
  ])('when %s: reading may be repeated, sending may have worked', async (_name, error, reading, sending) => {
    const fetcher = vi.fn<typeof fetch>(async () => { throw error })
    await expect(readPublicForm(ORIGIN, ADDRESS, fetcher)).rejects.toMatchObject(reading)
    await expect(submitPublicForm(ORIGIN, { ...ADDRESS, values: {}, properties: {} }, fetcher)).rejects.toMatchObject(sending)
  })

  it('does not mistake a page for an answer', async () => {
    await expect(readPublicForm(ORIGIN, ADDRESS, answering('<html>'))).rejects.toMatchObject({ code: 'unreadable' })
  })
})
