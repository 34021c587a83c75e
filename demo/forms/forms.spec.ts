// @vitest-environment node
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Demo } from '../start'
import { startDemo } from '../start'
import type { Item, UserField } from '../state'
import { fillForm } from './fill'

let demo: Demo
beforeAll(async () => { demo = await startDemo({ port: 0, answers: 0 }) })
afterAll(() => demo.close())

const PREFIX = 'UF_CRM_1_'
const admin = (): { userId: number; context: 'application'; scopes: string[] } => {
  const userId = demo.portal.state.users.find(user => user.admin)?.id ?? 0
  return { userId, context: 'application', scopes: ['crm'] }
}

function addField(code: string, userTypeId: string, extra: Partial<UserField> = {}): void {
  demo.portal.state.userFields.push({
    id: 9000 + demo.portal.state.userFields.length, entityId: 'CRM_DEAL', fieldName: `${PREFIX}${code}`, userTypeId, multiple: false, mandatory: false, xmlId: null, sort: 100,
    settings: {}, editFormLabel: { ru: code, en: code }, helpMessage: {}, enum: [], ...extra
  })
}

const name = (code: string): string => `DEAL_${PREFIX}${code}`
const options = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'Feedback', embedding: { views: {} },
  data: { title: 'How was it?', fields: ['NPS', 'TEXT', 'COUNT', 'TOKEN'].map(code => ({ name: name(code), label: code, hint: code === 'TEXT' ? '{"q":"<b>1</b>"}' : '' })) },
  presetFields: [{ entityName: 'DEAL', fieldName: `${PREFIX}TOKEN`, value: '%token%' }, { entityName: 'DEAL', fieldName: `${PREFIX}NOTE`, value: '[%a%|%b%|%crm_form_id%]' }],
  document: { scheme: 3, duplicateMode: '', deal: { category: null } }, responsible: { users: [2, 3] },
  result: { success: { text: 'Thank you' }, failure: { text: 'Sorry' } }, ...changes
})

let form: { id: number; sec: string }
beforeAll(() => {
  for (const [code, type] of [['NPS', 'string'], ['TEXT', 'string'], ['COUNT', 'integer'], ['TOKEN', 'string'], ['NOTE', 'string']] as const) addField(code, type)
  addField('NOLABEL', 'string', { editFormLabel: { ru: '', en: 'x' } })
})
beforeEach(async () => {
  const saved = await demo.portal.call(admin(), 'crm.form.save', { options: options() })
  const id = (saved.body.result as { id: number }).id
  await demo.portal.call(admin(), 'crm.form.activate', { id, mode: true })
  form = { id, sec: demo.portal.state.forms.find(item => item.id === id)?.sec ?? '' }
})

const endpoint = (action: string): string => `${demo.portalUrl}/bitrix/services/main/ajax.php?action=crm.site.form.${action}`
function multipart(parts: Record<string, string>): FormData {
  const body = new FormData()
  for (const [key, value] of Object.entries(parts)) body.append(key, value)
  return body
}
const post = (parts: Record<string, string>, headers = {}): Promise<Response> => fetch(endpoint('fill'), { method: 'POST', body: multipart(parts), headers })
const fill = async (parts: Record<string, string>): Promise<Record<string, unknown>> =>
  (await (await post({ id: String(form.id), sec: form.sec, ...parts })).json() as { result: Record<string, unknown> }).result
const newest = (): Item => [...demo.portal.state.items.get(2)?.values() ?? []].at(-1) as Item

