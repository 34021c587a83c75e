import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { addItem, fromWire, toWire, updateItem, wireName } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { parseJson } from '@/survey/model/parse-json'
import type { SurveyContent } from '@/survey/model/survey'
import { loadSurveys, readable } from '@/survey/store'
import { compileTemplate, type CompiledTemplate } from './compile/compile'
import { templateNames } from './compile/engine-texts'
import { CONTROL, ENGINE, TEMPLATE_KEYS, type CompileInput, type PortalFacts, type TemplateIds, type TemplateKey } from './compile/input'

/** Who handles answers and sends invitations: the portal's processes, or the app of the duty person. Never both. */
export type InCharge = 'engine' | 'duty'

/**
 * The record that every process looks up before it does anything, and where its templates are noted. It stands among the stopped invitations;
 * an installation has one, and after a new installation the processes of the one before find none that is theirs.
 */
export interface Control {
  id: number
  inCharge: InCharge
  templates: TemplateIds
  /** when the portal had last changed each, as it was after our own upload: any other moment is somebody's edit */
  modified: Partial<Record<TemplateKey, string>>
}

/** What to compile; the control record is found or made here. */
export type EngineInput = Omit<CompileInput, 'facts'> & { facts: Omit<PortalFacts, 'controlId'> }

export interface TemplateFinding {
  key: TemplateKey
  /** outdated: surveys, plans or addresses have changed since, or a person has renamed it; edited: a person has changed it in the designer */
  state: 'current' | 'edited' | 'outdated' | 'missing'
  id: number | null
}

interface TemplateRow {
  id: number
  name: string
  modified: string
  documentType: string
  systemCode: string
}

/** @returns null when processes were never installed. @throws PortalError */
export async function readControl(portal: Portal, store: RecordStore): Promise<Control | null> {
  const { items } = await portal.call<{ items: unknown }>('crm.item.list', {
    entityTypeId: store.entityTypeId,
    filter: {
      '=categoryId': store.invitationCategoryId, [`=${wireName(store, 'FB_SURVEY')}`]: CONTROL, [`=${wireName(store, 'FB_WHY')}`]: store.generation
    },
    order: { id: 'ASC' },
    start: -1
  })
  // A filter that the portal does not understand finds anything; of two the first one counts.
  const found = listOf(items).map(item => fromWire(store, item)).find(({ values }) => values.FB_SURVEY === CONTROL && values.FB_WHY === store.generation)
  if (!found) return null
  return { id: found.id, inCharge: found.values.FB_BY === ENGINE ? 'engine' : 'duty', ...readNotes(found.values.FB_LEDGER) }
}

type Notes = Pick<Control, 'templates' | 'modified'>

/** What is damaged counts as not noted: then templates are found by their names. */
function readNotes(text: string | null): Notes {
  const { templates, modified } = mapOf(parseJson(text ?? ''))
  const [ids, moments] = [mapOf(templates), mapOf(modified)]
  return {
    templates: Object.fromEntries(TEMPLATE_KEYS.flatMap(key => Number(ids[key]) > 0 ? [[key, Number(ids[key])]] : [])),
    modified: Object.fromEntries(TEMPLATE_KEYS.flatMap(key => typeof moments[key] === 'string' ? [[key, moments[key]]] : []))
  }
}

const notes = ({ templates, modified }: Notes): { FB_LEDGER: string } => ({ FB_LEDGER: JSON.stringify({ templates, modified }) })

/**
 * Says who is in charge. Processes that run read it after every pause; an answer that one of them has in hand is finished by it.
 * @throws PortalError 'engineNoSnapshots' when the processes are to handle a survey with snapshots, see `refuseSnapshots`; 'notFound' when there
 * is no control record; 'portalFailed' when the change was not kept
 */
export async function putInCharge(portal: Portal, store: RecordStore, inCharge: InCharge): Promise<void> {
  const control = await readControl(portal, store)
  if (!control) throw new PortalError('notFound', { detail: 'no control record' })
  if (control.inCharge === inCharge) return
  if (inCharge === 'engine') {
    const surveys = readable(await loadSurveys(portal))
    refuseSnapshots(surveys.flatMap(({ published }) => published?.content ?? []))
  }
  await writeControl(portal, store, control.id, { FB_BY: inCharge === 'engine' ? ENGINE : 'duty' })
  const now = await readControl(portal, store)
  if (now?.inCharge !== inCharge) throw new PortalError('portalFailed', { detail: 'the control record is not kept', retryable: true })
}

/**
 * Activities give a field raw, or in words of their own: neither is what the app writes to FB_SNAP1…5, and breakdowns would show the same source
 * of a deal twice. Answers to an older version go without.
 * @param contents newest published versions
 * @throws PortalError 'engineNoSnapshots' with the name of the survey
 */
function refuseSnapshots(contents: readonly SurveyContent[]): void {
  const found = contents.find(({ snapshots }) => snapshots.length > 0)
  if (found) throw new PortalError('engineNoSnapshots', { detail: found.name })
}

async function writeControl(portal: Portal, store: RecordStore, id: number, values: Parameters<typeof toWire>[1]): Promise<void> {
  const { method, params } = updateItem(store.entityTypeId, id, toWire(store, values))
  await portal.call(method, params)
}

