import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordField } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import { readPublicForm, submitPublicForm, type FormAddress, type PublicField } from '@/portal/public-form'
import { formEntity, formFieldName, keepsDeals, userFieldName, type RecordStore } from '@/portal/record-store'
import { decodeDefinition, DEFINITION_LIMIT_BYTES, definitionBytes, definitionOf, encodeDefinition } from './model/definition'
import { isMetric, METRIC_FIELDS, textIn, type Definition, type FormLink, type Survey } from './model/survey'
import { parseJson } from './model/parse-json'
import { parseFormAddress } from './form-address'

/** A survey with something published: only that has a form. */
export type PublishedSurvey = Survey & { published: NonNullable<Survey['published']> }

/** Words that only the portal's own page of the form shows, in the survey's default language. */
export interface FormTexts {
  comment: string
  answers: string
  button: string
  success: string
  failure: string
}

/** One thing that keeps a form from delivering answers as they are needed. */
export interface FormProblem {
  what:
    | 'fieldMissing' | 'clientField' | 'definitionMissing' | 'definitionOther'
    | 'presetMissing' | 'presetWrong' | 'wrongTarget' | 'wrongPipeline' | 'duplicateControl'
    | 'notActive' | 'captcha' | 'notTaken' | 'nothingWritten' | 'valueLost'
  /** our code of the field, or the portal's name of a foreign one; '' when it is about the form */
  field: string
  expected?: string
  found?: string
}

/** What could not be seen from outside: a test submission shows it. */
export type Unseen = 'presets' | 'pipeline' | 'duplicateControl'

export interface FormCheck {
  code: 'formNotConnected' | 'formNotActive' | 'formMismatch' | null
  problems: FormProblem[]
  unseen: Unseen[]
}

/** Random texts of 32 characters a–z0–9 for one test submission. */
export interface Nonce {
  /** belongs to no invitation, so that nothing is done about the answer */
  token: string
  submission: string
}

export interface FormTarget {
  survey: PublishedSurvey
  store: RecordStore
}

/** Presets in the order in which they are shown; the page of the survey posts the `%key%` as properties. */
export const PRESET_KEYS = {
  FB_TOKEN: '%token%', FB_INVITATION: '%inv%', FB_SUBMISSION: '%sid%', FB_VERSION: '%ver%', FB_LANG: '%lang%'
} as const satisfies Partial<Record<RecordField, string>>

type Preset = { entityName: string, fieldName: string, value: string }

/** Values of the presets of a survey's form, by field. */
export function presetsOf(survey: PublishedSurvey): [RecordField, string][] {
  return [...Object.entries(PRESET_KEYS) as [RecordField, string][], ['FB_SURVEY', survey.id]]
}

/** The published definition as the form carries it. @throws PortalError 'surveyTooLarge' */
export function formDefinition(survey: PublishedSurvey): Definition {
  const closed = survey.form?.closed ?? []
  const definition = { ...definitionOf(survey.id, survey.published.version, survey.published.content), ...closed.length > 0 ? { closed } : {} }
  const bytes = definitionBytes(definition)
  if (bytes > DEFINITION_LIMIT_BYTES) throw new PortalError('surveyTooLarge', { detail: `${bytes} bytes, at most ${DEFINITION_LIMIT_BYTES}` })
  return definition
}

/** Visible fields of the form, in order: scores that the survey asks for, the comment, and all answers, whose hint is the definition. */
export function formFields(survey: PublishedSurvey): RecordField[] {
  const metrics = survey.published.content.questions.flatMap(({ type }) => isMetric(type) ? [METRIC_FIELDS[type]] : [])
  return [...metrics, 'FB_COMMENT', 'FB_ANSWERS']
}

/** Name of the form in the portal's list; its end tells whose it is until the first connection is saved. */
export function formName(survey: PublishedSurvey): string {
  return `${survey.published.content.name} · ${survey.id}`
}

/** The end of that name, as long as nobody has renamed the form. */
export const FORM_NAME_MARK = / · [a-z0-9]{1,16}$/

/**
 * Options of `crm.form.save` (undocumented; shape from the core, crm/lib/webform/options.php and options/fields.php): the definition goes
 * into `hint` of the FB_ANSWERS field. Not for a batch: they hold booleans.
 * @param responsible users who get new answers; the portal notifies them
 */
