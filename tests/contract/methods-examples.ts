import type { Params } from '../../demo/rest/handler'
import type { Place } from './methods-place'

/**
 * What the same call gives somebody whose role reads only his own records, asking about somebody else's.
 * `refused`: the documented refusal; `empty`: a list without the foreign records; `alone`: a new record that is his, without the clients that he
 * may not read; `open`: the page knows no right.
 */
type Stranger = 'refused' | 'empty' | 'alone' | 'open'

export interface Example {
  params: (place: Place) => Params
  stranger: Stranger
  /**
   * Over a webhook, on a portal that is not ours: `read` looks, `own` changes what the run made itself. Without: not there, because the
   * method needs an application, or leaves something behind that nothing which the app calls takes away.
   */
  elsewhere?: 'read' | 'own'
  /** what the answer adds to the place */
  keep?: (place: Place, result: unknown) => void
  /** the place lacks what the call is about */
  lacks?: (place: Place) => boolean
}

const numberAt = (result: unknown, ...path: string[]): number =>
  Number(path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], result))

/** Everything of a deal that has a value in the documented reply. */
const DEAL_FIELDS = (place: Place): Params => ({
  title: 'Contract suite', assignedById: place.me, opened: 'Y', ...(place.unseen ? { leadId: place.unseen, quoteId: place.unseen, webformId: place.unseen } : {}), companyId: place.company, contactIds: [place.contact],
  categoryId: 0, typeId: 'SALE', opportunity: 1000, isManualOpportunity: 'Y', taxValue: 0, currencyId: 'EUR', probability: 50, comments: 'c',
  begindate: '2026-03-01', closedate: '2026-03-31', sourceId: 'CALL', sourceDescription: 's', additionalInfo: 'a', utmSource: 'u', utmMedium: 'u',
  observers: [place.me]
})

const CALL_TO_CONTACT = (place: Place): Params => ({
  OWNER_TYPE_ID: 2, OWNER_ID: place.deal, TYPE_ID: 2, SUBJECT: 'Contract suite', RESPONSIBLE_ID: place.me, DIRECTION: 2, COMPLETED: 'N',
  DESCRIPTION: 'd', LOCATION: 'l', COMMUNICATIONS: [{ VALUE: '+77010000000', ENTITY_TYPE_ID: 3, ENTITY_ID: place.contact }]
})

/** A process without activities: PHP's serialised form, in base64. */
const EMPTY_PROCESS = Buffer.from('a:5:{s:7:"VERSION";i:2;s:8:"TEMPLATE";a:1:{i:0;a:4:{s:4:"Type";s:26:"SequentialWorkflowActivity";s:4:"Name";s:8:"Template";'
  + 's:10:"Properties";a:1:{s:5:"Title";s:5:"Suite";}s:8:"Children";a:0:{}}}s:10:"PARAMETERS";a:0:{}s:9:"VARIABLES";a:0:{}s:9:"CONSTANTS";a:0:{}}').toString('base64')

/** What uploads it, on deals, started by hand. */
export const newTemplate = (): Params => ({
  DOCUMENT_TYPE: ['crm', 'CCrmDocumentDeal', 'DEAL'], NAME: 'Contract suite', DESCRIPTION: 'd', TEMPLATE_DATA: ['suite.bpt', EMPTY_PROCESS], AUTO_EXECUTE: '0'
})

const noType = (place: Place): boolean => place.typeId === 0
const noField = (place: Place): boolean => place.userField === 0

