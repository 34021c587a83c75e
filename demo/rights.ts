import type { Item, State, Task, User } from './state'

export type RecordAction = 'read' | 'add' | 'update' | 'delete'

/**
 * Rights on CRM records by the caller's role. A preset manager role is "own" even in types opened to all, while roles
 * without a preset get everything, deletion included. "own" may not delete at all.
 */
export function mayRecord(state: State, user: User, action: RecordAction, item?: Item): boolean {
  if (!user.active) return false
  if (user.admin || user.role === 'administrator' || user.role === 'all') return true
  if (action === 'add' && !item) return true
  if (action === 'delete' && user.role === 'own') return false
  if (!item) return true
  const assigned = Number(item.fields.ASSIGNED_BY_ID)
  return assigned === user.id || (user.role === 'department' && colleaguesOf(state, user).has(assigned))
}

/** Everybody in the person's departments and the departments below them. */
function colleaguesOf(state: State, user: User): Set<number> {
  const departments = new Set(user.departments.flatMap(id => [...withChildren(state, id)]))
  return new Set(state.users.filter(other => other.departments.some(id => departments.has(id))).map(other => other.id))
}

function withChildren(state: State, id: number): Set<number> {
  const found = new Set([id])
  for (let before = 0; before !== found.size;) {
    before = found.size
    for (const department of state.departments) if (department.parent !== null && found.has(department.parent)) found.add(department.id)
  }
  return found
}

/** Employees of the departments that a person heads. */
export function staffOf(state: State, userId: number): Set<number> {
  const departments = new Set(state.departments.filter(department => department.head === userId).flatMap(department => [...withChildren(state, department.id)]))
  return new Set(state.users.filter(other => other.id !== userId && other.departments.some(id => departments.has(id))).map(other => other.id))
}

/** Changing CRM settings: types, pipelines, stages, user fields. */
export const mayAdministerCrm = (user: User): boolean => user.admin || user.role === 'administrator'

export const taskMembers = (task: Task): number[] =>
  [task.fields.CREATED_BY, task.fields.RESPONSIBLE_ID, ...(task.fields.ACCOMPLICES as unknown[] ?? []),
    ...(task.fields.AUDITORS as unknown[] ?? [])].map(Number)

/** Visible tasks: administrators all, heads those of their staff, others their own (page: api-reference/tasks/tasks-task-list.md). */
export function maySeeTask(state: State, user: User, task: Task): boolean {
  if (user.admin) return true
  const members = taskMembers(task)
  if (members.includes(user.id)) return true
  const staff = staffOf(state, user.id)
  return members.some(id => staff.has(id))
}

/** Changing a task: its creator and responsible, their head, administrators. */
export function mayChangeTask(state: State, user: User, task: Task): boolean {
  const people = [Number(task.fields.CREATED_BY), Number(task.fields.RESPONSIBLE_ID)]
  return user.admin || people.includes(user.id) || people.some(id => staffOf(state, user.id).has(id))
}
