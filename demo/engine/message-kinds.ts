import { isoOf } from '../clock'
import { flagOf, isRecord } from '../rest/handler'
import { addressIn, isAddress, plainText } from '../rest/methods/activity'
import { COMPANY, CONTACT } from '../rest/record-fields'
import { entityTypeName, itemOf, nextId } from '../rest/records'
import type { Activity, Item, Mailbox } from '../state'
import { bbCode, escapeHtml } from '../web/html'
import { crmCodeOf } from './document'
import type { Kind } from './kind'
import { bagOf, type Bag, type Node, type Run, type Steps } from './run'
import { flat, isEmpty, isFalsy, toInt, toMoment, toText } from './values'

/** The record itself, or its client: first contact, other contacts, company. */
function clientsOf(run: Run): Item[] {
  const { item, portal: { state } } = run
  if (item.entityTypeId === CONTACT || item.entityTypeId === COMPANY) return [item]
  const contacts = [...new Set([item.fields.CONTACT_ID, ...flat(item.fields.CONTACT_IDS ?? [])].map(Number))]
  return [...contacts.map(id => itemOf(state, CONTACT, id)), itemOf(state, COMPANY, Number(item.fields.COMPANY_ID))].filter(client => client !== undefined)
}

function addressOf(run: Run, kind: 'EMAIL' | 'PHONE', valueType: string, last = false): { client: Item; value: string } | null {
  for (const client of clientsOf(run)) {
    const rows = client.fm.filter(row => row.typeId === kind && row.value && (!valueType || row.valueType === valueType))
    const row = last ? rows.at(-1) : rows[0]
    if (row) return { client, value: row.value }
  }
  return null
}

const responsibleOf = (run: Run): number => Number(run.item.fields.ASSIGNED_BY_ID) || 0

function addActivity(run: Run, client: Item, fields: Bag): Activity {
  const { portal, item } = run
  const time = isoOf(portal.now())
  const bindings = [item, ...(client === item ? [] : [client])].map(({ entityTypeId, id }) => ({ ownerTypeId: entityTypeId, ownerId: id }))
  const activity: Activity = {
    id: nextId(portal.state, 'activity'), ownerTypeId: item.entityTypeId, ownerId: item.id, bindings,
    fields: {
      CREATED: time, LAST_UPDATED: time, START_TIME: time, END_TIME: time, DEADLINE: time, COMPLETED: 'Y', STATUS: 2, DIRECTION: 2,
      AUTHOR_ID: responsibleOf(run), EDITOR_ID: responsibleOf(run), RESPONSIBLE_ID: responsibleOf(run), ...fields
    }
  }
  portal.state.activities.push(activity)
  item.fields.LAST_ACTIVITY_TIME = time
  return activity
}

