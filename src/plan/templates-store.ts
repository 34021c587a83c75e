import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { compileTemplate, type CompiledTemplate } from './compile/compile'
import { templateNames } from './compile/engine-texts'
import { TEMPLATE_KEYS, type CompileInput, type PortalFacts, type TemplateIds, type TemplateKey } from './compile/input'
import { makeControl, putInCharge, readControl, writeNotes, type Control } from './control'

/** What to compile; the control record is found or made here. */
export type EngineInput = Omit<CompileInput, 'facts'> & { facts: Omit<PortalFacts, 'controlId'> }

export interface TemplateFinding {
  key: TemplateKey
  /** outdated: surveys, plans or addresses have changed since; edited: a person has changed it in the designer, and no upload touches it by itself */
  state: 'current' | 'edited' | 'outdated' | 'missing'
  /** it does not know the surveys as they are now; one that a person has edited may be that, too */
  isBehind: boolean
  id: number | null
  /** as the portal shows it; '' when it is missing */
  name: string
  /** when it was last changed, ISO 8601; '' when it is missing */
  modified: string
}

interface TemplateRow {
  id: number
  name: string
  modified: string
  documentType: string
  systemCode: string
}

/** Reads only. @returns why this person cannot put the portal's processes to work, or null. @throws PortalError when that cannot be told */
export async function refusalOf(portal: Portal): Promise<PortalError | null> {
  try {
    await ownTemplates(portal)
    return null
  } catch (error) {
    if (isRefusal(error)) return error
    throw error
  }
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set(['planWithoutProcesses', 'processesNotAllowed', 'notAdministrator', 'processRefused'])

/** The portal does not let the processes do the work; trying again changes nothing. */
export const isRefusal = (error: unknown): error is PortalError => error instanceof PortalError && REFUSALS.has(error.code)

/** What a refused call to the portal's processes means. */
function meaningOf(error: PortalError): PortalError {
  const { method, rest, detail } = error
  const facts = { ...method === undefined ? {} : { method }, ...rest === undefined ? {} : { rest }, ...detail === undefined ? {} : { detail } }
  // a plan without processes lacks the methods themselves
  if (error.code === 'methodMissing') return new PortalError('planWithoutProcesses', facts)
  if (rest?.toLowerCase() === 'insufficient_scope') return new PortalError('processesNotAllowed', facts)
  if (error.code === 'noRight') return new PortalError('notAdministrator', facts)
  return error
}

/**
 * Writes and uploads the portal's processes, those first that others start. What is there already and the same stays untouched; what is there
 * and different is updated in place, so that its id – in other templates, in robots of people – stays right. Safe to repeat after any failure.
 * Says nothing about who is in charge: see `putInCharge`.
 * @param options.report gets each template when it stands, and whether it was left as a person has changed it
 * @param options.overwriteEdits also what a person has changed in the designer; without it that stays, even when it is outdated
 * @throws PortalError 'planWithoutProcesses', 'processesNotAllowed', 'notAdministrator' before anything is made; 'processRefused' when the import
 * refuses a file: `detail` says why
 */
export async function uploadTemplates(
  portal: Portal, input: EngineInput,
  { report = () => {}, overwriteEdits = false }: { report?: (key: TemplateKey, isKeptEdit: boolean) => void, overwriteEdits?: boolean } = {}
): Promise<Control> {
  const rows = await ownTemplates(portal)
  const control = await makeControl(portal, input.store)
  const ids: TemplateIds = {}
  let isNoted = true
  for (const key of TEMPLATE_KEYS) {
    const template = compileTemplate(key, withControl(input, control.id), ids)
    const present = findRow(rows, key, template, control.templates)
    const isEdited = present !== undefined && wasEdited(control, key, present)
    const isKept = present !== undefined && (isEdited ? !overwriteEdits : present.name === template.name)
    if (present && !isKept && !isEdited && control.modified[key] !== undefined) {
      // Whoever never learns how an update ended must not take our own change for somebody's.
      for (const later of TEMPLATE_KEYS.slice(TEMPLATE_KEYS.indexOf(key))) {
        const row = rows.find(({ id }) => id === control.templates[later])
        if (!row || !wasEdited(control, later, row)) delete control.modified[later]
      }
      await writeNotes(portal, input.store, control)
    }
    const id = isKept ? present.id : present ? await update(portal, present, template) : await add(portal, template)
    ids[key] = id
    if (!isKept || control.templates[key] !== id || control.modified[key] === undefined) isNoted = false
    report(key, isKept && isEdited)
  }
  if (!isNoted) {
    const now = await ownTemplates(portal)
    for (const key of TEMPLATE_KEYS) {
      const before = rows.find(row => row.id === ids[key])
      const isKeptEdit = before !== undefined && !overwriteEdits && wasEdited(control, key, before)
      control.templates[key] = ids[key]!
      if (!isKeptEdit) control.modified[key] = now.find(row => row.id === ids[key])?.modified ?? ''
    }
    await writeNotes(portal, input.store, control)
  }
  return control
}

/** Between our upload and its note there is no telling. */
const wasEdited = ({ modified }: Pick<Control, 'modified'>, key: TemplateKey, row: TemplateRow): boolean =>
  modified[key] !== undefined && modified[key] !== row.modified

/** Reads only: what `uploadTemplates` would put right. @throws PortalError as there */
export async function inspectTemplates(portal: Portal, input: EngineInput): Promise<TemplateFinding[]> {
  const rows = await ownTemplates(portal)
  const control = await readControl(portal, input.store)
  const known = control?.templates ?? {}
  return TEMPLATE_KEYS.map((key): TemplateFinding => {
    const id = known[key] ?? null
    const row = rows.find(candidate => candidate.id === id)
    if (!row || !control) return { key, state: 'missing', isBehind: true, id: null, name: '', modified: '' }
    const isComplete = TEMPLATE_KEYS.slice(0, TEMPLATE_KEYS.indexOf(key)).every(before => known[before])
    const isEdited = wasEdited(control, key, row)
    const template = isComplete ? compileTemplate(key, withControl(input, control.id), known) : null
    // who renames one in the designer may leave the version in its name
    const isBehind = template === null || (isEdited ? !row.name.endsWith(` · ${template.version}`) : row.name !== template.name)
    return { key, state: isEdited ? 'edited' : isBehind ? 'outdated' : 'current', isBehind, id: row.id, name: row.name, modified: row.modified }
  })
}

/** How many processes run on each of the templates; one request. @throws PortalError as `uploadTemplates` */
export async function countRunning(portal: Portal, templates: TemplateIds): Promise<Partial<Record<TemplateKey, number>>> {
  const keys = TEMPLATE_KEYS.filter(key => templates[key] !== undefined)
  if (keys.length === 0) return {}
  const found = await portal.batch<Record<string, unknown>>(Object.fromEntries(keys.map((key): [string, Command] =>
    [key, { method: 'bizproc.workflow.instances', params: { SELECT: ['ID'], FILTER: { TEMPLATE_ID: templates[key] }, ORDER: { STARTED: 'ASC' } } }])))
  return Object.fromEntries(keys.map(key => {
    const outcome = found[key]
    if (!outcome?.ok) throw outcome ? meaningOf(outcome.error) : new PortalError('unreadable')
    return [key, outcome.total ?? listOf(outcome.result).length]
  }))
}

export interface Removal {
  removed: TemplateKey[]
  /** processes run on them – invitations that wait for their end, above all; they end by themselves at their next look at the control record */
  kept: { key: TemplateKey, error: PortalError }[]
}

/**
 * Takes the processes out of the portal; before uninstalling, because nobody may touch them afterwards. The duty person is put in charge first.
 * @param options.endRunning ends what runs, because the portal removes no template that is in use. What waits only waits to remind, to note
 * that an invitation has expired, or for a task to be done; the app sees the last two by itself.
 * @throws PortalError when nothing can be read or written
 */
export async function removeTemplates(portal: Portal, store: RecordStore, { endRunning = false }: { endRunning?: boolean } = {}): Promise<Removal> {
  const control = await readControl(portal, store)
  const removal: Removal = { removed: [], kept: [] }
  if (!control) return removal
  await putInCharge(portal, store, 'duty')
  const rows = await ownTemplates(portal)
  // Who starts others goes first.
  for (const key of TEMPLATE_KEYS.toReversed()) {
    // with those that an upload which broke off could not note
    const own = rows.filter(({ id, name }) => id === control.templates[key] || templateNames(key).some(title => name.startsWith(`${title} · `)))
    const errors: PortalError[] = []
    for (const { id } of own) {
      if (endRunning) await endProcesses(portal, id)
      const error = await deleteTemplate(portal, id)
      if (error) errors.push(error)
    }
    if (errors[0]) removal.kept.push({ key, error: errors[0] })
    else if (own.length > 0 || control.templates[key] !== undefined) removal.removed.push(key)
  }
  const left = <T>(of: Partial<Record<TemplateKey, T>>): Partial<Record<TemplateKey, T>> =>
    Object.fromEntries(Object.entries(of).filter(([key]) => !removal.removed.some(removed => removed === key)))
  await writeNotes(portal, store, { id: control.id, templates: left(control.templates), modified: left(control.modified) })
  return removal
}

/** @returns why the portal has kept it; null = it is gone */
async function deleteTemplate(portal: Portal, id: number): Promise<PortalError | null> {
  try {
    await portal.call('bizproc.workflow.template.delete', { ID: id })
    return null
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    if (error.rest === 'ERROR_TEMPLATE_NOT_FOUND') return null
    // the portal words its refusal and gives no code
    return error.code === 'badRequest' ? new PortalError('processesInUse', { detail: error.detail ?? '' }) : meaningOf(error)
  }
}

/** Fifty at a time: what has ended is not in the list any more. @throws PortalError */
async function endProcesses(portal: Portal, templateId: number): Promise<void> {
  for (let first = ''; ;) {
    const rows = listOf(await portal.call('bizproc.workflow.instances', { SELECT: ['ID'], FILTER: { TEMPLATE_ID: templateId }, ORDER: { STARTED: 'ASC' } }))
    const ids = rows.map(row => String(mapOf(row).ID))
    // one that does not end must not be asked for for ever
    if (ids[0] === undefined || ids[0] === first) return
    first = ids[0]
    const ends = ids.slice(0, BATCH_LIMIT).map((ID, index): [string, Command] => [`p${index}`, { method: 'bizproc.workflow.terminate', params: { ID } }])
    await portal.batch<Record<string, unknown>>(Object.fromEntries(ends))
  }
}

const withControl = ({ facts, ...input }: EngineInput, controlId: number): CompileInput => ({ ...input, facts: { ...facts, controlId } })

/** Templates of this application, by whichever installation. */
async function ownTemplates(portal: Portal): Promise<TemplateRow[]> {
  const { info, first } = await portal.batch<{ info: { ID: unknown }, first: unknown }>({ info: { method: 'app.info' }, first: listCommand(0) })
  if (!first.ok) throw meaningOf(first.error)
  if (!info.ok) throw info.error
  const rows = listOf(first.result)
  for (let start = 50, page = rows; page.length === 50; start += 50) {
    const { method, params } = listCommand(start)
    page = listOf(await portal.call(method, params))
    rows.push(...page)
  }
  const own = `rest_app_${String(info.result.ID)}`
  return rows.map(mapOf).map((row): TemplateRow => ({
    id: Number(row.ID), name: String(row.NAME ?? ''), modified: String(row.MODIFIED ?? ''), systemCode: String(row.SYSTEM_CODE ?? ''),
    documentType: String(typeof row.DOCUMENT_TYPE === 'string' ? row.DOCUMENT_TYPE : listOf(row.DOCUMENT_TYPE)[2] ?? '')
  })).filter(({ systemCode }) => systemCode === own)
}

const listCommand = (start: number) => ({
  method: 'bizproc.workflow.template.list',
  params: { SELECT: ['ID', 'NAME', 'MODIFIED', 'DOCUMENT_TYPE', 'SYSTEM_CODE'], ORDER: { ID: 'ASC' }, start }
})

/**
 * The one that the control record names; else one with our name on the same type, which an installation made that broke off before it could note
 * it, or that was removed with a former control record: two of a kind must not run.
 */
function findRow(rows: readonly TemplateRow[], key: TemplateKey, { document }: CompiledTemplate, known: TemplateIds): TemplateRow | undefined {
  const names = templateNames(key)
  return rows.find(({ id }) => id === known[key])
    ?? rows.find(({ name, documentType }) => documentType === document[2] && names.some(own => name.startsWith(`${own} · `)))
}

async function add(portal: Portal, template: CompiledTemplate): Promise<number> {
  const id = Number(await importing(portal, 'bizproc.workflow.template.add', { DOCUMENT_TYPE: [...template.document], ...await fieldsOf(template) }))
  if (!(id > 0)) throw new PortalError('unreadable', { method: 'bizproc.workflow.template.add' })
  return id
}

async function update(portal: Portal, row: TemplateRow, template: CompiledTemplate): Promise<number> {
  await importing(portal, 'bizproc.workflow.template.update', { ID: row.id, FIELDS: await fieldsOf(template) })
  return row.id
}

async function importing(portal: Portal, method: string, params: Record<string, unknown>): Promise<unknown> {
  try {
    return await portal.call(method, params)
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    if (error.code === 'badRequest') throw new PortalError('processRefused', { method, ...error.detail === undefined ? {} : { detail: error.detail } })
    throw meaningOf(error)
  }
}

/** A name and the file in base64; AUTO_EXECUTE is a text, the portal compares strictly. */
async function fieldsOf({ key, name, description, autoExecute, file }: CompiledTemplate): Promise<Record<string, unknown>> {
  return { NAME: name, DESCRIPTION: description, AUTO_EXECUTE: autoExecute, TEMPLATE_DATA: [`feedback-${key}.bpt`, base64(await file())] }
}

/** In pieces: the engine passes so many arguments only. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += 0x8000) text += String.fromCharCode(...bytes.subarray(from, from + 0x8000))
  return btoa(text)
}