describe('crm.site.form.fill', () => {
  it('answers a multipart post of any origin and creates the record (facts 3–6, 33, 39, 40)', async () => {
    const before = demo.portal.state.activities.length
    const reply = await post(
      { id: String(form.id), sec: form.sec, values: JSON.stringify({ [name('NPS')]: ['10'], [name('TEXT')]: 'scalar' }), properties: '{"token":"abc"}' }, { origin: 'https://any.example' }
    )
    expect(reply.headers.get('access-control-allow-origin')).toBe('https://any.example')
    expect(reply.headers.get('access-control-allow-credentials')).toBe('true')
    const { result } = await reply.json() as { result: Record<string, unknown> }
    expect(result).toMatchObject({ resultId: expect.any(Number) as number, pay: false, message: 'Thank you', gid: expect.any(String) as string })
    expect(newest().fields).toMatchObject({ [`${PREFIX}NPS`]: '10', [`${PREFIX}TEXT`]: 'scalar', [`${PREFIX}TOKEN`]: 'abc', SOURCE_ID: 'WEBFORM', WEBFORM_ID: form.id })
    expect(demo.portal.state.categories.find(item => item.id === newest().fields.CATEGORY_ID)?.isDefault).toBe(true)
    expect(demo.portal.state.activities.slice(before).map(item => item.fields.PROVIDER_ID)).toEqual(['CRM_WEBFORM'])
    expect(demo.portal.state.formResults.at(-1)?.itemIds).toEqual([{ entityTypeId: 2, id: newest().id }])
  })

  it.each([
    ['no id', { id: '' }, 'Parameter `id` required.'],
    ['no sec', { sec: '' }, 'Parameter `sec` required.'],
    ['wrong sec', { sec: 'zzzzzz' }, 'Sorry']
  ])('%s: HTTP 200 without resultId (fact 7)', async (_title, parts, message) => {
    const reply = await post({ id: String(form.id), sec: form.sec, ...parts })
    expect(reply.status).toBe(200)
    expect(await reply.json()).toEqual({ result: { resultId: null, pay: false, message, gid: null, redirect: [], refill: [] } })
  })

  it('refuses an inactive form and a form with captcha, creating nothing (fact 10)', async () => {
    const before = newest().id
    await demo.portal.call(admin(), 'crm.form.activate', { id: form.id, mode: false })
    expect((await fill({})).resultId).toBeNull()
    await demo.portal.call(admin(), 'crm.form.activate', { id: form.id, mode: true })
    await demo.portal.call(admin(), 'crm.form.save', { options: { ...options({ data: { captcha: { service: 'google', recaptcha: { use: true } } } }), id: form.id } })
    expect((await fill({})).resultId).toBeNull()
    expect(newest().id).toBe(before)
  })

  it('invalid JSON is an exception with CORS, a scalar is a crash without (facts 8, 9)', async () => {
    const broken = await post({ id: String(form.id), sec: form.sec, values: '{' }, { origin: 'https://any.example' })
    expect(broken.headers.get('access-control-allow-origin')).toBe('https://any.example')
    expect(await broken.json()).toMatchObject({ error: true, result: [] })
    const scalar = await post({ id: String(form.id), sec: form.sec, values: '5' }, { origin: 'https://any.example' })
    expect(scalar.headers.get('access-control-allow-origin')).toBeNull()
    expect(await scalar.json()).not.toHaveProperty('result')
  })

  it('validates nothing, casts integers to 0, ignores fields that are not on the form (facts 12, 13)', async () => {
    await fill({ values: JSON.stringify({ [name('NPS')]: ['9 maybe'], [name('COUNT')]: ['abc'], [name('NOTE')]: ['not on the form'], DEAL_OPPORTUNITY: ['5'] }) })
    expect(newest().fields).toMatchObject({ [`${PREFIX}NPS`]: '9 maybe', [`${PREFIX}COUNT`]: 0, [`${PREFIX}NOTE`]: `[||${form.id}]` })
    expect(newest().fields).not.toHaveProperty('OPPORTUNITY')
    await fill({ values: '{}' })
    expect(newest().fields).not.toHaveProperty(`${PREFIX}COUNT`)
  })

  it('a preset overrides what was posted; properties come before the query of trace.url; the rest is removed (facts 21, 22)', async () => {
    await fill({
      values: JSON.stringify({ [name('TOKEN')]: ['posted'] }), properties: '{"a":"property","crm_form_id":"666"}',
      trace: JSON.stringify({ url: 'https://site.example/?a=query&b=query&token=fromquery' })
    })
    expect(newest().fields).toMatchObject({ [`${PREFIX}TOKEN`]: 'fromquery', [`${PREFIX}NOTE`]: `[property|query|${form.id}]` })
    await fill({ values: '{}' })
    expect(newest().fields[`${PREFIX}TOKEN`]).toBe('')
  })

  it('takes the responsible from the queue in turn (fact 39)', async () => {
    const seen = []
    for (let round = 0; round < 3; round++) {
      await fill({})
      seen.push(newest().fields.ASSIGNED_BY_ID)
    }
    expect(seen).toEqual([2, 3, 2])
  })

  it('writes into the pipeline of the form', async () => {
    const other = demo.portal.state.categories.find(item => item.entityTypeId === 2 && !item.isDefault)
    await demo.portal.call(admin(), 'crm.form.save', { options: { ...options({ document: { scheme: 3, deal: { category: other?.id } } }), id: form.id } })
    await fill({})
    expect(newest().fields.CATEGORY_ID).toBe(other?.id)
  })

  it('may write nothing and still return a resultId', async () => {
    const before = newest().id
    demo.portal.switches.formWritesNothing = true
    expect((await fill({})).resultId).toEqual(expect.any(Number))
    demo.portal.switches.formWritesNothing = false
    expect(newest().id).toBe(before)
  })

  it('answers a GET and a preflight with neither result nor CORS (facts 1, 4)', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const reply = await fetch(endpoint('fill'), { method, headers: { origin: 'https://any.example' } })
      expect(reply.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('keeps properties and values of the result', () => {
    fillForm(demo.portal, { id: String(form.id), sec: form.sec, values: '{"x":[1]}', properties: '{"token":7}' })
    expect(demo.portal.state.formResults.at(-1)).toMatchObject({ formId: form.id, values: { x: [1] }, properties: { token: '7' } })
  })
})

describe('crm.site.form.get', () => {
  const get = async (query: string): Promise<Record<string, unknown>> => await (await fetch(`${endpoint('get')}&${query}`)).json() as Record<string, unknown>

  it('shows fields with the hint as saved, and neither presets nor pipeline (facts 14, 17)', async () => {
    const reply = await get(`id=${form.id}&sec=${form.sec}`)
    const { config, loader } = reply.result as { config: { id: number; data: { fields: Record<string, unknown>[] } }; loader: object }
    expect(config.id).toBe(form.id)
    expect(config.data.fields.map(field => field.name)).toEqual(['NPS', 'TEXT', 'COUNT', 'TOKEN'].map(name))
    expect(config.data.fields[1]).toMatchObject({ type: 'string', hint: '{"q":"<b>1</b>"}', required: false, visible: true, items: [] })
    expect(config.data.fields[2]).toMatchObject({ type: 'integer' })
    expect(loader).toMatchObject({ form: { inline: expect.stringContaining(`inline/${form.id}/${form.sec}`) as string } })
    expect(JSON.stringify(config)).not.toMatch(/preset|category|%token%|editing/i)
  })

  it.each([['', /`id` required/], ['id=1', /`sec` required/], ['id=99999&sec=abc', /security_sign/]])('%j is an error body', async (query, description) => {
    expect(await get(query)).toMatchObject({ error: true, result: [], error_description: expect.stringMatching(description) as string })
  })
})

describe('crm.form.*', () => {
  const call = async (method: string, params: object, userId = admin().userId): Promise<unknown> =>
    (await demo.portal.call({ ...admin(), userId }, method, { ...params })).body.result

  it('makes an inactive form and reads it back (facts 46, 49, 50)', async () => {
    const saved = await call('crm.form.save', { options: options({ name: 'Second' }) }) as { id: number }
    expect(await call('crm.webform.list', {})).not.toContainEqual(expect.objectContaining({ ID: String(saved.id) }))
    expect(await call('crm.webform.list', { GET_INACTIVE: 'Y' })).toContainEqual(expect.objectContaining({ ID: String(saved.id), NAME: 'Second', ACTIVE: 'N' }))
    expect(await call('crm.form.get', { id: saved.id })).toEqual(saved)
    expect(saved).toMatchObject({ presetFields: options().presetFields, document: { scheme: 3, deal: { category: null } }, responsible: { users: [2, 3] } })
    await call('crm.form.activate', { id: saved.id, mode: true })
    expect(await call('crm.form.list', {})).toContainEqual({ id: saved.id, name: 'Second' })
    expect(await call('crm.form.get', { id: 9999 })).toMatchObject({ id: null })
  })

  it('loses errors: no right gives [], no name gives options without id (fact 48)', async () => {
    const manager = demo.portal.state.users.find(user => user.role === 'own')?.id
    expect(await call('crm.form.save', { options: options() }, manager)).toEqual([])
    expect(await call('crm.form.get', { id: form.id }, manager)).toEqual([])
    expect(await call('crm.form.save', { options: options({ name: '' }) })).toMatchObject({ id: null })
  })

  it('leaves out fields that the scheme does not have or that have no label in the portal language, and logs them', async () => {
    demo.portal.contractLog.length = 0
    const fields = [{ name: name('NPS') }, { name: name('NOLABEL') }, { name: 'CONTACT_NAME' }]
    const saved = await call('crm.form.save', { options: options({ data: { fields } }) }) as { data: { fields: { name: string }[] } }
    expect(saved.data.fields.map(field => field.name)).toEqual([name('NPS')])
    expect(demo.portal.contractLog.map(line => line.problem).join()).toMatch(/NOLABEL.*CONTACT_NAME/s)
    demo.portal.contractLog.length = 0
  })

  it('needs JSON over the wire, and does not exist without the switch (facts 46, 47)', async () => {
    const auth = demo.portal.issueToken(admin().userId).AUTH_ID
    const encoded = await fetch(`${demo.portalUrl}/rest/crm.form.list`, { method: 'POST', body: new URLSearchParams({ auth }) })
    expect(encoded.status).toBe(400)
    const json = (): Promise<Response> => fetch(`${demo.portalUrl}/rest/crm.form.list`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ auth }) })
    expect((await json()).status).toBe(200)
    demo.portal.switches.undocumented = false
    expect(await (await json()).json()).toMatchObject({ error: 'ERROR_METHOD_NOT_FOUND' })
    demo.portal.switches.undocumented = true
  })
})

