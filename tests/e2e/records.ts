import type { Comment, DemoPortal, Item, Mail, Task } from '../../demo/state'
import type { NativeField, RecordField } from '@/portal/fields'
import type { SurveyContent } from '@/survey/model/survey'
import { ANSWER_STAGES, cardPath, enumXmlId, isOwnPipeline, taskLinkOf, userFieldName, type AnswerStage, type RecordStore } from '@/portal/record-store'

/** What the portal keeps of the app's, read past all screens. */

/** Where the records of the installed app are. @throws Error before the installation */
export function storeOf(portal: DemoPortal): RecordStore {
  const { store } = portal.state.app.options
  if (!store) throw new Error('the app is not installed')
  return JSON.parse(store) as RecordStore
}

export interface KeptInvitation { id: number; token: string; state: string | null; channel: string | null; why: string; contactId: number; dealId: number }
export interface KeptAnswer {
  id: number
  token: string
  stage: AnswerStage | undefined
  flag: string | null
  channel: string | null
  value: number | null
  score: number | null
  posted: string
  comment: string
  dealId: number
  survey: string
  /** as it was posted: JSON {question id: value} */
  answers: string
}

const recordsIn = (portal: DemoPortal, store: RecordStore, category: number): Item[] =>
  [...portal.state.items.get(store.entityTypeId)?.values() ?? []].filter(item => Number(item.fields.CATEGORY_ID) === category)

const reader = (store: RecordStore, item: Item) => ({
  text: (field: RecordField): string => String(item.fields[userFieldName(store, field)] ?? ''),
  number: (field: RecordField): number | null => {
    const value = item.fields[userFieldName(store, field)]
    return typeof value === 'number' ? value : null
  },
  choice: (field: RecordField): string | null => enumXmlId(store.enums[field], item.fields[userFieldName(store, field)])
})

/** Invitations, oldest first. */
export function invitationsIn(portal: DemoPortal): KeptInvitation[] {
  const store = storeOf(portal)
  return recordsIn(portal, store, store.invitationCategoryId).map(item => {
    const { text, number, choice } = reader(store, item)
    return {
      id: item.id, token: text('FB_TOKEN'), state: choice('FB_STATE'), channel: choice('FB_CHANNEL'), why: text('FB_WHY'),
      contactId: Number(item.fields.CONTACT_ID ?? 0), dealId: number('FB_DEAL') ?? 0
    }
  })
}

/** Answers, oldest first. */
export function answersIn(portal: DemoPortal): KeptAnswer[] {
  const store = storeOf(portal)
  return recordsIn(portal, store, store.answerCategoryId).map(item => {
    const { text, number, choice } = reader(store, item)
    return {
      id: item.id, token: text('FB_TOKEN'), stage: ANSWER_STAGES.find(stage => store.answerStages[stage] === item.fields.STAGE_ID),
      flag: choice('FB_FLAG'), channel: choice('FB_CHANNEL'), value: number('FB_VALUE'), score: number('FB_SCORE'), posted: text('FB_NPS'), comment: text('FB_COMMENT'),
      dealId: number('FB_DEAL') ?? 0, survey: text('FB_SURVEY'), answers: text('FB_ANSWERS')
    }
  })
}

/** The field that a CRM card keeps of the last answer. */
export function nativeIn(portal: DemoPortal, type: 2 | 3 | 4, id: number, field: NativeField): unknown {
  const wire = storeOf(portal).native[type].names[field]
  const item = portal.state.items.get(type)?.get(id)
  const name = Object.keys(item?.fields ?? {}).find(key => key.startsWith('UF_CRM_') && key.endsWith(field) && wire !== undefined)
  return name === undefined ? undefined : item?.fields[name]
}

/** What the first survey asks and says, as it was published. */
export function publishedIn(portal: DemoPortal): SurveyContent {
  const json = portal.state.storages.flatMap(storage => storage.items).map(item => item.properties.JSON ?? '').find(text => text.includes('"published"'))
  const content = (JSON.parse(json ?? '{}') as { published?: { content: SurveyContent } }).published?.content
  if (!content) throw new Error('no survey is published')
  return content
}

