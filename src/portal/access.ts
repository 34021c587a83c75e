import * as v from 'valibot'
import type { Portal } from './client'
import { listOf, mapOf } from './php-array'

/** A department on the access list. `deep`: with the departments below it. */
export interface AccessDepartment {
  id: number
  /** as the portal's dialogue called it when it was chosen */
  name: string
  deep: boolean
}

/**
 * Who sees the report: kept in app.option `access`. It only hides; records are protected by the CRM roles.
 * `unreadable`: something is written there that nobody can read. Then everybody sees the report, and administrators are told.
 */
export interface Access {
  report: 'everyone' | 'chosen' | 'unreadable'
  users: number[]
  departments: AccessDepartment[]
  /** the report shows nobody but administrators the answers about their own work; undefined = it does */
  own?: 'hidden' | undefined
}

export const EVERYONE: Access = { report: 'everyone', users: [], departments: [] }

const id = v.pipe(v.number(), v.integer(), v.minValue(1))
const AccessSchema = v.object({
  report: v.picklist(['everyone', 'chosen']),
  users: v.array(id),
  departments: v.array(v.object({ id, name: v.string(), deep: v.boolean() })),
  own: v.optional(v.literal('hidden'))
})

/** Reads the key `access` of app.option; never throws. Nothing written = everyone. */
export function readAccess(text: unknown): Access {
  if (text === undefined || text === null || text === '') return EVERYONE
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), AccessSchema), text)
  return parsed.success ? parsed.output : { ...EVERYONE, report: 'unreadable' }
}

/** An entry of the portal's dialogue for access rights, e.g. `U1` (person), `D5` (department), `DR5` (with those below); null for any other. */
export function readAccessCode(code: string): { kind: 'user', id: number } | { kind: 'department', id: number, deep: boolean } | null {
  const [, kind, number] = /^(U|DR|D)([1-9]\d*)$/.exec(code) ?? []
  if (kind === undefined) return null
  return kind === 'U' ? { kind: 'user', id: Number(number) } : { kind: 'department', id: Number(number), deep: kind === 'DR' }
}

/** Ends a structure that bites its own tail. */
const MAX_LEVELS = 20

/** Whether the list shows the report without asking the portal; null = only the departments of this person can tell. */
export function maySeeAtOnce(access: Access, viewer: { id: number, isAdmin: boolean }): boolean | null {
  if (viewer.isAdmin || access.report !== 'chosen' || access.users.includes(viewer.id)) return true
  return access.departments.length === 0 ? false : null
}

/**
 * Whether the report is shown to a person. Costs nothing for administrators, for people on the list and where everybody is; else one request,
 * and one more for each level of departments where those below a chosen one count.
 * Sources: user.get (scope user_brief), department.get.
 * @throws PortalError
 */
export async function maySeeReport(portal: Portal, access: Access, userId: number): Promise<boolean> {
  const known = maySeeAtOnce(access, { id: userId, isAdmin: portal.context.isAdmin })
  if (known !== null) return known
  const rows = listOf(await portal.call('user.get', { FILTER: { '@ID': [userId] }, select: ['ID', 'UF_DEPARTMENT'] })).map(mapOf)
  const own = listOf(rows.find(({ ID }) => Number(ID) === userId)?.UF_DEPARTMENT).map(Number).filter(place => place > 0)
  if (access.departments.some(department => own.includes(department.id))) return true
  const deep = new Set(access.departments.filter(department => department.deep).map(department => department.id))
  let level = own
  for (let height = 0; deep.size > 0 && level.length > 0 && height < MAX_LEVELS; height++) {
    const found = await portal.batch<Record<string, unknown>>(Object.fromEntries(level.map(place => [`d${place}`, { method: 'department.get', params: { ID: place } }])))
    level = Object.values(found).flatMap(outcome => {
      if (!outcome.ok) throw outcome.error
      return Number(mapOf(listOf(outcome.result)[0]).PARENT) || []
    })
    if (level.some(place => deep.has(place))) return true
  }
  return false
}