export function formOptions({ survey, store }: FormTarget, texts: FormTexts, responsible: readonly number[]): Record<string, unknown> {
  const { content } = survey.published
  const { defaultLang } = content
  const label = (field: RecordField): string => {
    if (field === 'FB_COMMENT') return textIn(content.followUp.text.middle, defaultLang, defaultLang) || texts.comment
    const question = content.questions.find(({ type }) => isMetric(type) && METRIC_FIELDS[type] === field)
    return question ? textIn(question.text, defaultLang, defaultLang) : texts.answers
  }
  return {
    name: formName(survey),
    templateId: null,
    data: {
      language: defaultLang, title: content.company || content.name, desc: '', buttonCaption: texts.button, useSign: true,
      fields: formFields(survey).map(field => ({
        name: formFieldName(store, field), type: isLong(field) ? 'text' : 'string', label: label(field), required: false, multiple: false,
        items: [], value: '', placeholder: '', hint: field === 'FB_ANSWERS' ? encodeDefinition(formDefinition(survey)) : '',
        editing: { id: null, editable: { valueType: '' } }
      })),
      agreements: [], dependencies: [], design: {}, captcha: { service: 'google', recaptcha: { use: false }, yandexCaptcha: { use: false } }
    },
    presetFields: presetsOf(survey).map(([field, value]): Preset => ({ entityName: formEntity(store), fieldName: userFieldName(store, field), value })),
    payment: { use: false, disabledSystems: [] },
    document: {
      scheme: schemeOf(store), duplicateMode: '',
      deal: { category: keepsDeals(store) ? store.answerCategoryId : null, duplicatesEnabled: false },
      dynamic: { category: keepsDeals(store) ? null : store.answerCategoryId, duplicatesEnabled: false }
    },
    responsible: { users: [...responsible], checkWorkTime: false },
    agreements: { use: false },
    result: {
      success: { url: '', text: texts.success }, failure: { url: '', text: texts.failure }, redirectDelay: 0, refill: { active: false, caption: '' }
    },
    callback: { use: false, from: '', text: '' },
    whatsapp: { use: false },
    captcha: { service: 'google' },
    embedding: { views: {} },
    bookingResourceAutoSelection: { use: false }
  }
}

/**
 * Makes or updates the form of a survey and switches it on. Design, consents, captcha and responsible people that an administrator set stay.
 * A refused save gives no error, so everything is read back and compared.
 * @returns the connection, not yet verified
 * @throws PortalError 'formNotMade' when this portal lets the app make no form (then by hand, see `formRecipe`): `rest` tells why;
 * 'formMismatch' when it kept something else, named in `detail`; 'surveyTooLarge'
 */
export async function saveForm(portal: Portal, target: FormTarget, texts: FormTexts, responsible: readonly number[]): Promise<FormLink> {
  const wanted = formOptions(target, texts, responsible)
  const present = target.survey.form ? await readForm(portal, target.survey.form.id) : await findForm(portal, target)
  const saved = mapOf(await formCall(portal, 'crm.form.save', { options: present ? mergedOptions(present, wanted) : wanted }))
  const id = Number(saved.id ?? present?.id ?? 0)
  const kept = id > 0 ? await readForm(portal, id) : null
  if (!kept) throw new PortalError('formNotMade', { method: 'crm.form.save', detail: 'the portal saved nothing: right on CRM forms, plan or unconfirmed phone' })
  const problems = compareOptions(kept, target)
  if (problems.length > 0) throw new PortalError('formMismatch', { method: 'crm.form.save', detail: problems.map(describe).join('; ') })
  await formCall(portal, 'crm.form.activate', { id, mode: true })
  const row = await listedForm(portal, id)
  const sec = row?.sec ?? codeInOptions(kept)
  if (!sec) throw new PortalError('formNotConnected', { method: 'crm.webform.list', detail: `no security code for form ${id}` })
  if (row && !row.active) throw new PortalError('formNotActive', { method: 'crm.form.activate', detail: `form ${id}` })
  return { id, sec, made: 'api', verifiedAt: null }
}

/**
 * Number and code of a form that an administrator made, from what was pasted; asks the portal for a code that is missing.
 * @returns null when the text names no form, or the portal does not tell its code
 */
export async function connectForm(portal: Portal, text: string): Promise<FormLink | null> {
  const address = parseFormAddress(text)
  if ('sec' in address) return { ...address, made: 'hand', verifiedAt: null }
  const row = address.id === null ? null : await listedForm(portal, address.id)
  return row ? { id: row.id, sec: row.sec, made: 'hand', verifiedAt: null } : null
}