async function makeControl(portal: Portal, store: RecordStore): Promise<Control> {
  const found = await readControl(portal, store)
  if (found) return found
  const { method, params } = addItem(store.entityTypeId, {
    title: '⚙', categoryId: store.invitationCategoryId, stageId: store.invitationStages.stopped,
    ...toWire(store, { FB_SURVEY: CONTROL, FB_WHY: store.generation, FB_BY: 'duty', FB_STATE: 'skipped' })
  })
  await portal.call(method, params)
  // Of two that were made in the same moment both runs take the first.
  const made = await readControl(portal, store)
  if (!made) throw new PortalError('portalFailed', { method, detail: 'the control record is not kept', retryable: true })
  return made
}

/**
 * Writes and uploads the portal's processes, those first that others start. What is there already and the same stays untouched; what is there
 * and different is updated in place, so that its id – in other templates, in robots of people – stays right. Safe to repeat after any failure.
 * Says nothing about who is in charge: see `putInCharge`.
 * @param options.report gets each template when it stands
 * @param options.overwriteEdits also what a person has changed in the designer and nothing else has changed since (*Repair*)
 * @throws PortalError 'engineNoSnapshots' see `refuseSnapshots`; 'methodMissing' when the portal has no processes on its plan; 'noRight' for
 * anybody but an administrator; 'badRequest' when the import refuses a file: `detail` says why
 */
export async function uploadTemplates(
  portal: Portal, input: EngineInput, { report = () => {}, overwriteEdits = false }: { report?: (key: TemplateKey) => void, overwriteEdits?: boolean } = {}
): Promise<Control> {
  refuseSnapshots(input.surveys.flatMap(({ versions }) => versions[0]?.content ?? []))
  // before anything is made: a plan without processes refuses here
  const rows = await ownTemplates(portal)
  const control = await makeControl(portal, input.store)
  const ids: TemplateIds = {}
  for (const key of TEMPLATE_KEYS) {
    const template = compileTemplate(key, withControl(input, control.id), ids)
    const present = findRow(rows, key, template, control.templates)
    const isEdited = present !== undefined && present.modified !== control.modified[key]
    const isCurrent = present?.name === template.name && !(isEdited && overwriteEdits)
    const id = isCurrent ? present.id : present ? await update(portal, present, template) : await add(portal, template)
    ids[key] = id
    if (!isCurrent || control.templates[key] !== id) {
      // At once: a template that nobody has noted would be uploaded a second time.
      control.templates[key] = id
      control.modified[key] = (await ownTemplates(portal)).find(row => row.id === id)?.modified ?? ''
      await writeControl(portal, input.store, control.id, notes(control))
    }
    report(key)
  }
  return control
}

/** Reads only: what `uploadTemplates` would put right. @throws PortalError as there */
export async function inspectTemplates(portal: Portal, input: EngineInput): Promise<TemplateFinding[]> {
  const rows = await ownTemplates(portal)
  const control = await readControl(portal, input.store)
  const known = control?.templates ?? {}
  return TEMPLATE_KEYS.map((key): TemplateFinding => {
    const id = known[key] ?? null
    const row = rows.find(candidate => candidate.id === id)
    if (!row || !control) return { key, state: 'missing', id: null }
    const isComplete = TEMPLATE_KEYS.slice(0, TEMPLATE_KEYS.indexOf(key)).every(before => known[before])
    const isCurrent = isComplete && compileTemplate(key, withControl(input, control.id), known).name === row.name
    return { key, state: !isCurrent ? 'outdated' : row.modified === control.modified[key] ? 'current' : 'edited', id: row.id }
  })
}

export interface Removal {
  removed: TemplateKey[]
  /** processes run on them – invitations that wait for their end, above all; they end by themselves at their next look at the control record */
  kept: { key: TemplateKey, error: PortalError }[]
}

/**
 * Takes the processes out of the portal; before uninstalling, because nobody may touch them afterwards. The duty person is put in charge first.
 * @param options.endRunning ends what runs, because the portal removes no template that is in use. What waits only waits to remind or to note
 * that an invitation has expired, which the app sees by itself.
 * @throws PortalError when nothing can be read or written
 */
export async function removeTemplates(portal: Portal, store: RecordStore, { endRunning = false }: { endRunning?: boolean } = {}): Promise<Removal> {
  const control = await readControl(portal, store)
  const removal: Removal = { removed: [], kept: [] }
  if (!control) return removal
  await putInCharge(portal, store, 'duty')
  // Who starts others goes first.
  for (const key of TEMPLATE_KEYS.toReversed()) {
    const id = control.templates[key]
    if (id === undefined) continue
    if (endRunning) await endProcesses(portal, id)
    try {
      await portal.call('bizproc.workflow.template.delete', { ID: id })
      removal.removed.push(key)
    } catch (error) {
      if (!(error instanceof PortalError)) throw error
      if (error.rest === 'ERROR_TEMPLATE_NOT_FOUND') removal.removed.push(key)
      else removal.kept.push({ key, error })
    }
  }
  const left = <T>(of: Partial<Record<TemplateKey, T>>): Partial<Record<TemplateKey, T>> =>
    Object.fromEntries(Object.entries(of).filter(([key]) => !removal.removed.some(removed => removed === key)))
  await writeControl(portal, store, control.id, notes({ templates: left(control.templates), modified: left(control.modified) }))
  return removal
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
  if (!first.ok) throw first.error
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
  const id = Number(await portal.call('bizproc.workflow.template.add', { DOCUMENT_TYPE: [...template.document], ...await fieldsOf(template) }))
  if (!(id > 0)) throw new PortalError('unreadable', { method: 'bizproc.workflow.template.add' })
  return id
}

async function update(portal: Portal, row: TemplateRow, template: CompiledTemplate): Promise<number> {
  await portal.call('bizproc.workflow.template.update', { ID: row.id, FIELDS: await fieldsOf(template) })
  return row.id
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
