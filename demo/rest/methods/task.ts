import { isoOf, momentOf } from '../../clock'
import { mayChangeTask, maySeeTask, taskMembers } from '../../rights'
import type { State, Task, User } from '../../state'
import { filterOf, orderOf, pageOf, type Column, type Kind } from '../filter'
import { flagOf, intOf, isRecord, listOf, phpArray, recordOf, refused, RestError, textOf, type Call, type MethodTable } from '../handler'
import { nextId } from '../records'

// Page: api-reference/tasks/fields.md
const WRITABLE = new Set([
  'TITLE', 'DESCRIPTION', 'DEADLINE', 'START_DATE_PLAN', 'END_DATE_PLAN', 'PRIORITY', 'ACCOMPLICES', 'AUDITORS', 'TAGS',
  'ALLOW_CHANGE_DEADLINE', 'TASK_CONTROL', 'PARENT_ID', 'DEPENDS_ON',
  'GROUP_ID', 'RESPONSIBLE_ID', 'TIME_ESTIMATE', 'CREATED_BY', 'DESCRIPTION_IN_BBCODE', 'DECLINE_REASON', 'STATUS', 'DURATION_PLAN',
  'DURATION_TYPE', 'MARK', 'ALLOW_TIME_TRACKING',
  'ADD_IN_REPORT', 'SITE_ID', 'MATCH_WORK_TIME', 'UF_CRM_TASK', 'UF_TASK_WEBDAV_FILES', 'SE_PARAMETER', 'XML_ID', 'STAGE_ID', 'FLOW_ID',
  'IM_CHAT_ID', 'REPLICATE', 'SUBORDINATE'
])

const coreError = (text: string): RestError => new RestError('ERROR_CORE', `${text}<br>`, 400, {}, 'rule')

const camel = (name: string): string => name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const person = (state: State, id: unknown): Record<string, string> => {
  const user = state.users.find(other => other.id === Number(id))
  return {
    id: String(id), name: user ? `${user.name} ${user.lastName}` : '', link: `/company/personal/user/${String(id)}/`,
    icon: '/bitrix/images/tasks/default_avatar.png', workPosition: user?.position ?? ''
  }
}

const ACTIONS = [
  'accept', 'decline', 'complete', 'approve', 'disapprove', 'start', 'pause', 'delegate', 'remove', 'edit', 'defer', 'renew', 'create',
  'changeDeadline', 'checklistAddItems', 'addFavorite',
  'deleteFavorite', 'rate', 'edit.originator', 'checklist.reorder', 'elapsedtime.add', 'dayplan.timer.toggle', 'edit.plan',
  'checklist.add', 'favorite.add', 'favorite.delete'
]

const text = (value: unknown): string | null => value === undefined || value === null || value === '' ? null : String(value)
const people = (state: State, ids: unknown): unknown => phpArray(listOf(ids).map((id): [string, unknown] => [String(id), person(state, id)]))

/** Everything stored with a task, named and typed as the pages show it: ids and numbers are texts. */
function stored({ id, fields, created }: Task): Record<string, unknown> {
  const field = (name: string, blank: string | null = null): string | null => text(fields[name]) ?? blank
  return {
    id: String(id), parentId: field('PARENT_ID'), title: field('TITLE', ''), description: field('DESCRIPTION', ''), mark: field('MARK'),
    priority: field('PRIORITY', '1'), multitask: 'N',
    notViewed: 'N', replicate: 'N', stageId: '0', createdBy: field('CREATED_BY', '0'),
    createdDate: created, responsibleId: field('RESPONSIBLE_ID', '0'),
    changedBy: field('CHANGED_BY', field('CREATED_BY')), changedDate: field('CHANGED_DATE', created),
    statusChangedBy: field('STATUS_CHANGED_BY'), closedBy: field('CLOSED_BY'), closedDate: field('CLOSED_DATE'),
    activityDate: field('CHANGED_DATE', created), dateStart: null, deadline: field('DEADLINE'), startDatePlan: field('START_DATE_PLAN'),
    endDatePlan: field('END_DATE_PLAN'), guid: `{demo-task-${id}}`,
    xmlId: field('XML_ID'), commentsCount: null, serviceCommentsCount: null, allowChangeDeadline: 'Y', allowTimeTracking: 'N',
    taskControl: field('TASK_CONTROL', 'N'), addInReport: 'N',
    forkedByTemplateId: null, timeEstimate: '0', timeSpentInLogs: null, matchWorkTime: 'N', forumTopicId: null, forumId: null, siteId: 's1',
    subordinate: 'N', exchangeModified: null,
    exchangeId: null, outlookVersion: '1', viewedDate: null, sorting: null, durationFact: null, isMuted: 'N', isPinned: 'N',
    isPinnedInGroup: 'N', flowId: null, descriptionInBbcode: 'Y',
    status: field('STATUS', '2'), statusChangedDate: field('STATUS_CHANGED_DATE', created), durationPlan: null, durationType: 'days',
    favorite: 'N', groupId: field('GROUP_ID', '0')
  }
}