/** Mails that carry this invitation, from the outbox. */
export const mailsOf = (portal: DemoPortal, token: string): Mail[] => portal.state.outbox.filter(mail => mail.originId?.startsWith(`${token}/`))

/** Tasks that were given for an answer. */
export const tasksOf = (portal: DemoPortal, answerId: number): Task[] => {
  const link = taskLinkOf(storeOf(portal), answerId)
  return portal.state.tasks.filter(task => Array.isArray(task.fields.UF_CRM_TASK) && task.fields.UF_CRM_TASK.includes(link))
}

/** Comments in a deal that tell about an answer. */
export const commentsOf = (portal: DemoPortal, dealId: number, answerId: number): Comment[] =>
  portal.state.comments.filter(comment => comment.entityType.toLowerCase() === 'deal' && comment.entityId === dealId &&
    comment.comment.includes(cardPath(storeOf(portal).entityTypeId, answerId)))

/** Deals that can be asked about, one of each client: with an address, not asked yet. `responsible`: deal, contact and company are this person's. */
export function askableDeals(portal: DemoPortal, responsible?: number): number[] {
  const asked = new Set(portal.state.app.options.store ? invitationsIn(portal).map(({ contactId }) => contactId) : [])
  const store = portal.state.app.options.store ? storeOf(portal) : null
  const seen = new Set<number>()
  return [...portal.state.items.get(2)?.values() ?? []].filter(deal => !isOwnPipeline(store, Number(deal.fields.CATEGORY_ID))).filter(deal => {
    const contactId = Number(deal.fields.CONTACT_ID)
    const contact = portal.state.items.get(3)?.get(contactId)
    const isFree = contact?.fm.some(entry => entry.typeId === 'EMAIL') && !asked.has(contactId) && !seen.has(contactId)
    const company = portal.state.items.get(4)?.get(Number(deal.fields.COMPANY_ID))
    const isOwn = responsible === undefined || [deal, contact, company].every(item => Number(item?.fields.ASSIGNED_BY_ID) === responsible)
    if (isFree && isOwn) seen.add(contactId)
    return isFree && isOwn
  }).map(deal => deal.id)
}

/** All that an installation makes, without what differs between two portals: ids, times, secrets, addresses. Whatever is there twice stands here twice. */
export function madeIn(portal: DemoPortal): Record<string, string[]> {
  const { state } = portal
  const isOurs = (entityTypeId: number): boolean => state.types.some(type => type.entityTypeId === entityTypeId)
  const path = (address: string): string => new URL(address).pathname
  const lists: Record<string, string[]> = {
    types: state.types.map(type => type.title),
    pipelines: state.categories.filter(category => isOurs(category.entityTypeId)).map(category => category.name),
    stages: state.statuses.filter(status => status.entityId.startsWith('DYNAMIC_')).map(status => `${status.statusId} ${status.name} ${status.semantics}`),
    fields: state.userFields.map(field => `${field.entityId} ${field.fieldName} ${field.enum.map(item => item.xmlId).join(',')}`),
    widgets: state.placements.map(({ placement, handler, userId }) => `${placement} ${path(handler)} ${userId ?? ''}`),
    storages: state.storages.map(storage => `${storage.entity} ${storage.properties.map(({ property }) => property).join(',')}`),
    surveys: state.storages.flatMap(storage => storage.items.map(item => `${storage.entity} ${item.name}`)),
    forms: state.forms.map(form => `${form.name} ${form.active ? 'active' : 'not active'}`),
    // test submissions are deleted again; the invitation of "try it" belongs to what comes afterwards
    answers: state.app.options.store ? answersIn(portal).map(({ token }) => token) : [],
    settings: [...Object.keys(state.app.options), state.app.options.duty ?? '']
  }
  return Object.fromEntries(Object.entries(lists).map(([name, rows]) => [name, rows.sort()]))
}