/**
 * Compares a form with what the survey needs, without sending anything. Where the portal lets the app read the form all is seen; else
 * only what everybody sees, and `unseen` names the rest.
 * @throws PortalError when the portal cannot be reached
 */
export async function checkForm(portal: Portal, target: FormTarget, address: FormAddress): Promise<FormCheck> {
  const row = await listedForm(portal, address.id)
  if (row && row.sec !== address.sec) return failed('formNotConnected')
  if (row && !row.active) return failed('formNotActive', [{ what: 'notActive', field: '' }])
  const options = await readableForm(portal, address.id)
  const shown = await readPublicForm(portal.context.origin, address)
  if (!shown) return failed('formNotConnected')
  const problems = options ? compareOptions(options, target) : compareFields(shown.fields, target)
  return { code: problems.length > 0 ? 'formMismatch' : null, problems, unseen: options ? [] : ALL_UNSEEN }
}

/**
 * Sends a test submission, looks at the record that came of it, and deletes it. The only check that sees presets and pipeline of a form
 * made by hand, and the only one that proves that answers arrive at all.
 * @returns problems; `code` null: everything arrives. An activity, a form result, a
 * notification and the entry in the recycle bin stay behind: no method removes them
 * @throws PortalError when portal or form endpoint cannot be reached, or the record may not be read
 */
export async function verifyForm(portal: Portal, target: FormTarget, address: FormAddress, nonce: Nonce): Promise<FormCheck> {
  const { survey, store } = target
  const shown = await readPublicForm(portal.context.origin, address)
  if (!shown) return failed('formNotConnected')
  const problems = compareFields(shown.fields, target)
  if (shown.hasCaptcha) return failed('formMismatch', [...problems, { what: 'captcha', field: '' }])

  const [values, expected] = testValues(target, nonce)
  const properties = { token: nonce.token, inv: '0', sid: nonce.submission, ver: String(survey.published.version), lang: survey.published.content.defaultLang }
  const { resultId, message } = await submitPublicForm(portal.context.origin, { ...address, values, properties })
  if (resultId === null) return failed('formNotActive', [...problems, { what: 'notTaken', field: '', found: message }])

  const items = await findTestItems(portal, store, nonce)
  const item = items[0]
  const absent = new Set(problems.filter(({ what }) => what === 'fieldMissing').map(({ field }) => field))
  if (item) problems.push(...compareItem(item, target, expected).filter(({ field }) => !absent.has(field)))
  else problems.push({ what: 'nothingWritten', field: '' })
  for (const { id } of items) await portal.call('crm.item.delete', { entityTypeId: store.entityTypeId, id: Number(id) })
  return { code: problems.length > 0 ? 'formMismatch' : null, problems, unseen: item ? ['duplicateControl'] : ALL_UNSEEN }
}

/** What the form of a survey still lacks, as the portal's own options show it. */
function compareOptions(options: Record<string, unknown>, { survey, store }: FormTarget): FormProblem[] {
  const document = mapOf(options.document)
  const problems: FormProblem[] = []
  const scheme = Number(document.scheme)
  if (scheme !== schemeOf(store)) problems.push({ what: 'wrongTarget', field: '', expected: String(schemeOf(store)), found: String(scheme) })
  // No pipeline means the default one: that is Answers in our own smart process, and one of the company's among deals.
  const category = Number(keepsDeals(store) ? mapOf(document.deal).category ?? 0 : mapOf(document.dynamic).category ?? store.answerCategoryId)
  if (category !== store.answerCategoryId) problems.push({ what: 'wrongPipeline', field: '', expected: String(store.answerCategoryId), found: String(category) })
  if (document.duplicateMode) problems.push({ what: 'duplicateControl', field: '', found: String(document.duplicateMode) })
  const presets = listOf<Partial<Preset>>(options.presetFields)
  for (const [field, value] of presetsOf(survey)) {
    const preset = presets.find(({ entityName: entity, fieldName }) => entity === formEntity(store) && fieldName === userFieldName(store, field))
    if (!preset) problems.push({ what: 'presetMissing', field, expected: value })
    else if (preset.value !== value) problems.push({ what: 'presetWrong', field, expected: value, found: String(preset.value) })
  }
  const fields = listOf(mapOf(options.data).fields).map(mapOf).map(({ name, hint }) => ({ name: String(name), hint: String(hint ?? '') }))
  return [...problems, ...compareFields(fields, { survey, store })]
}

