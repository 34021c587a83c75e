import { isoOf, momentOf } from '../../clock'
import { mayRecord, type RecordAction } from '../../rights'
import type { Activity, Item, Mailbox, User } from '../../state'
import { filterOf, orderOf, pageOf, type Column, type Kind } from '../filter'
import { intOf, isRecord, listOf, recordOf, refused, RestError, textOf, type Call, type MethodTable } from '../handler'
import { itemOf, nextId } from '../records'

const EMAIL = 4
const OUTGOING = 2
const HTML = 3
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]{2,}$/

/** Fields in the order of the page, with the value of an activity that says nothing about them. */
const BLANK: Record<string, unknown> = {
  PROVIDER_ID: '', PROVIDER_TYPE_ID: '', PROVIDER_GROUP_ID: null, ASSOCIATED_ENTITY_ID: 0, SUBJECT: '', CREATED: '', LAST_UPDATED: '',
  START_TIME: '', END_TIME: '', DEADLINE: '',
  COMPLETED: 'N', STATUS: 1, RESPONSIBLE_ID: 0, PRIORITY: 2, NOTIFY_TYPE: 0, NOTIFY_VALUE: 0, DESCRIPTION: '', DESCRIPTION_TYPE: 1,
  DIRECTION: 0, LOCATION: '', SETTINGS: [],
  ORIGINATOR_ID: null, ORIGIN_ID: null, AUTHOR_ID: 0, EDITOR_ID: 0, PROVIDER_PARAMS: [], PROVIDER_DATA: null, RESULT_MARK: 0,
  RESULT_VALUE: null, RESULT_SUM: null,
  RESULT_CURRENCY_ID: null, RESULT_STATUS: 0, RESULT_STREAM: 0, RESULT_SOURCE_ID: null, AUTOCOMPLETE_RULE: 0
}

/** Whether a text is an e-mail address alone. */
export const isAddress = (text: string): boolean => ADDRESS.test(text)

const plain = (value: unknown): unknown => value === null || typeof value === 'object' ? value : String(value)

const rowOf = (activity: Activity): Record<string, unknown> => ({
  ID: String(activity.id), OWNER_ID: String(activity.ownerId), OWNER_TYPE_ID: String(activity.ownerTypeId), TYPE_ID: String(activity.fields.TYPE_ID),
  ...Object.fromEntries(Object.entries(BLANK).map(([key, blank]) => [key, plain(activity.fields[key] ?? blank)]))
})

const NUMBERS = new Set(['ID', 'OWNER_ID', 'OWNER_TYPE_ID', 'TYPE_ID', 'RESPONSIBLE_ID', 'AUTHOR_ID', 'EDITOR_ID', 'DIRECTION', 'STATUS',
  'PRIORITY', 'ASSOCIATED_ENTITY_ID', 'DESCRIPTION_TYPE'])
const MOMENTS = new Set(['CREATED', 'LAST_UPDATED', 'START_TIME', 'END_TIME', 'DEADLINE'])

function columnOf(name: string): Column<Activity> | undefined {
  if (!(name in BLANK) && !['ID', 'OWNER_ID', 'OWNER_TYPE_ID', 'TYPE_ID'].includes(name)) return undefined
  const kind: Kind = NUMBERS.has(name) ? 'number' : MOMENTS.has(name) ? 'moment' : name === 'COMPLETED' ? 'boolean' : 'text'
  const own: Record<string, keyof Activity> = { ID: 'id', OWNER_ID: 'ownerId', OWNER_TYPE_ID: 'ownerTypeId' }
  return { kind, value: activity => own[name] ? activity[own[name]] : activity.fields[name] ?? BLANK[name] }
}

const ownerOf = ({ portal: { state } }: Call, activity: Activity): Item | undefined => itemOf(state, activity.ownerTypeId, activity.ownerId)

const mayOwner = (call: Call, activity: Activity, action: RecordAction): boolean => {
  const owner = ownerOf(call, activity)
  return owner !== undefined && mayRecord(call.portal.state, call.user, action, owner)
}

function found(call: Call, action: RecordAction): Activity {
  const activity = call.portal.state.activities.find(other => other.id === intOf(call.params.id))
  if (!activity) throw new RestError('', 'Activity is not found')
  if (!mayOwner(call, activity, action)) throw refused('', 'Access denied.')
  return activity
}

