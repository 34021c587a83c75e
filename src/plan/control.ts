import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { addItem, fromWire, toWire, updateItem, wireName } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { writeSetting } from '@/portal/settings-store'
import { parseJson } from '@/survey/model/parse-json'
import { CONTROL, ENGINE, TEMPLATE_KEYS, type TemplateIds, type TemplateKey } from './compile/input'

/** Who handles answers and sends invitations: the portal's processes, or the app of the duty person. Never both. */
export type InCharge = 'engine' | 'duty'

/** FB_BY of what the app of the duty person handles. */
export const DUTY = 'duty'
/** FB_BY of an answer that was the processes' and that the app has taken over, because they stood still. */
export const TAKEN = 'taken'
/** Behind FB_BY of an answer that the app has looked after for its snapshots, see `answer/snapshots-later.ts`. */
export const WITH_SNAPSHOTS = '+'

/**
 * Processes and the app hand over to each other without a lock: each writes its mark first. The app then waits for so long, in milliseconds,
 * and looks again: a process that had looked before the app's mark has written its own by then. It has nothing but look-ups in between.
 */
export const SETTLING_MS = 5_000

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

/** Finds the control record; its result goes into `controlFromWire`. For a batch that is sent anyway. @throws PortalError 'storeIncomplete' */
export function controlCommand(store: RecordStore): Command {
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId,
      filter: {
        '=categoryId': store.invitationCategoryId, [`=${wireName(store, 'FB_SURVEY')}`]: CONTROL, [`=${wireName(store, 'FB_WHY')}`]: store.generation
      },
      order: { id: 'ASC' },
      start: -1
    }
  }
}

/** @returns null when processes were never installed: the duty person is in charge */
export function controlFromWire(store: RecordStore, result: unknown): Control | null {
  // A filter that the portal does not understand finds anything; of two the first one counts.
  const found = listOf(mapOf(result).items).map(item => fromWire(store, item))
    .find(({ values }) => values.FB_SURVEY === CONTROL && values.FB_WHY === store.generation)
  if (!found) return null
  return { id: found.id, inCharge: found.values.FB_BY === ENGINE ? ENGINE : DUTY, ...readNotes(found.values.FB_LEDGER) }
}

/** @returns null when processes were never installed. @throws PortalError */
export async function readControl(portal: Portal, store: RecordStore): Promise<Control | null> {
  const { method, params } = controlCommand(store)
  return controlFromWire(store, await portal.call(method, params))
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

/** Notes which templates are this installation's. @throws PortalError */
export function writeNotes(portal: Portal, store: RecordStore, { id, templates, modified }: Notes & { id: number }): Promise<void> {
  return writeControl(portal, store, id, { FB_LEDGER: JSON.stringify({ templates, modified }) })
}

/**
 * Says who is in charge. Processes that run read it after every pause; an answer that one of them has in hand is finished by it.
 * Safe to repeat.
 * @throws PortalError 'notFound' when there is no control record; 'noRight' for anybody but an administrator; 'portalFailed' when the change was not kept
 */
export async function putInCharge(portal: Portal, store: RecordStore, inCharge: InCharge): Promise<void> {
  const control = await readControl(portal, store)
  if (!control) throw new PortalError('notFound', { detail: 'no control record' })
  if (control.inCharge !== inCharge) {
    const now = await changed(portal, store, updateItem(store.entityTypeId, control.id, toWire(store, { FB_BY: inCharge })))
    if (now?.inCharge !== inCharge) throw new PortalError('portalFailed', { detail: 'the control record is not kept', retryable: true })
  }
  await writeSetting(portal, 'engine', inCharge === ENGINE ? store.generation : DUTY)
}

/**
 * Who is in charge, from what `controlCommand` brought; else who was when this frame was opened, for people whose role shows them no control record.
 * An invitation that is left to processes because of that while they are not in charge is not sent, and shown as such.
 * @throws PortalError of any other failure: what was not read says nothing about who is in charge
 */
export function inChargeFrom(portal: Portal, store: RecordStore, control: Outcome<unknown>): InCharge {
  if (!control.ok && !['noRight', 'notFound'].includes(control.error.code)) throw control.error
  const seen = control.ok ? controlFromWire(store, control.result) : null
  return seen?.inCharge ?? (portal.context.appOptions.engine === store.generation ? ENGINE : DUTY)
}

async function writeControl(portal: Portal, store: RecordStore, id: number, values: Parameters<typeof toWire>[1]): Promise<void> {
  const { method, params } = updateItem(store.entityTypeId, id, toWire(store, values))
  await portal.call(method, params)
}

/** Writes, and looks in the same request. @throws PortalError */
async function changed(portal: Portal, store: RecordStore, write: Command): Promise<Control | null> {
  const { written, control } = await portal.batch<{ written: unknown, control: unknown }>({ written: write, control: controlCommand(store) }, { halt: true })
  if (!written.ok) throw written.error
  if (!control.ok) throw control.error
  return controlFromWire(store, control.result)
}

/** The control record, made if there is none: the duty person is in charge then. @throws PortalError 'portalFailed' when it was not kept */
export async function makeControl(portal: Portal, store: RecordStore): Promise<Control> {
  const found = await readControl(portal, store)
  if (found) return found
  const add = addItem(store.entityTypeId, {
    title: '⚙', categoryId: store.invitationCategoryId, stageId: store.invitationStages.stopped,
    ...toWire(store, { FB_SURVEY: CONTROL, FB_WHY: store.generation, FB_BY: DUTY, FB_STATE: 'skipped' })
  })
  // Of two that were made in the same moment both runs take the first.
  const made = await changed(portal, store, add)
  if (!made) throw new PortalError('portalFailed', { method: add.method, detail: 'the control record is not kept', retryable: true })
  return made
}

/**
 * Takes the charge from processes that an installation before this one has left behind: nobody can remove their templates any more, and their
 * own control record still stands. Safe to repeat. @throws PortalError
 */
export async function retireFormer(portal: Portal, store: RecordStore): Promise<void> {
  const { items } = await portal.call<{ items: unknown }>('crm.item.list', {
    entityTypeId: store.entityTypeId, filter: { '=categoryId': store.invitationCategoryId, [`=${wireName(store, 'FB_SURVEY')}`]: CONTROL },
    order: { id: 'ASC' }, start: -1
  })
  const former = listOf(items).map(item => fromWire(store, item))
    .filter(({ values }) => values.FB_SURVEY === CONTROL && values.FB_WHY !== store.generation && values.FB_BY === ENGINE)
  for (const { id } of former) await writeControl(portal, store, id, { FB_BY: DUTY })
}