function compareFields(fields: readonly Pick<PublicField, 'name' | 'hint'>[], { survey, store }: FormTarget): FormProblem[] {
  const find = (field: RecordField): Pick<PublicField, 'hint'> | undefined => fields.find(({ name }) => name === formFieldName(store, field))
  const problems: FormProblem[] = formFields(survey).filter(field => !find(field)).map(field => ({ what: 'fieldMissing', field }))
  // A client's field makes the portal look for or create that client, and the answer joins whom it finds.
  problems.push(...fields.filter(({ name }) => /^(CONTACT|COMPANY)_/.test(name)).map(({ name }) => ({ what: 'clientField', field: name }) as const))
  const answers = find('FB_ANSWERS')
  if (!answers) return problems
  const found = decodeDefinition(answers.hint)
  const carried = encodeDefinition(formDefinition(survey))
  const wanted = decodeDefinition(carried)
  if (!found) problems.push({ what: 'definitionMissing', field: 'FB_ANSWERS' })
  else if (JSON.stringify(found) !== JSON.stringify(wanted) || closedIn(answers.hint) !== closedIn(carried)) {
    problems.push({ what: 'definitionOther', field: 'FB_ANSWERS', expected: String(wanted?.version), found: String(found.version) })
  }
  return problems
}

/** Which links it calls closed. The page reads that for itself, see `shared-place.ts`. */
const closedIn = (definition: string): string => JSON.stringify(mapOf(parseJson(definition)).closed ?? [])

/** What is posted, and what the record must hold afterwards. The comment tells the record even when no preset works. */
function testValues({ survey, store }: FormTarget, { token, submission }: Nonce): [Record<string, string[]>, Map<RecordField, string>] {
  const posted = new Map(formFields(survey).map(field => [field, field === 'FB_COMMENT' ? testMark(submission) : field === 'FB_ANSWERS' ? '{}' : '0']))
  const values = Object.fromEntries([...posted].map(([field, value]) => [formFieldName(store, field), [value]]))
  const presets: [RecordField, string][] = [
    ['FB_TOKEN', token], ['FB_INVITATION', '0'], ['FB_SUBMISSION', submission], ['FB_VERSION', String(survey.published.version)],
    ['FB_LANG', survey.published.content.defaultLang], ['FB_SURVEY', survey.id]
  ]
  return [values, new Map([...posted, ...presets])]
}

const testMark = (submission: string): string => `test ${submission}`

async function findTestItems(portal: Portal, store: RecordStore, { token, submission }: Nonce): Promise<Record<string, unknown>[]> {
  const command = (field: RecordField, value: string): Command => ({
    method: 'crm.item.list', params: { entityTypeId: store.entityTypeId, filter: { [`=${store.names[field]}`]: value }, select: ['*'], start: -1 }
  })
  const outcomes = await portal.batch<{ byToken: unknown, bySubmission: unknown, byMark: unknown }>({
    byToken: command('FB_TOKEN', token), bySubmission: command('FB_SUBMISSION', submission), byMark: command('FB_COMMENT', testMark(submission))
  })
  const rows = Object.values(outcomes).flatMap(outcome => {
    if (!outcome.ok) throw outcome.error
    return listOf(mapOf(outcome.result).items).map(mapOf)
  })
  return [...new Map(rows.map(row => [String(row.id), row])).values()]
}

function compareItem(item: Record<string, unknown>, { store, survey }: FormTarget, expected: ReadonlyMap<RecordField, string>): FormProblem[] {
  const problems: FormProblem[] = []
  if (Number(item.categoryId) !== store.answerCategoryId) {
    problems.push({ what: 'wrongPipeline', field: '', expected: String(store.answerCategoryId), found: String(item.categoryId) })
  }
  const presets = new Map(presetsOf(survey))
  for (const [field, value] of expected) {
    const found = String(item[store.names[field]] ?? '')
    if (found === value) continue
    const isPreset = presets.has(field)
    problems.push({ what: !isPreset ? 'valueLost' : found === '' ? 'presetMissing' : 'presetWrong', field, expected: presets.get(field) ?? value, found })
  }
  return problems
}