/** The sender: what MESSAGE_FROM says, else the person's own mailbox, else the shared one. Null: nobody can send. */
function senderOf(call: Call, settings: Record<string, unknown>): string | null {
  if (textOf(settings.MESSAGE_FROM)) return textOf(settings.MESSAGE_FROM)
  const box: Mailbox | undefined = call.portal.state.mailboxes.find(other => other.userId === call.user.id)
    ?? call.portal.state.mailboxes.find(other => other.userId === null)
  return box ? `${box.name} <${box.email}>` : null
}

/** The address inside `Name <address>`. */
export const addressIn = (text: string): string => /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text.trim()

/** What a reader without HTML sees: the portal derives it from the one body of the activity. */
export function plainText(html: string): string {
  return html
    .replace(/<(style|head|title)[\s\S]*?<\/\1>/gi, '').replace(/<a\b[^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/gi, '$2 ($1)')
    .replace(/<(br|\/p|\/div|\/tr|\/h\d)\b[^>]*>/gi, '\n').replace(/<[^>]+>/g, '')
    .replace(/&nbsp;/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, '\'').replace(/&amp;/g, '&')
    .replace(/[ \t]+/g, ' ').replace(/ *\n */g, '\n').replace(/\n{3,}/g, '\n\n').trim()
}

const wrong = (text: string): RestError => new RestError('', text, 400, {}, 'rule')

const mailError = (text: string): RestError => new RestError('', `Email send error. ${text}`)

/** Puts the mail into the outbox. The activity exists already when this fails (page: tutorials/crm/how-to-add-crm-objects/how-to-send-email.md). */
function send(call: Call, activity: Activity, addresses: string[]): void {
  const { portal } = call
  if (!addresses.length) throw mailError('"To" is not found')
  const from = senderOf(call, recordOf(activity.fields.SETTINGS))
  if (from === null) throw mailError('"From" is not found')
  if (![...addresses, addressIn(from)].every(isAddress)) throw mailError('Invalid email is specified')
  if (portal.switches.mailFails) throw mailError('Failed to add posting. Please see details below')
  const body = textOf(activity.fields.DESCRIPTION)
  const isHtml = intOf(activity.fields.DESCRIPTION_TYPE) === HTML
  for (const to of addresses) portal.state.outbox.push({
    id: nextId(portal.state, 'mail'), activityId: activity.id, from, to, subject: textOf(activity.fields.SUBJECT), html: isHtml ? body : '',
    text: isHtml ? plainText(body) : body,
    sentAt: isoOf(portal.now()), originId: textOf(activity.fields.ORIGIN_ID) || null
  })
}

function checkClients(call: Call, communications: Record<string, unknown>[], user: User): void {
  for (const communication of communications) {
    const client = itemOf(call.portal.state, intOf(communication.ENTITY_TYPE_ID), intOf(communication.ENTITY_ID))
    // a mail asks for the right to change the client as well
    if (client && !mayRecord(call.portal.state, user, 'update', client)) throw refused('', 'Access denied.')
  }
}

const isBound = (activity: Activity, ownerTypeId: number, ownerId: number): boolean =>
  activity.bindings.some(binding => binding.ownerTypeId === ownerTypeId && binding.ownerId === ownerId)

export const activityMethods: MethodTable = {
  // api-reference/crm/timeline/activities/activity-base/crm-activity-add.md
  'crm.activity.add': call => {
    const { portal: { state }, params, user } = call
    const fields = recordOf(params.fields)
    if (!textOf(fields.SUBJECT)) throw wrong('The field SUBJECT is not defined or empty')
    const communications = listOf(fields.COMMUNICATIONS).filter(isRecord)
    const typeId = intOf(fields.TYPE_ID)
    if (![1, 2, 3, EMAIL, 6].includes(typeId)) throw wrong('The field TYPE_ID is not defined or invalid')
    if (!state.users.some(other => other.id === intOf(fields.RESPONSIBLE_ID))) throw wrong('The field RESPONSIBLE_ID is not defined or invalid')
    if (!communications.length) throw wrong('The field COMMUNICATIONS is not defined or invalid')
    if (communications.length > 1 && (typeId === 1 || typeId === 2)) throw wrong('The only one communication is allowed for activity of specified type')
    for (const communication of communications) if ('TYPE' in communication) call.log('fields.COMMUNICATIONS.TYPE: leave it out, the portal finds it')
    const owner = itemOf(state, intOf(fields.OWNER_TYPE_ID), intOf(fields.OWNER_ID))
    if (!owner) throw new RestError('', 'Could not build binding. Please ensure that owner info and communications are defined correctly')
    if (!mayRecord(state, user, 'update', owner)) throw refused('', 'Access denied.')
    if (typeId === EMAIL) checkClients(call, communications, user)
    const time = isoOf(call.portal.now())
    const provider = typeId === EMAIL ? { PROVIDER_ID: 'CRM_EMAIL', PROVIDER_TYPE_ID: 'EMAIL' }
      : { PROVIDER_ID: `CRM_${typeId}`, PROVIDER_TYPE_ID: String(typeId) }
    const clients = communications.filter(row => intOf(row.ENTITY_ID))
      .map(row => ({ ownerTypeId: intOf(row.ENTITY_TYPE_ID), ownerId: intOf(row.ENTITY_ID) }))
    const activity: Activity = {
      id: nextId(state, 'activity'), ownerTypeId: owner.entityTypeId, ownerId: owner.id,
      fields: {
        ...provider, CREATED: time, LAST_UPDATED: time, START_TIME: time, END_TIME: time, DEADLINE: time, AUTHOR_ID: user.id, EDITOR_ID: user.id, ...fields,
        COMMUNICATIONS: communications
      },
      bindings: [{ ownerTypeId: owner.entityTypeId, ownerId: owner.id }, ...clients]
    }
    for (const name of MOMENTS) {
      const moment = momentOf(activity.fields[name])
      if (activity.fields[name] && !moment) call.log(`fields.${name}: no date`)
      activity.fields[name] = moment ? isoOf(moment) : ''
    }
    if (activity.fields.COMPLETED === 'Y') activity.fields.STATUS = 2
    state.activities.push(activity)
    owner.fields.LAST_ACTIVITY_TIME = time
    if (typeId === EMAIL && intOf(fields.DIRECTION) === OUTGOING && fields.COMPLETED === 'Y') {
      send(call, activity, communications.map(row => textOf(row.VALUE).trim()).filter(Boolean))
    }
    return { result: activity.id }
  },
  // api-reference/crm/timeline/activities/activity-base/crm-activity-list.md
  'crm.activity.list': call => {
    const { portal: { state }, params, log } = call
    const select = listOf(params.select).map(String)
    const { BINDINGS: bindings, ...rest } = recordOf(params.filter)
    const wanted = listOf(bindings).filter(isRecord)
    const find = (name: string): Column<Activity> | undefined => {
      const column = columnOf(name.toUpperCase())
      if (!column) log(`unknown field ${name} in filter or order`)
      return column ?? { kind: 'text', value: () => '' }
    }
    const rows = state.activities
      .filter(activity => mayOwner(call, activity, 'read'))
      .filter(activity => !wanted.length || wanted.some(row => isBound(activity, intOf(row.OWNER_TYPE_ID), intOf(row.OWNER_ID))))
      .filter(filterOf<Activity>(rest, find, { log })).sort(orderOf<Activity>(params.order, find, activity => activity.id))
    const page = pageOf(rows, params.start)
    const result = page.rows.map(activity => {
      const row: Record<string, unknown> = { ...rowOf(activity),
        ...(select.includes('COMMUNICATIONS') ? { COMMUNICATIONS: activity.fields.COMMUNICATIONS } : {}) }
      return select.length && !select.includes('*') ? Object.fromEntries(Object.entries(row).filter(([key]) => key === 'ID' || select.includes(key))) : row
    })
    return { result, total: page.total, ...(page.next ? { next: page.next } : {}) }
  },
  // api-reference/crm/timeline/activities/activity-base/crm-activity-delete.md: needs the right to edit the owner
  'crm.activity.delete': call => {
    const { state } = call.portal
    state.activities.splice(state.activities.indexOf(found(call, 'update')), 1)
    return { result: true }
  }
}