/** A task as tasks.task.add gives it back. */
function wholeTask({ portal: { state }, user }: Call, task: Task): Record<string, unknown> {
  const mayChange = mayChangeTask(state, user, task)
  return {
    ...stored(task), auditors: listOf(task.fields.AUDITORS).map(String), accomplices: listOf(task.fields.ACCOMPLICES).map(String),
    checklist: checklist(task), group: [],
    creator: person(state, task.fields.CREATED_BY), responsible: person(state, task.fields.RESPONSIBLE_ID),
    accomplicesData: people(state, task.fields.ACCOMPLICES),
    auditorsData: people(state, task.fields.AUDITORS), newCommentsCount: 0, action: Object.fromEntries(ACTIONS.map(name => [name, mayChange])),
    checkListTree: {
      nodeId: 0, fields: {
        id: null, copiedId: null, entityId: null, userId: user.id, createdBy: null, parentId: null, title: '', sortIndex: null,
        displaySortIndex: '', isComplete: false, isImportant: false,
        completedCount: 0, members: [], attachments: []
      }, action: [], descendants: []
    },
    checkListCanAdd: mayChange
  }
}

/** A task as the methods that change it give it back: a few more keys than after its making. */
function changedTask(call: Call, task: Task): Record<string, unknown> {
  const { parentId, ...whole } = wholeTask(call, task)
  const tree = recordOf(whole.checkListTree)
  return {
    ...parentId === null ? {} : { parentId }, ...whole, sprintId: null, backlogId: null, commentsCount: '0', serviceCommentsCount: '0', forumTopicId: '0', forumId: '0',
    statusChangedBy: text(task.fields.STATUS_CHANGED_BY) ?? text(task.fields.CREATED_BY), closedBy: text(task.fields.CLOSED_BY) ?? '0',
    viewedDate: task.fields.CHANGED_DATE, durationPlan: '0', action: { ...recordOf(whole.action), take: mayChangeTask(call.portal.state, call.user, task) },
    checkListTree: { ...tree, fields: { ...recordOf(tree.fields), nodeId: null } }
  }
}

const checklist = (task: Task): unknown => phpArray(listOf(task.fields.CHECKLIST).filter(isRecord).map((row): [string, unknown] => [String(row.id), {
  id: String(row.id), taskId: String(task.id), createdBy: String(row.createdBy), parentId: '0', title: row.title,
  sortIndex: String(row.sortIndex), isComplete: row.isComplete, isImportant: 'N'
}]))

/** A chosen part of a task: what select names, else what is stored. People and CRM links come only when asked for. */
function chosen(call: Call, task: Task, select: string[]): Record<string, unknown> {
  const all: Record<string, unknown> = { ...stored(task), subStatus: text(task.fields.STATUS) ?? '2' }
  const everything = !select.length || select.includes('*')
  const names = new Set(['id', ...select.map(camel), ...(everything ? ['auditors', 'accomplices', 'createdBy', 'responsibleId'] : [])])
  const row = everything ? all : Object.fromEntries(Object.entries(all).filter(([key]) => names.has(key)))
  if (names.has('ufCrmTask')) row.ufCrmTask = listOf(task.fields.UF_CRM_TASK)
  if (names.has('auditors')) Object.assign(row, { auditors: listOf(task.fields.AUDITORS).map(String),
    auditorsData: people(call.portal.state, task.fields.AUDITORS) })
  if (names.has('accomplices')) Object.assign(row, { accomplices: listOf(task.fields.ACCOMPLICES).map(String),
    accomplicesData: people(call.portal.state, task.fields.ACCOMPLICES) })
  if (names.has('checklist')) row.checklist = checklist(task)
  if (names.has('createdBy')) row.creator = person(call.portal.state, task.fields.CREATED_BY)
  if (names.has('responsibleId')) row.responsible = person(call.portal.state, task.fields.RESPONSIBLE_ID)
  return { ...row, group: [] }
}

/** Links to CRM records; a smart process only when its settings allow tasks (page: tutorials/tasks/how-to-connect-task-to-spa.md). */
function crmLinks({ portal: { state }, log }: Call, value: unknown): string[] {
  return listOf(value).map(textOf).filter(link => {
    const [, short = '', hex] = /^(L|D|C|CO|SI|T([0-9a-f]+))_\d+$/.exec(link) ?? []
    const type = hex ? state.types.find(other => other.entityTypeId === Number.parseInt(hex, 16)) : undefined
    const linked = type && type.fields.isUseInUserfieldEnabled === 'Y' && isRecord(type.fields.linkedUserFields)
      && flagOf(type.fields.linkedUserFields['TASKS_TASK|UF_CRM_TASK'])
    if (!short || (hex && !linked)) log(`fields.UF_CRM_TASK: ${link} cannot be linked, left out`)
    return short !== '' && (!hex || linked)
  })
}

