import type { Command, Portal } from './client'
import { listOf, mapOf } from './php-array'

export interface Person {
  id: number
  /** first and last name; `#12` for somebody without a name */
  name: string
  /** false for dismissed employees */
  active: boolean
}

interface Employee extends Person {
  departments: number[]
}

/** Asks the portal about employees. Keeps what it learnt: make a new one for each run or screen. */
export interface People {
  /** Employees by user id; who is unknown to the portal (bots, integrators, customers) is missing. @throws PortalError */
  byIds(ids: readonly number[]): Promise<Map<number, Person>>
  /**
   * The supervisor of each user: an active manager of one of his departments, and where he is that manager himself, of the department above,
   * up to the company. Null when there is nobody above him or the structure may not be read; a manager without departments of his own too.
   * @throws PortalError when employees or managers cannot be read
   */
  supervisorsOf(ids: readonly number[]): Promise<Map<number, Person | null>>
}

/** Users on a page of user.get. */
const PAGE = 50

/** Departments asked about in one request: one command each for the way up, and one for all managers. */
const DEPARTMENTS = 49

/** Ends a structure that bites its own tail. */
const MAX_LEVELS = 20

interface Department {
  managers: Person[]
  parent: number | null
}

/** Sources: user.get (scope user_brief is enough), im.department.managers.get (scope im), department.get (scope department). */
export function createPeople(portal: Portal): People {
  const employees = new Map<number, Employee | null>()
  const departments = new Map<number, Department>()

  async function learnEmployees(ids: readonly number[]): Promise<void> {
    const unknown = [...new Set(ids)].filter(id => Number.isInteger(id) && id > 0 && !employees.has(id))
    for (let from = 0; from < unknown.length; from += PAGE) {
      const asked = unknown.slice(from, from + PAGE)
      const rows = await portal.call('user.get', {
        FILTER: { '@ID': asked }, select: ['ID', 'NAME', 'LAST_NAME', 'ACTIVE', 'UF_DEPARTMENT']
      })
      for (const id of asked) employees.set(id, null)
      for (const row of listOf(rows)) {
        const employee = readEmployee(row)
        employees.set(employee.id, employee)
      }
    }
  }

  async function learnDepartments(ids: readonly number[]): Promise<void> {
    const unknown = [...new Set(ids)].filter(id => !departments.has(id))
    for (let from = 0; from < unknown.length; from += DEPARTMENTS) {
      const asked = unknown.slice(from, from + DEPARTMENTS)
      const commands: Record<string, Command> = { managers: { method: 'im.department.managers.get', params: { ID: asked, USER_DATA: 'Y' } } }
      for (const id of asked) commands[`d${id}`] = { method: 'department.get', params: { ID: id } }
      const outcomes = await portal.batch<Record<string, unknown>>(commands)
      if (outcomes.managers && !outcomes.managers.ok) throw outcomes.managers.error
      const managers = mapOf(outcomes.managers?.ok ? outcomes.managers.result : {})
      for (const id of asked) {
        const outcome = outcomes[`d${id}`]
        const row = outcome?.ok ? mapOf(listOf(outcome.result)[0]) : {}
        departments.set(id, { managers: listOf(managers[id]).map(readManager), parent: Number(row.PARENT) || null })
      }
    }
  }

  return {
    async byIds(ids) {
      await learnEmployees(ids)
      return new Map(ids.flatMap((id): [number, Person][] => {
        const employee = employees.get(id)
        return employee ? [[id, { id: employee.id, name: employee.name, active: employee.active }]] : []
      }))
    },

    async supervisorsOf(ids) {
      await learnEmployees(ids)
      const found = new Map<number, Person | null>(ids.map(id => [id, null]))
      let climbing = new Map(ids.map(id => [id, employees.get(id)?.departments ?? []]))
      for (let level = 0; level < MAX_LEVELS && climbing.size > 0; level++) {
        await learnDepartments([...climbing.values()].flat())
        const higher = new Map<number, number[]>()
        for (const [id, places] of climbing) {
          const known = places.flatMap(place => departments.get(place) ?? [])
          const supervisor = known.flatMap(({ managers }) => managers).find(manager => manager.active && manager.id !== id)
          const above = known.flatMap(({ parent }) => parent ?? [])
          if (supervisor) found.set(id, supervisor)
          else if (above.length > 0) higher.set(id, above)
        }
        climbing = higher
      }
      return found
    }
  }
}

function readEmployee(row: unknown): Employee {
  const { ID, NAME, LAST_NAME, ACTIVE, UF_DEPARTMENT } = mapOf(row)
  const id = Number(ID)
  return { id, name: fullName([NAME, LAST_NAME], id), active: isYes(ACTIVE), departments: listOf(UF_DEPARTMENT).map(Number).filter(place => place > 0) }
}

function readManager(row: unknown): Person {
  const { id, name, active } = mapOf(row)
  return { id: Number(id), name: fullName([name], Number(id)), active: isYes(active) }
}

function fullName(parts: readonly unknown[], id: number): string {
  return parts.filter(part => typeof part === 'string').map(part => part.trim()).filter(Boolean).join(' ') || `#${id}`
}

/** Only a clear no counts as dismissed. */
const isYes = (value: unknown): boolean => value !== false && value !== 'N'
