import { EXAMPLES, newTemplate } from './methods-examples'
import { openScene, dealsWithAddress, orderFor, sendTools, NOW, type Scene } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import { sendInvitation } from '@/invitation/sending'

/** People of the demo's seed. */
export const [ADMINISTRATOR, OWN_ONLY, COLLEAGUE] = [1, 2, 3]

/** What the example calls are about: records that exist. 0 or an empty text: this portal has none. */
export interface Place {
  me: number
  deal: number
  contact: number
  company: number
  entityTypeId: number
  typeId: number
  categoryId: number
  departments: number[]
  /** a department below another one */
  department: number
  /** a lead, an offer and a form may be named without existing; 0: not on a portal that is not ours */
  unseen: number
  /** a list field */
  userField: number
  userFieldName: string
  /** a stage or a directory entry that may be changed and deleted */
  status: number
  activity: number
  comment: number
  /** its owner is the deal */
  task: number
  storage: string
  storageItem: number
  /** of a business process of the app */
  template: number
  /** one that runs; '' = none does */
  process: string
  /** a dialog of an open line that belongs to the deal */
  chat: number
}

/** A portal after one whole loop: installed, asked, answered, handled. Nothing in it belongs to the manager who may read only his own. */
export async function placeInDemo(): Promise<{ scene: Scene, place: Place }> {
  const scene = await openScene()
  const { demo, store } = scene
  const deal = dealsWithAddress(demo).find(id => demo.state.items.get(2)!.get(id)!.fields.ASSIGNED_BY_ID !== OWN_ONLY)!
  const order = orderFor(scene, deal, COLLEAGUE)
  const sent = await sendInvitation(scene.as(COLLEAGUE), store, order, sendTools())
  if (sent.state !== 'sent') throw new Error(sent.state)
  scene.answer({ token: sent.token, inv: String(sent.invitationId), nps: '3', comment: 'Долго', answers: '{"nps":"3"}' })
  await handleNewAnswers(scene.as(ADMINISTRATOR), store, () => NOW)
  const below = { id: 3, name: 'Field service', parent: demo.state.departments[0]!.id, head: COLLEAGUE }
  demo.state.departments.push(below)
  const portal = scene.as(ADMINISTRATOR)
  await portal.call('user.option.set', { options: { shown: '1' } })
  // everything switched on, so that every documented field is there
  await portal.call('crm.type.update', {
    id: store.typeId, fields: {
      isBeginCloseDatesEnabled: 'Y', isSourceEnabled: 'Y', isLinkWithProductsEnabled: 'Y', isMycompanyEnabled: 'Y',
      relations: { parent: [{ entityTypeId: 2, isChildrenListEnabled: 'true' }], child: [{ entityTypeId: 7, isChildrenListEnabled: 'true' }] }
    }
  })
  const userFieldName = `UF_CRM_${store.typeId}_PLACE`
  const { field } = await portal.call<{ field: { id: string } }>('userfieldconfig.add', {
    moduleId: 'crm', field: { entityId: `CRM_${store.typeId}`, fieldName: userFieldName, userTypeId: 'enumeration', editFormLabel: 'Place', enum: [{ value: 'one' }] }
  })
  const { task } = await portal.call<{ task: { id: string } }>('tasks.task.add', {
    fields: {
      TITLE: 'Place', DESCRIPTION: 'd', RESPONSIBLE_ID: COLLEAGUE, DEADLINE: '2026-03-31', MARK: 'P', AUDITORS: [ADMINISTRATOR], UF_CRM_TASK: [`D_${deal}`],
      START_DATE_PLAN: '2026-03-02', END_DATE_PLAN: '2026-03-31'
    }
  })
  const template = await portal.call<number>('bizproc.workflow.template.add', newTemplate())
  const record = demo.state.items.get(2)!.get(deal)!
  // of another template: one that is in use cannot be removed
  const started = NOW.toISOString()
  demo.state.workflows.push({
    id: 'process.1', templateId: Number(template) + 1, templateName: 'Contract suite', entityTypeId: 2, itemId: deal, started, startedBy: ADMINISTRATOR,
    modified: started, status: 'running', title: '', waitsFor: '', wakesAt: null, log: []
  })
  const { id: chat } = Object.assign(demo.state.chats[0]!, {
    deal, contact: Number(record.fields.CONTACT_ID), company: Number(record.fields.COMPANY_ID), operators: [ADMINISTRATOR]
  })
  const place: Place = {
    me: ADMINISTRATOR,
    deal, contact: Number(record.fields.CONTACT_ID), company: Number(record.fields.COMPANY_ID),
    entityTypeId: store.entityTypeId, typeId: store.typeId, categoryId: store.invitationCategoryId,
    departments: demo.state.departments.map(({ id }) => id), department: below.id, unseen: 1,
    userField: Number(field.id), userFieldName,
    // a stage of ours in which nothing is
    status: demo.state.statuses.find(({ statusId }) => statusId === store.answerStages.work)!.id,
    activity: demo.state.activities.find(({ ownerTypeId, ownerId }) => ownerTypeId === 2 && ownerId === deal)!.id,
    comment: demo.state.comments.find(({ entityType, entityId }) => entityType === 'deal' && entityId === deal)!.id,
    task: Number(task.id),
    storage: 'surveys', storageItem: demo.state.storages.find(({ entity }) => entity === 'surveys')!.items[0]!.id, template, process: 'process.1', chat
  }
  // every documented field of a deal has a value
  await portal.call('crm.item.update', EXAMPLES['crm.item.update']!.params(place))
  return { scene, place }
}
