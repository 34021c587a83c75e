import * as v from 'valibot'
import { readAccess, type Access } from './access'
import type { Portal } from './client'
import { PortalError } from './errors'
import { RECORD_FIELDS } from './fields'
import { mapOf } from './php-array'
import { ANSWER_STAGES, INVITATION_STAGES, type RecordStore } from './record-store'

/** Whose worker handles answers. */
export interface Duty {
  person: number
  deputy: number | null
}

/** All that the app keeps in app.option; null = not written yet. */
export interface Settings {
  store: RecordStore | null
  duty: Duty | null
  /** base address of the answer page, ending with / */
  base: string | null
  /** generation of the finished installation */
  installed: string | null
  /** who sees the report; what cannot be read there shows it to everybody */
  access: Access
  /**
   * generation of the installation whose processes are in charge, anything else when none are: for those who may not read the control record,
   * which alone decides
   */
  engine: string | null
}

/** Every frame receives all keys with its greeting, and the portal keeps them in one row of 64 KB (app.option.set): few and small. */
export const MAX_SETTING_BYTES = 6 * 1024

const id = v.pipe(v.number(), v.integer(), v.minValue(0))
const ids = v.record(v.string(), id)
const text = v.pipe(v.string(), v.nonEmpty())
const namesOf = <K extends string>(keys: readonly K[]) => v.object(Object.fromEntries(keys.map(key => [key, text])) as Record<K, typeof text>)
const native = v.object({ names: v.record(v.string(), text), enums: v.record(v.string(), ids) })

const StoreSchema = v.object({
  version: v.literal(1),
  entityTypeId: id, typeId: id, invitationCategoryId: id, answerCategoryId: id,
  generation: text,
  names: namesOf(Object.keys(RECORD_FIELDS)),
  enums: v.record(v.string(), ids),
  native: v.object({ 2: native, 3: native, 4: native }),
  answerStages: namesOf(ANSWER_STAGES),
  invitationStages: namesOf(INVITATION_STAGES)
})

const DutySchema = v.object({ person: id, deputy: v.fallback(v.nullable(id), null) })

/**
 * Reads the settings from options: `portal.context.appOptions`, or a fresh reply of app.option.get.
 * @throws PortalError 'storeIncomplete' when `store`, `duty` or `base` is there but broken; `detail` names the place
 */
export function parseSettings(options: Readonly<Record<string, unknown>>): Settings {
  return {
    // The schema checks every name of the interface; only the keys of its maps are wider.
    store: parseJson(StoreSchema, options.store, 'store') as RecordStore | null,
    duty: parseJson(DutySchema, options.duty, 'duty'),
    base: parseBase(options.base),
    installed: textOrNull(options.installed),
    access: readAccess(options.access),
    engine: textOrNull(options.engine)
  }
}

/** The store of this portal as it travelled with the frame. @throws PortalError 'notInstalled' when there is none; 'storeIncomplete' */
export function requireStore(portal: Portal): RecordStore {
  const { store } = parseSettings(portal.context.appOptions)
  if (!store) throw new PortalError('notInstalled')
  return store
}

/** The store as it travelled with the frame, for screens that only have to leave our own deals out; null when there is none or it is damaged. */
export function storeOrNone(portal: Portal): RecordStore | null {
  try {
    return parseSettings({ store: portal.context.appOptions.store }).store
  } catch (error) {
    if (error instanceof PortalError) return null
    throw error
  }
}

/** The settings as they are now, not as the frame brought them. @throws PortalError */
export async function readSettings(portal: Portal): Promise<Settings> {
  return parseSettings(mapOf(await portal.call('app.option.get')))
}

/**
 * Writes one setting and reads it back, in one request. All keys share one row that is read, changed and written without a lock: somebody who writes
 * another key in the same moment can undo ours. Then it is written once more.
 *
 * @throws PortalError 'noRight' for anybody but an administrator; 'portalFailed' when the value is not kept; 'unexpected' when it is too large
 */
export async function writeSetting<K extends keyof Settings>(portal: Portal, key: K, value: NonNullable<Settings[K]>): Promise<void> {
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  const bytes = new TextEncoder().encode(written).length
  if (bytes > MAX_SETTING_BYTES) throw new PortalError('unexpected', { method: 'app.option.set', detail: `${key}: ${bytes} bytes, at most ${MAX_SETTING_BYTES}` })
  for (let attempt = 0; attempt < 2; attempt++) {
    const { set, kept } = await portal.batch<{ set: unknown, kept: unknown }>({
      set: { method: 'app.option.set', params: { options: { [key]: written } } }, kept: { method: 'app.option.get', params: { option: key } }
    }, { halt: true })
    if (!set.ok) throw set.error
    if (!kept.ok) throw kept.error
    if (kept.result === written) return
  }
  throw new PortalError('portalFailed', { method: 'app.option.set', detail: `${key} is not kept`, retryable: true })
}

function parseJson<T>(schema: v.GenericSchema<unknown, T>, value: unknown, key: string): T | null {
  const json = textOrNull(value)
  if (json === null) return null
  let data: unknown
  try {
    data = JSON.parse(json)
  } catch (error) {
    throw new PortalError('storeIncomplete', { detail: `${key}: ${String(error)}` })
  }
  const parsed = v.safeParse(schema, data)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new PortalError('storeIncomplete', { detail: `${key}.${v.getDotPath(issue) ?? ''}: ${issue.message}` })
}

/** A link that leads nowhere must not reach a customer. */
function parseBase(value: unknown): string | null {
  const base = textOrNull(value)
  if (base !== null && !/^https?:\/\/[^\s?#]+\/$/.test(base)) throw new PortalError('storeIncomplete', { detail: `base: ${base.slice(0, 80)}` })
  return base
}

const textOrNull = (value: unknown): string | null => typeof value === 'string' && value !== '' ? value : null
