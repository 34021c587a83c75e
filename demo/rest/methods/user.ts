import { isoOf } from '../../clock'
import type { User } from '../../state'
import { filterOf, orderOf, pageOf, type Column } from '../filter'
import { flagOf, intOf, isRecord, listOf, textOf, type Call, type MethodTable } from '../handler'

/** A person as user.get describes him; e-mail only with the scopes user and user_basic (page: api-reference/user/user-scope.md). */
function userRow({ portal, caller }: Call, user: User): Record<string, unknown> {
  const now = isoOf(portal.now())
  return {
    ID: String(user.id), ACTIVE: user.active, NAME: user.name, LAST_NAME: user.lastName, SECOND_NAME: '',
    ...(caller.scopes.includes('user') || caller.scopes.includes('user_basic') ? { EMAIL: user.email } : {}),
    LAST_LOGIN: now, DATE_REGISTER: '2021-02-01T00:00:00+05:00', TIME_ZONE: user.timeZone, IS_ONLINE: 'Y', TIMESTAMP_X: {},
    LAST_ACTIVITY_DATE: {}, PERSONAL_GENDER: '',
    PERSONAL_WWW: '', PERSONAL_BIRTHDAY: '', PERSONAL_MOBILE: '', PERSONAL_CITY: '', WORK_PHONE: '', WORK_POSITION: user.position, UF_EMPLOYMENT_DATE: '',
    UF_DEPARTMENT: [...user.departments], USER_TYPE: 'employee'
  }
}

/** What user.current shows of a person (page: api-reference/user/user-current.md). */
const CURRENT = new Set(['ID', 'ACTIVE', 'NAME', 'LAST_NAME', 'EMAIL', 'LAST_LOGIN', 'DATE_REGISTER', 'IS_ONLINE', 'LAST_ACTIVITY_DATE', 'PERSONAL_GENDER',
  'PERSONAL_BIRTHDAY', 'WORK_POSITION', 'UF_EMPLOYMENT_DATE', 'UF_DEPARTMENT'])

const COLUMNS: Record<string, Column<User>> = {
  ID: { kind: 'number', value: user => user.id },
  ACTIVE: { kind: 'boolean', value: user => user.active },
  NAME: { kind: 'text', value: user => user.name },
  LAST_NAME: { kind: 'text', value: user => user.lastName },
  EMAIL: { kind: 'text', value: user => user.email },
  WORK_POSITION: { kind: 'text', value: user => user.position },
  UF_DEPARTMENT: { kind: 'number', value: user => user.departments },
  USER_TYPE: { kind: 'text', value: () => 'employee' },
  NAME_SEARCH: { kind: 'text', value: user => `${user.name} ${user.lastName}` }
}

export const userMethods: MethodTable = {
  // api-reference/common/users/*.md
  'profile': ({ user }) => ({ result: { ID: String(user.id), ADMIN: user.admin, NAME: user.name, LAST_NAME: user.lastName,
    PERSONAL_GENDER: '', TIME_ZONE: user.timeZone } }),
  // api-reference/user/*.md
  'user.current': call => {
    const row = userRow(call, call.user)
    const shown = Object.entries(row).filter(([key]) => CURRENT.has(key))
    return { result: { ...Object.fromEntries(shown), LAST_ACTIVITY_DATE: row.LAST_LOGIN } }
  },
  'user.get': call => {
    const { params, log, portal } = call
    const find = (name: string): Column<User> | undefined => COLUMNS[name.toUpperCase()]
    const filter = Object.fromEntries(Object.entries(isRecord(params.FILTER) ? params.FILTER : {}).flatMap(([key, value]) => {
      const name = key.replace(/^[^A-Za-z]+/, '')
      if (!find(name)) {
        log(`unknown key FILTER.${key}`)
        return []
      }
      return [[name.toUpperCase() === 'NAME_SEARCH' ? `%${name}` : key, value]]
    }))
    const order = find(textOf(params.sort)) ? { [textOf(params.sort)]: textOf(params.order) || 'ASC' } : {}
    const rows = portal.state.users.filter(filterOf<User>(filter, find, { log })).sort(orderOf<User>(order, find, user => user.id))
    const page = pageOf(rows, params.start)
    const select = listOf(params.select).map(String)
    const chosen = page.rows.map(user => userRow(call, user))
      .map(row => select.length && !select.includes('*') ? Object.fromEntries(Object.entries(row)
        .filter(([key]) => key === 'ID' || select.includes(key))) : row)
    return { result: chosen, total: page.total, ...(page.next ? { next: page.next } : {}) }
  },
  // api-reference/departments/department-get.md; UF_HEAD is a filter there, not a returned field
  'department.get': ({ portal, params }) => {
    const wanted = (key: string): number[] => listOf(params[key]).map(intOf)
    const rows = portal.state.departments.filter(department =>
      (params.ID === undefined || wanted('ID').includes(department.id))
      && (params.NAME === undefined || department.name === params.NAME)
      && (params.PARENT === undefined || wanted('PARENT').includes(department.parent ?? 0))
      && (params.UF_HEAD === undefined || wanted('UF_HEAD').includes(department.head ?? 0)))
    const page = pageOf(rows, params.START)
    return {
      result: page.rows.map(({ id, name, parent }) => ({ ID: String(id), NAME: name, SORT: 500, ...(parent === null ? {} : { PARENT: String(parent) }) })),
      total: page.total, ...(page.next ? { next: page.next } : {})
    }
  },
  // api-reference/chats/departments/im-department-managers-get.md
  'im.department.managers.get': ({ portal: { state }, params }) => {
    const rows = listOf(params.ID).map(intOf).flatMap((id): [string, unknown][] => {
      const head = state.users.find(user => user.id === state.departments.find(department => department.id === id)?.head)
      if (!head) return []
      const data = { id: head.id, name: `${head.name} ${head.lastName}`, first_name: head.name, last_name: head.lastName, work_position: head.position }
      return [[String(id), flagOf(params.USER_DATA) ? [data] : [head.id]]]
    })
    return { result: rows.length ? Object.fromEntries(rows) : [] }
  }
}