function readFields(call: Call): Record<string, unknown> {
  const raw = recordOf(call.params.fields)
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(raw)) {
    if (!WRITABLE.has(key)) {
      call.log(`unknown key fields.${key}`)
      continue
    }
    if (key === 'DEADLINE' || key.endsWith('_PLAN') && key.includes('DATE')) {
      const moment = momentOf(value)
      if (value && !moment) call.log(`fields.${key}: no date`)
      fields[key] = moment ? isoOf(moment) : null
    } else fields[key] = key === 'UF_CRM_TASK' ? crmLinks(call, value) : key === 'AUDITORS' || key === 'ACCOMPLICES' ? listOf(value).map(intOf) : value
  }
  const { users } = call.portal.state
  if ('RESPONSIBLE_ID' in fields && intOf(fields.RESPONSIBLE_ID)
    && !users.some(user => user.id === intOf(fields.RESPONSIBLE_ID))) throw coreError('User specified in the "Responsible" field not found')
  if ('STATUS' in fields && ![2, 3, 4, 5, 6].includes(intOf(fields.STATUS))) throw coreError('Incorrect status')
  return fields
}

/** A foreign creator is for administrators, and for the responsible himself. */
function checkCreator({ portal: { switches }, user }: Call, fields: Record<string, unknown>): void {
  const creator = intOf(fields.CREATED_BY)
  if (!creator || creator === user.id || user.admin || intOf(fields.RESPONSIBLE_ID) === user.id || !switches.foreignTaskCreatorRefused) return
  throw refused('ERROR_CORE', 'You cannot create a task on behalf of another user<br>')
}

const KINDS: Record<string, Kind> = {
  ID: 'number', PARENT_ID: 'number', GROUP_ID: 'number', CREATED_BY: 'number', RESPONSIBLE_ID: 'number', PRIORITY: 'number',
  STATUS: 'number', REAL_STATUS: 'number', TITLE: 'text', TAG: 'text',
  DEADLINE: 'moment', CREATED_DATE: 'moment', CHANGED_DATE: 'moment', CLOSED_DATE: 'moment', ACCOMPLICE: 'number', AUDITOR: 'number',
  UF_CRM_TASK: 'text', STAGE_ID: 'number', MARK: 'text'
}

function columnOf(name: string): Column<Task> | undefined {
  const kind = KINDS[name]
  if (!kind) return undefined
  const source: Record<string, string> = { REAL_STATUS: 'STATUS', ACCOMPLICE: 'ACCOMPLICES', AUDITOR: 'AUDITORS' }
  return { kind, value: task => name === 'ID' ? task.id : name === 'CREATED_DATE' ? task.created : task.fields[source[name] ?? name] }
}

function listTasks(call: Call): { result: unknown; total: number; next?: number } {
  const { portal: { state }, params, user, log } = call
  const ordered = (name: string): Column<Task> | undefined => {
    const column = columnOf(name.toUpperCase())
    if (!column) throw new RestError('0', 'Invalid sorting key (internal error)', 400, {}, 'rule')
    return column
  }
  const filtered = (name: string): Column<Task> | undefined => {
    const column = columnOf(name.toUpperCase())
    if (!column) log(`unknown key filter.${name}`)
    return column ?? { kind: 'text', value: () => '' }
  }
  const order = Object.keys(recordOf(params.order)).length ? Object.fromEntries(Object.entries(recordOf(params.order))
    .map(([key, value]) => [key, textOf(value).toUpperCase()])) : { ID: 'DESC' }
  const rows = state.tasks.filter(task => maySeeTask(state, user, task)).filter(filterOf<Task>(params.filter, filtered, { log }))
    .sort(orderOf<Task>(order, ordered, task => task.id))
  const page = pageOf(rows, params.start)
  const select = listOf(params.select).map(String)
  return { result: { tasks: page.rows.map(task => chosen(call, task, select)) }, total: page.total, ...(page.next ? { next: page.next } : {}) }
}

function addTask(call: Call, creator: User): Task {
  const { state } = call.portal
  const fields = readFields(call)
  if (!textOf(fields.TITLE)) throw coreError('Task title not specified')
  if (!intOf(fields.RESPONSIBLE_ID)) throw coreError('Responsible person not specified')
  checkCreator(call, fields)
  const task: Task = {
    id: nextId(state, 'task'), created: isoOf(call.portal.now()),
    fields: { STATUS: 2, PRIORITY: 1, AUDITORS: [], ACCOMPLICES: [], UF_CRM_TASK: [], CHECKLIST: [], ...fields,
      CREATED_BY: intOf(fields.CREATED_BY) || creator.id, RESPONSIBLE_ID: intOf(fields.RESPONSIBLE_ID) }
  }
  state.tasks.push(task)
  return task
}