/** Options of an existing form with ours over them: what is not ours stays as the administrator left it. Secrets of captchas never travel back. */
function mergedOptions(present: Record<string, unknown>, wanted: Record<string, unknown>): Record<string, unknown> {
  const [presentData, wantedData] = [mapOf(present.data), mapOf(wanted.data)]
  const ours = new Set(listOf<Preset>(wanted.presetFields).map(({ fieldName }) => fieldName))
  const users = listOf(mapOf(present.responsible).users)
  return {
    ...wanted,
    id: present.id,
    name: present.name || wanted.name,
    templateId: present.templateId ?? null,
    data: {
      ...wantedData,
      useSign: presentData.useSign ?? true, agreements: listOf(presentData.agreements),
      design: mapOf(presentData.design), captcha: presentData.captcha ?? wantedData.captcha
    },
    presetFields: [...listOf<Preset>(present.presetFields).filter(({ fieldName }) => !ours.has(fieldName)), ...listOf(wanted.presetFields)],
    agreements: present.agreements ?? wanted.agreements,
    responsible: users.length > 0 ? { users, checkWorkTime: mapOf(present.responsible).checkWorkTime === true } : wanted.responsible,
    captcha: { service: mapOf(present.captcha).service ?? 'google' },
    embedding: { views: mapOf(mapOf(present.embedding).views) }
  }
}

/** A form that we made before a crash kept us from saving the connection: by the end of its name, then by its preset. */
async function findForm(portal: Portal, { survey, store }: FormTarget): Promise<Record<string, unknown> | null> {
  const forms = listOf(await formCall(portal, 'crm.form.list', { filter: {} })).map(mapOf)
  for (const { id } of forms.filter(({ name }) => String(name).endsWith(` · ${survey.id}`))) {
    const options = await readForm(portal, Number(id))
    const isOurs = listOf<Partial<Preset>>(options?.presetFields)
      .some(({ fieldName, value }) => fieldName === userFieldName(store, 'FB_SURVEY') && value === survey.id)
    if (isOurs) return options
  }
  return null
}

/** @returns null when there is no such form, or it may not be read */
async function readForm(portal: Portal, id: number): Promise<Record<string, unknown> | null> {
  const options = mapOf(await formCall(portal, 'crm.form.get', { id }))
  return Number(options.id) === id ? options : null
}

/** The same, for portals where the method does not exist. */
export async function readableForm(portal: Portal, id: number): Promise<Record<string, unknown> | null> {
  try {
    return await readForm(portal, id)
  } catch (error) {
    if (error instanceof PortalError && error.code === 'formNotMade') return null
    throw error
  }
}

/** Form methods are undocumented: missing or refused ones mean "by hand". */
async function formCall(portal: Portal, method: string, params: Record<string, unknown>): Promise<unknown> {
  try {
    return await portal.call(method, params)
  } catch (error) {
    if (!(error instanceof PortalError) || !['methodMissing', 'noRight', 'badRequest'].includes(error.code)) throw error
    throw new PortalError('formNotMade', { method, ...(error.rest ? { rest: error.rest } : {}), detail: error.detail ?? error.code })
  }
}

/** Number, code and state of a form; null when there is none, or the portal does not tell (undocumented method). */
async function listedForm(portal: Portal, id: number): Promise<FormAddress & { active: boolean } | null> {
  try {
    const rows = listOf(await portal.call('crm.webform.list', { GET_INACTIVE: 'Y' })).map(mapOf)
    const row = rows.find(({ ID }) => Number(ID) === id)
    return row ? { id, sec: String(row.SECURITY_CODE), active: row.ACTIVE === 'Y' } : null
  } catch (error) {
    if (error instanceof PortalError && (error.code === 'methodMissing' || error.code === 'noRight')) return null
    throw error
  }
}

export function codeInOptions(options: Record<string, unknown>): string | null {
  const script = mapOf(mapOf(mapOf(options.embedding).scripts).inline).text
  const address = parseFormAddress(String(script ?? ''))
  return 'sec' in address ? address.sec : null
}

const ALL_UNSEEN: Unseen[] = ['presets', 'pipeline', 'duplicateControl']

/** 3 deal, ten times the type for a smart process (core, crm/lib/webform/entity.php). */
const schemeOf = (store: Pick<RecordStore, 'entityTypeId'>): number => keepsDeals(store) ? 3 : store.entityTypeId * 10
const isLong = (field: RecordField): boolean => field === 'FB_COMMENT' || field === 'FB_ANSWERS'
const failed = (code: FormCheck['code'], problems: FormProblem[] = []): FormCheck => ({ code, problems, unseen: ALL_UNSEEN })
const describe = ({ what, field, expected, found }: FormProblem): string =>
  [what, field, expected === undefined ? '' : `expected ${expected}`, found === undefined ? '' : `found ${found}`].filter(Boolean).join(' ')