/** One correct call of every served documented method. The order is that of a run on a foreign portal: records are made, used, removed. */
export const EXAMPLES: Record<string, Example> = {
  'batch': { params: () => ({ halt: 0, cmd: { get_user: 'user.current', get_department: 'department.get' } }), stranger: 'open', elsewhere: 'read' },
  'profile': { params: () => ({}), stranger: 'open', elsewhere: 'read' },
  'scope': { params: () => ({ full: 1 }), stranger: 'open', elsewhere: 'read' },
  'server.time': { params: () => ({}), stranger: 'open', elsewhere: 'read' },
  'user.current': { params: () => ({}), stranger: 'open', elsewhere: 'read' },
  'user.get': { params: ({ me }) => ({ FILTER: { ID: me } }), stranger: 'open', elsewhere: 'read' },
  'department.get': { params: ({ department }) => ({ ID: department }), stranger: 'open', elsewhere: 'read', lacks: ({ department }) => department === 0 },
  'im.department.managers.get': {
    params: ({ departments }) => ({ ID: departments }), stranger: 'open', elsewhere: 'read', lacks: ({ departments }) => departments.length === 0
  },
  'im.notify.personal.add': { params: ({ me }) => ({ USER_ID: me, MESSAGE: 'Contract suite', TAG: 'contract-suite' }), stranger: 'open' },

  'imopenlines.crm.chat.get': { params: ({ deal }) => ({ CRM_ENTITY_TYPE: 'deal', CRM_ENTITY: deal, ACTIVE_ONLY: 'Y' }), stranger: 'refused' },
  'imopenlines.dialog.get': { params: ({ chat }) => ({ DIALOG_ID: `chat${chat}` }), stranger: 'refused' },
  'im.dialog.messages.get': { params: ({ chat }) => ({ DIALOG_ID: `chat${chat}`, LIMIT: 50 }), stranger: 'refused' },
  'imopenlines.crm.message.add': {
    params: ({ chat, deal, me }) => ({ CRM_ENTITY_TYPE: 'deal', CRM_ENTITY: deal, USER_ID: me, CHAT_ID: chat, MESSAGE: 'Contract suite' }), stranger: 'refused'
  },

  'app.info': { params: () => ({}), stranger: 'open' },
  'app.option.get': { params: () => ({}), stranger: 'open' },
  'app.option.set': { params: () => ({ options: { contract: '1' } }), stranger: 'refused' },
  'user.option.set': { params: () => ({ options: { contract: '1' } }), stranger: 'open' },
  'user.option.get': { params: () => ({}), stranger: 'open' },

  'placement.bind': {
    params: () => ({ PLACEMENT: 'CRM_LEAD_DETAIL_TAB', HANDLER: 'https://app.example/contract.html', TITLE: 'Contract', LANG_ALL: { en: { TITLE: 'Contract' } } }),
    stranger: 'refused'
  },
  'placement.get': { params: () => ({}), stranger: 'refused' },
  'placement.unbind': { params: () => ({ PLACEMENT: 'LEFT_MENU' }), stranger: 'refused' },

  'entity.add': { params: () => ({ ENTITY: 'contract', NAME: 'Contract', ACCESS: { AU: 'R' } }), stranger: 'open' },
  'entity.get': { params: ({ storage }) => ({ ENTITY: storage }), stranger: 'open' },
  'entity.item.property.add': { params: ({ storage }) => ({ ENTITY: storage, PROPERTY: 'MARK', NAME: 'Mark', TYPE: 'S' }), stranger: 'refused' },
  'entity.item.property.get': { params: ({ storage }) => ({ ENTITY: storage }), stranger: 'open' },
  'entity.item.add': { params: ({ storage }) => ({ ENTITY: storage, NAME: 'contract', PROPERTY_VALUES: { JSON: '{}' } }), stranger: 'refused' },
  'entity.item.update': {
    params: ({ storage, storageItem }) => ({ ENTITY: storage, ID: storageItem, NAME: 'contract', PROPERTY_VALUES: { JSON: '{}' } }), stranger: 'refused'
  },
  'entity.item.delete': { params: ({ storage, storageItem }) => ({ ENTITY: storage, ID: storageItem }), stranger: 'refused' },
  'entity.item.get': { params: ({ storage }) => ({ ENTITY: storage, SORT: { ID: 'ASC' }, FILTER: { ACTIVE: 'Y' } }), stranger: 'open' },

  'bizproc.workflow.template.add': { params: newTemplate, stranger: 'refused' },
  'bizproc.workflow.template.update': { params: ({ template }) => ({ ID: String(template), FIELDS: { NAME: 'Contract suite 2' } }), stranger: 'refused' },
  'bizproc.workflow.template.list': {
    params: ({ template }) => ({ SELECT: ['ID', 'NAME', 'USER_ID', 'SYSTEM_CODE'], FILTER: { ID: template }, ORDER: { ID: 'ASC' } }), stranger: 'refused'
  },
  'bizproc.workflow.template.delete': { params: ({ template }) => ({ ID: template }), stranger: 'refused' },
  'bizproc.workflow.instances': {
    params: ({ template }) => ({
      SELECT: ['ID', 'MODULE_ID', 'ENTITY', 'DOCUMENT_ID', 'STARTED', 'STARTED_BY', 'TEMPLATE_ID', 'OWNED_UNTIL'], FILTER: { TEMPLATE_ID: template + 1 },
      ORDER: { STARTED: 'ASC' }
    }),
    stranger: 'refused'
  },
  'bizproc.workflow.terminate': { params: ({ process }) => ({ ID: process, STATUS: 'Contract suite' }), stranger: 'refused' },

  'crm.type.add': {
    params: () => ({
      fields: {
        title: 'Contract', isCategoriesEnabled: 'Y', isClientEnabled: 'Y', isUseInUserfieldEnabled: 'Y', linkedUserFields: { 'TASKS_TASK|UF_CRM_TASK': 'true' },
        relations: { parent: [{ entityTypeId: 2, isChildrenListEnabled: 'true' }], child: [{ entityTypeId: 7, isChildrenListEnabled: 'true' }] }
      }
    }),
    stranger: 'refused'
  },
  'crm.type.update': {
    params: ({ typeId }) => ({ id: typeId, fields: { title: 'Contract', relations: { child: [{ entityTypeId: 7, isChildrenListEnabled: 'true' }] } } }),
    stranger: 'refused', lacks: noType
  },
  'crm.type.get': { params: ({ typeId }) => ({ id: typeId }), stranger: 'open', elsewhere: 'read', lacks: noType },
  'crm.type.list': { params: () => ({ order: { id: 'ASC' } }), stranger: 'refused', elsewhere: 'read', lacks: noType },
  'crm.category.add': { params: ({ entityTypeId }) => ({ entityTypeId, fields: { name: 'Contract', sort: 900 } }), stranger: 'refused' },
  'crm.category.update': {
    params: ({ entityTypeId, categoryId }) => ({ entityTypeId, id: categoryId, fields: { name: 'Contract', sort: 900 } }), stranger: 'refused'
  },
  'crm.category.list': { params: () => ({ entityTypeId: 2 }), stranger: 'open', elsewhere: 'read' },
  'userfieldconfig.add': {
    params: ({ typeId }) => ({
      moduleId: 'crm', field: {
        entityId: `CRM_${typeId}`, fieldName: `UF_CRM_${typeId}_CONTRACT`, userTypeId: 'enumeration', editFormLabel: 'Contract',
        settings: { DISPLAY: 'LIST' }, enum: [{ value: 'one', xmlId: 'one', sort: 10, def: 'N' }]
      }
    }),
    stranger: 'refused'
  },
  'userfieldconfig.update': {
    params: ({ userField }) => ({ moduleId: 'crm', id: userField, field: { userTypeId: 'enumeration', sort: 300, editFormLabel: { en: 'Contract' } } }),
    stranger: 'refused'
  },
  'userfieldconfig.get': { params: ({ userField }) => ({ moduleId: 'crm', id: userField }), stranger: 'open', elsewhere: 'read', lacks: noField },
  'userfieldconfig.list': {
    params: ({ userFieldName }) => ({ moduleId: 'crm', select: { 0: '*', language: 'ru' }, filter: { fieldName: userFieldName } }), stranger: 'open', elsewhere: 'read',
    lacks: noField
  },

  'crm.item.add': {
    params: place => ({ entityTypeId: 2, fields: DEAL_FIELDS(place) }), stranger: 'alone', elsewhere: 'own',
    keep: (place, result) => { place.deal = numberAt(result, 'item', 'id') }
  },
  'crm.item.batchImport': { params: ({ me }) => ({ entityTypeId: 2, data: [{ title: 'Contract suite', assignedById: me }] }), stranger: 'refused' },
  'crm.duplicate.findbycomm': { params: () => ({ type: 'EMAIL', values: ['olga.melnikova@example.kz'], entity_type: 'CONTACT' }), stranger: 'open' },
  'crm.item.update': { params: place => ({ entityTypeId: 2, id: place.deal, fields: DEAL_FIELDS(place) }), stranger: 'refused', elsewhere: 'own' },
  'crm.item.get': { params: ({ deal }) => ({ entityTypeId: 2, id: deal }), stranger: 'refused', elsewhere: 'read' },
  'crm.item.list': {
    params: ({ deal }) => ({
      entityTypeId: 2, select: ['id', 'title', 'assignedById', 'stageId', 'sourceId', 'opportunity', 'isManualOpportunity'], filter: { id: deal }, order: { id: 'ASC' }
    }),
    stranger: 'empty', elsewhere: 'read'
  },
  'crm.stagehistory.list': { params: ({ deal }) => ({ entityTypeId: 2, filter: { OWNER_ID: deal }, order: { ID: 'ASC' } }), stranger: 'empty', elsewhere: 'read' },
  'crm.item.fields': { params: ({ entityTypeId }) => ({ entityTypeId }), stranger: 'open', elsewhere: 'read', lacks: noType },
  'crm.deal.contact.items.get': { params: ({ deal }) => ({ id: deal }), stranger: 'refused', elsewhere: 'read' },
  'crm.company.contact.items.get': { params: ({ company }) => ({ id: company }), stranger: 'refused', elsewhere: 'read' },
  'crm.status.list': { params: () => ({ filter: { ENTITY_ID: 'DEAL_STAGE' }, order: { SORT: 'ASC' } }), stranger: 'open', elsewhere: 'read' },
  'crm.status.add': {
    params: () => ({ fields: { ENTITY_ID: 'SOURCE', STATUS_ID: 'FB_CONTRACT', NAME: 'Contract suite', SORT: 900 } }), stranger: 'refused', elsewhere: 'own',
    keep: (place, result) => { place.status = Number(result) }
  },
  'crm.status.update': { params: ({ status }) => ({ id: status, fields: { NAME: 'Contract suite 2' } }), stranger: 'refused', elsewhere: 'own' },
  'crm.activity.add': {
    params: place => ({ fields: CALL_TO_CONTACT(place) }), stranger: 'refused', elsewhere: 'own', keep: (place, result) => { place.activity = Number(result) }
  },
  'crm.activity.list': {
    params: ({ deal }) => ({ filter: { OWNER_TYPE_ID: 2, OWNER_ID: deal }, order: { ID: 'ASC' } }), stranger: 'empty', elsewhere: 'read'
  },
  'crm.timeline.comment.add': {
    params: ({ deal }) => ({ fields: { ENTITY_ID: deal, ENTITY_TYPE: 'deal', COMMENT: 'Contract suite' } }), stranger: 'refused', elsewhere: 'own',
    keep: (place, result) => { place.comment = Number(result) }
  },
  'crm.timeline.comment.list': {
    params: ({ deal }) => ({ filter: { ENTITY_ID: deal, ENTITY_TYPE: 'deal' }, order: { ID: 'ASC' } }), stranger: 'refused', elsewhere: 'read'
  },
  'tasks.task.add': {
    params: ({ me, deal }) => ({ fields: { TITLE: 'Contract suite', RESPONSIBLE_ID: me, DESCRIPTION: 'd', UF_CRM_TASK: [`D_${deal}`] } }), stranger: 'open'
  },
  'tasks.task.list': {
    params: ({ task }) => ({
      filter: { ID: task }, order: { ID: 'DESC' },
      select: ['ID', 'TITLE', 'DESCRIPTION', 'DEADLINE', 'CREATED_DATE', 'RESPONSIBLE_ID', 'PRIORITY', 'MARK', 'STATUS', 'SUB_STATUS', 'DESCRIPTION_IN_BBCODE', 'AUDITORS', 'ACCOMPLICES']
    }),
    stranger: 'empty', elsewhere: 'read', lacks: ({ task }) => task === 0
  },
  'task.checklistitem.add': { params: ({ task }) => ({ TASKID: task, FIELDS: { TITLE: 'Contract suite', SORT_INDEX: 10, IS_COMPLETE: 'N' } }), stranger: 'refused' },

  'tasks.task.update': { params: ({ task }) => ({ taskId: task, fields: { DEADLINE: '2026-03-05T10:00:00Z' } }), stranger: 'refused' },
  'tasks.task.complete': { params: ({ task }) => ({ taskId: task }), stranger: 'refused' },
  'tasks.task.delete': { params: ({ task }) => ({ taskId: task }), stranger: 'refused' },
  'im.notify.delete': { params: ({ me }) => ({ TAG: `contract-suite-${me}` }), stranger: 'open' },
  'crm.timeline.comment.delete': {
    params: ({ comment, deal }) => ({ id: comment, ownerTypeId: 2, ownerId: deal }), stranger: 'refused', elsewhere: 'own'
  },
  'crm.activity.delete': { params: ({ activity }) => ({ id: activity }), stranger: 'refused', elsewhere: 'own' },
  'crm.status.delete': { params: ({ status }) => ({ id: status }), stranger: 'refused', elsewhere: 'own' },
  'crm.item.delete': { params: ({ deal }) => ({ entityTypeId: 2, id: deal }), stranger: 'refused', elsewhere: 'own' }
}