/** What link tracking adds: whoever holds the link reads name, mail and phone of the client (facts 15, 30). */
const tracked = (html: string, run: Run): string =>
  html.replace(/href="https?:\/\/[^"#]+/gi, link => `${link}${link.includes('?') ? '&' : '?'}b24form_user=demo.${crmCodeOf(run.item)}`)

function sendEmail(run: Run, node: Node): void {
  const { portal: { state, switches, now } } = run
  const fail = (text: string): void => run.log('error', text, node)
  const type = toText(node.properties.MessageTextType)
  const raw = toText(node.properties.MessageText)
  const source = isFalsy(node.properties.MessageTextEncoded) ? raw : raw.startsWith('base64,') ? Buffer.from(raw.slice(7), 'base64').toString() : raw
  const responsible = responsibleOf(run)
  if (!responsible) return fail('The record has no responsible person')
  const box: Mailbox | undefined = state.mailboxes.find(({ userId }) => userId === responsible) ?? state.mailboxes.find(({ userId }) => userId === null)
  const from = run.text(node, 'MessageFrom').trim() || (box ? `${box.name} <${box.email}>` : '')
  if (!isAddress(addressIn(from))) return fail('There is no sender')
  const to = addressOf(run, 'EMAIL', run.text(node, 'EmailType'), run.text(node, 'EmailSelectRule') === 'last')
  if (!to) return fail('There is no address to send to')
  const message = toText(run.resolve(source, 'text', type === 'html' ? value => escapeHtml(toText(value)) : undefined))
  const subject = run.text(node, 'Subject')
  if (switches.mailFails) return fail('The mail could not be sent')
  const activity = addActivity(run, to.client, {
    TYPE_ID: 4, PROVIDER_ID: 'CRM_EMAIL', PROVIDER_TYPE_ID: 'EMAIL', SUBJECT: subject, DESCRIPTION: message, DESCRIPTION_TYPE: type === 'html' ? 3 : 2,
    COMMUNICATIONS: [{ TYPE: 'EMAIL', VALUE: to.value, ENTITY_TYPE_ID: to.client.entityTypeId, ENTITY_ID: to.client.id }]
  })
  const html = type === 'html' ? message : bbCode(message).text
  state.outbox.push({
    id: nextId(state, 'mail'), activityId: activity.id, from, to: to.value, subject, text: plainText(html), sentAt: isoOf(now()), originId: null,
    html: (node.properties.UseLinkTracker ?? 'Y') === 'Y' ? tracked(html, run) : html
  })
}

function sendSms(run: Run, node: Node): void {
  const { state, now } = run.portal
  const text = run.text(node, 'MessageText')
  if (!text) return run.log('error', 'The message is empty', node)
  // the demo's employees have no mobile number
  const to = node.properties.RecipientType === 'user' ? null : addressOf(run, 'PHONE', run.text(node, 'PhoneType'))
  if (!to) return run.log('error', 'There is no number to send to', node)
  if (!run.portal.switches.smsProvider) return run.log('error', 'The portal has no provider of messages', node)
  const [sender, provider = sender] = run.text(node, 'ProviderId').split('@')
  addActivity(run, to.client, { TYPE_ID: 6, PROVIDER_ID: 'CRM_SMS', PROVIDER_TYPE_ID: 'SMS', SUBJECT: text.slice(0, 100), DESCRIPTION: text })
  state.sms.push({ id: nextId(state, 'sms'), to: to.value, text, provider: provider ?? '', sentAt: isoOf(now()) })
}

function notify(run: Run, node: Node): void {
  const { state, now } = run.portal
  const isSystem = toInt(run.get(node, 'MessageType')) === 4
  const fromUserId = isSystem ? 0 : run.usersOf(run.get(node, 'MessageUserFrom'))[0] ?? 0
  const head = { fromUserId, type: isSystem ? 'SYSTEM' as const : 'USER' as const, message: run.text(node, 'MessageSite'), tag: null, subTag: null, read: false }
  for (const userId of run.usersOf(run.get(node, 'MessageUserTo'))) {
    const isActive = state.users.some(user => user.id === userId && user.active)
    if (isActive) state.notifications.push({ id: nextId(state, 'notification'), userId, ...head, created: isoOf(now()) })
  }
}

const TASK_FIELDS = [
  'TITLE', 'CREATED_BY', 'RESPONSIBLE_ID', 'ACCOMPLICES', 'START_DATE_PLAN', 'END_DATE_PLAN', 'DEADLINE', 'DESCRIPTION', 'PRIORITY', 'GROUP_ID',
  'ALLOW_CHANGE_DEADLINE', 'TASK_CONTROL', 'ADD_IN_REPORT', 'AUDITORS', 'ALLOW_TIME_TRACKING', 'PARENT_ID', 'SITE_ID', 'UF_CRM_TASK'
]
const TASK_DATES = ['DEADLINE', 'START_DATE_PLAN', 'END_DATE_PLAN']

/** A task may be bound to a smart process only where its settings say so. */
const isLinkable = (run: Run, code: string): boolean => {
  const hex = /^T([0-9a-f]+)_\d+$/.exec(code)?.[1]
  if (!hex) return /^(D|C|CO|L|SI)_\d+$/.test(code)
  const fields = run.portal.state.types.find(({ entityTypeId }) => entityTypeId === Number.parseInt(hex, 16))?.fields
  return fields?.isUseInUserfieldEnabled === 'Y' && isRecord(fields.linkedUserFields) && flagOf(fields.linkedUserFields['TASKS_TASK|UF_CRM_TASK'])
}

function* addTask(run: Run, node: Node): Steps {
  const { state, now } = run.portal
  const given = bagOf(run.get(node, 'Fields'))
  const [creator] = run.usersOf(given.CREATED_BY)
  const [responsible] = run.usersOf(given.RESPONSIBLE_ID)
  const fail = (text: string): void => run.log('error', text, node)
  if (!creator) return fail('The task has no creator')
  if (isEmpty(given.TITLE)) return fail('The task has no title')
  if (!responsible || !state.users.some(({ id }) => id === responsible)) return fail('The task has no responsible person')
  const own = isFalsy(node.properties.AUTO_LINK_TO_CRM_ENTITY ?? true) ? [] : [crmCodeOf(run.item)]
  const links = [...flat(given.UF_CRM_TASK ?? []).map(toText).filter(Boolean), ...own]
  for (const code of links) if (!isLinkable(run, code)) fail(`A task cannot be bound to ${code}`)
  const fields: Bag = { STATUS: 2, PRIORITY: 1 }
  for (const [name, value] of Object.entries(given)) {
    if (TASK_DATES.includes(name)) {
      const moment = isEmpty(value) || (typeof value === 'string' && !/^\d{2}\.\d{2}\.\d{4}/.test(value)) ? null : toMoment(value)
      if (!isEmpty(value) && !moment) fail(`Incorrect ${name}: ${toText(value)}`)
      fields[name] = moment?.iso() ?? null
    } else if (name !== 'SITE_ID' && !isEmpty(value)) fields[name] = Array.isArray(value) ? value : toText(value)
  }
  Object.assign(fields, {
    CREATED_BY: creator, RESPONSIBLE_ID: responsible, AUDITORS: run.usersOf(given.AUDITORS), ACCOMPLICES: run.usersOf(given.ACCOMPLICES),
    UF_CRM_TASK: [...new Set(links.filter(code => isLinkable(run, code)))]
  })
  fields.CHECKLIST = flat(run.get(node, 'CheckListItems') ?? []).map(item => toText(item).trim().slice(0, 255)).filter(Boolean)
    .map((title, sortIndex) => ({ id: nextId(state, 'checklistItem'), createdBy: creator, title, sortIndex, isComplete: 'N' }))
  const task = { id: nextId(state, 'task'), created: isoOf(now()), fields }
  state.tasks.push(task)
  run.setResults(node, { TaskId: task.id, ClosedBy: null, ClosedDate: null, IsDeleted: 'N' })
  // any text counts as yes, "N" too
  if (isFalsy(node.properties.HoldToClose)) return
  const over = (): boolean => !state.tasks.includes(task) || toInt(task.fields.STATUS) === 5
  if (!over()) yield { at: null, ready: over, text: `task ${task.id}` }
  const closed = { ClosedBy: `user_${toText(fields.CLOSED_BY)}`, ClosedDate: toMoment(fields.CLOSED_DATE) }
  run.setResults(node, state.tasks.includes(task) ? closed : { IsDeleted: 'Y' })
}

/** The heads above a person: of the own departments and those above, never the person (facts 84). */
function headsOf(run: Run, userId: number, maxLevel: number): number[] {
  const { users, departments } = run.portal.state
  const chain = (id: number | null): number[] => id === null ? [] : [id, ...chain(departments.find(department => department.id === id)?.parent ?? null)]
  return [...new Set((users.find(({ id }) => id === userId)?.departments ?? []).flatMap(department => {
    let limit = maxLevel
    return chain(department).flatMap((id, level) => {
      if (limit > 0 && level + 1 > limit) return []
      const head = departments.find(other => other.id === id)?.head ?? null
      if (head !== null && head !== userId) return [head]
      limit++
      return []
    })
  }))]
}

function getUser(run: Run, node: Node): void {
  const { users } = run.portal.state
  const rule = run.text(node, 'UserType')
  const active = run.usersOf(run.get(node, 'UserParameter')).filter(id => users.some(user => user.id === id && user.active))
  const [first] = active
  if (rule === 'boss' && first === undefined) return run.setResults(node, { GetUser: null })
  const found = rule === 'boss' ? headsOf(run, first ?? 0, toInt(run.get(node, 'MaxLevel'))) : active.slice(0, 1)
  const chosen = (found.length ? found : run.usersOf(run.get(node, 'ReserveUserParameter'))).map(id => `user_${id}`)
  run.setResults(node, { GetUser: chosen.length > 1 ? chosen : chosen[0] ?? null })
}

function getUserInfo(run: Run, node: Node): void {
  const [id] = run.usersOf(run.get(node, 'GetUser'))
  const user = run.portal.state.users.find(other => other.id === id)
  if (!user) return run.log('error', 'There is no such person', node)
  run.setResults(node, {
    USER_ACTIVE: user.active ? 'Y' : 'N', USER_EMAIL: user.email, USER_NAME: user.name, USER_LAST_NAME: user.lastName, USER_SECOND_NAME: '',
    USER_LOGIN: user.email, USER_WORK_POSITION: user.position, USER_WORK_PHONE: '', USER_PERSONAL_MOBILE: '', USER_UF_DEPARTMENT: user.departments, IS_ABSENT: 'N'
  }, { USER_ACTIVE: { type: 'bool', multiple: false }, USER_UF_DEPARTMENT: { type: 'int', multiple: true }, IS_ABSENT: { type: 'bool', multiple: false } })
}

/** Kinds that reach people: mail, message, notification, comment, task, and who they are. */
export const messageKinds: Record<string, Kind> = {
  CrmSendEmailActivity: {
    properties: ['Subject', 'MessageText', 'MessageTextType', 'MessageTextEncoded', 'MessageFrom', 'EmailType', 'EmailSelectRule', 'UseLinkTracker',
      'AttachmentType', 'Attachment'],
    required: ['MessageText'], check: ({ Attachment }) => isEmpty(Attachment) ? [] : ['Attachments are not served'], run: sendEmail
  },
  CrmSendSmsActivity: {
    properties: ['MessageText', 'ProviderId', 'MessageFrom', 'RecipientType', 'RecipientUser', 'PhoneType'], required: ['ProviderId', 'MessageText'], run: sendSms
  },
  IMNotifyActivity: {
    properties: ['MessageUserFrom', 'MessageUserTo', 'MessageSite', 'MessageOut', 'MessageType'],
    required: ['MessageUserFrom', 'MessageUserTo', 'MessageSite'], run: notify
  },
  CrmTimelineCommentAdd: {
    properties: ['CommentText', 'CommentUser'], required: ['CommentText'],
    run(run, node) {
      const { portal: { state, now }, item } = run
      const comment = run.text(node, 'CommentText').trim()
      if (!comment) return run.log('error', 'The comment is empty', node)
      const authorId = run.usersOf(run.get(node, 'CommentUser'))[0] ?? 0
      const entityType = entityTypeName(item.entityTypeId)
      state.comments.push({ id: nextId(state, 'comment'), entityType, entityId: item.id, comment, authorId, created: isoOf(now()) })
    }
  },
  Task2Activity: {
    properties: ['Fields', 'HoldToClose', 'AUTO_LINK_TO_CRM_ENTITY', 'AsChildTask', 'CheckListItems', 'TimeEstimateHour', 'TimeEstimateMin'],
    results: { TaskId: 'int', ClosedDate: 'datetime', ClosedBy: 'user', IsDeleted: 'bool' },
    check: ({ Fields }) => Object.keys(bagOf(Fields)).filter(name => !TASK_FIELDS.includes(name)).map(name => `A task has no field ${name}`),
    run: addTask
  },
  GetUserActivity: {
    properties: ['UserType', 'UserParameter', 'ReserveUserParameter', 'MaxLevel', 'SkipAbsent', 'SkipAbsentReserve', 'SkipTimeman', 'SkipTimemanReserve'],
    required: ['UserParameter', 'ReserveUserParameter'], results: { GetUser: 'user' },
    check: ({ UserType }) => ['boss', 'random'].includes(toText(UserType)) ? [] : [`A person chosen by "${toText(UserType)}"`], run: getUser
  },
  GetUserInfoActivity: { properties: ['GetUser', 'UserFields'], required: ['GetUser'], run: getUserInfo }
}