/** What a change leaves on the task; processes that wait for its end go on at once (core: event OnTaskUpdate). */
function changeTask({ portal, user }: Call, task: Task, fields: Record<string, unknown>): void {
  const now = isoOf(portal.now())
  const status = 'STATUS' in fields && intOf(fields.STATUS) !== intOf(task.fields.STATUS ?? 2) ? intOf(fields.STATUS) : null
  Object.assign(task.fields, fields, { CHANGED_BY: user.id, CHANGED_DATE: now })
  if (status === null) return
  const isClosed = status === 5
  Object.assign(task.fields, {
    STATUS: status, STATUS_CHANGED_BY: user.id, STATUS_CHANGED_DATE: now, CLOSED_BY: isClosed ? user.id : 0, CLOSED_DATE: isClosed ? now : null
  })
  portal.workflows.settle()
}

/** Whoever has a part in a task may say that it is done; its creator, its responsible and their heads may change it. */
const mayCompleteTask = (state: State, user: User, task: Task): boolean => mayChangeTask(state, user, task) || taskMembers(task).includes(user.id)

function taskToChange({ portal: { state }, params, user }: Call, may: typeof mayChangeTask, code: string): Task {
  const task = state.tasks.find(({ id }) => id === intOf(params.taskId))
  if (!task) throw new RestError(code, 'Action on the task is not allowed')
  if (!may(state, user, task)) throw refused(code, 'Action on the task is not allowed')
  return task
}

export const taskMethods: MethodTable = {
  // api-reference/tasks/status/tasks-task-complete.md
  'tasks.task.complete': call => {
    const task = taskToChange(call, mayCompleteTask, '0')
    if (intOf(task.fields.STATUS ?? 2) === 5) throw new RestError('0', 'Action on the task is not allowed')
    changeTask(call, task, { STATUS: 5 })
    return { result: { task: changedTask(call, task) } }
  },
  // api-reference/tasks/tasks-task-update.md
  'tasks.task.update': call => {
    const task = taskToChange(call, mayChangeTask, '0')
    if (!Object.keys(recordOf(call.params.fields)).length) throw new RestError('100', 'Could not find value for parameter {fields} (internal error)', 400, {}, 'rule')
    changeTask(call, task, readFields(call))
    return { result: { task: changedTask(call, task) } }
  },
  // api-reference/tasks/tasks-task-add.md
  'tasks.task.add': call => ({ result: { task: wholeTask(call, addTask(call, call.user)) } }),
  // api-reference/tasks/tasks-task-list.md
  'tasks.task.list': listTasks,
  // api-reference/tasks/tasks-task-delete.md: a task that is gone is refused like one that may not be deleted
  'tasks.task.delete': ({ portal: { state }, params, user }) => {
    const index = state.tasks.findIndex(task => task.id === intOf(params.taskId))
    const task = state.tasks[index]
    if (!task) throw new RestError('1048582', 'No access to delete the task')
    if (!mayChangeTask(state, user, task)) throw refused('1048582', 'No access to delete the task')
    state.tasks.splice(index, 1)
    return { result: { task: true } }
  },
  // api-reference/tasks/checklist-item/task-checklistitem-add.md: the order of the parameters counts
  'task.checklistitem.add': call => {
    const { portal: { state }, params, user } = call
    const order = Object.keys(params)
    if (order.indexOf('FIELDS') < order.indexOf('TASKID')) {
      throw coreError('TASKS_ERROR_EXCEPTION_#256; Param #0 (taskId) for method ctaskchecklistitem::add() expected to be of type "integer", but given something else.; 256/TE/WRONG_ARGUMENTS')
    }
    const task = state.tasks.find(other => other.id === intOf(params.TASKID))
    if (!task || !mayChangeTask(state, user, task)) throw refused('ERROR_CORE',
      'TASKS_ERROR_EXCEPTION_#8; Adding item: action not allowed; 8/TE/ACTION_FAILED_TO_BE_PROCESSED<br>')
    const fields = recordOf(params.FIELDS)
    const id = nextId(state, 'checklistItem')
    const rows = listOf(task.fields.CHECKLIST)
    task.fields.CHECKLIST = [...rows, { id, createdBy: user.id, title: textOf(fields.TITLE), sortIndex: intOf(fields.SORT_INDEX)
      || rows.length, isComplete: flagOf(fields.IS_COMPLETE) ? 'Y' : 'N' }]
    return { result: id }
  }
}