describe('the form made by hand', () => {
  it('saves the same options as the API, and keeps what the editor does not show', async () => {
    const body = new URLSearchParams([
      ['type', '2'], ['name', 'By hand'], ['category', ''], ['responsible', '3'], ['duplicateMode', ''], ['active', 'Y'], ['title', 'T'], ['success', 'S'],
      ['fields[]', name('NPS')], ['fields[]', name('TEXT')], [`hints[${name('TEXT')}]`, 'hint'],
      ['presets[0][field]', `${PREFIX}TOKEN`], ['presets[0][value]', '%token%'], ['presets[1][field]', ''], ['presets[1][value]', '']
    ])
    const reply = await fetch(`${demo.portalUrl}/crm/webform/edit/0/`, { method: 'POST', body, redirect: 'manual' })
    const id = Number(/edit\/(\d+)\//.exec(reply.headers.get('location') ?? '')?.[1])
    const made = demo.portal.state.forms.find(item => item.id === id)
    expect(made).toMatchObject({ name: 'By hand', active: true })
    const read = (await demo.portal.call(admin(), 'crm.form.get', { id })).body.result
    expect(read).toMatchObject({
      data: { fields: [{ name: name('NPS'), hint: '' }, { name: name('TEXT'), hint: 'hint' }] },
      presetFields: [{ entityName: 'DEAL', fieldName: `${PREFIX}TOKEN`, value: '%token%' }], document: { scheme: 3, duplicateMode: '' }, responsible: { users: [3] }
    })
    const page = await (await fetch(`${demo.portalUrl}/pub/form/${id}/${made?.sec}/?token=abc`)).text()
    expect(page).toContain(`name="${name('NPS')}"`)
  })
})
