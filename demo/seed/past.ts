import { DEAL } from '../rest/record-fields'
import { changeRecord, createRecord, itemsOf, nextId, stagesOf } from '../rest/records'
import type { DemoPortal, Item } from '../state'
import { TOPICS } from './words'

const DAY = 86_400_000

/** What a company has behind it: people who left, a department below another one, deals that somebody has deleted since. */
export interface Past {
  /** gone from the portal already; only answers still name them */
  deletedDeals: ReadonlySet<Item>
  /** ids of the list values of FB_TAGS, none where the app has no such field */
  topics: number[]
}

/** Two employees who left; one was in a group below the sales department. */
function seedFormerPeople({ state }: DemoPortal): number[] {
  if (!state.departments.some(department => department.parent !== null)) {
    state.departments.push({ id: 3, name: 'Группа крупных клиентов', parent: 1, head: null })
  }
  const ids = [11, 12]
  const add = (id: number, name: string, lastName: string, departments: number[]): void => {
    if (state.users.some(user => user.id === id)) return
    state.users.push({ id, active: false, admin: false, role: 'own', name, lastName, email: `former${id}@alatau.example.kz`, position: 'Менеджер по продажам', departments,
      lang: 'ru', timeZone: 'Asia/Almaty' })
  }
  add(11, 'Виктория', 'Ли', [3])
  add(12, 'Бауыржан', 'Омаров', [1])
  return ids
}

/** @param prefix of the app's fields, e.g. UF_CRM_1_ */
export function seedPast(portal: DemoPortal, prefix: string): Past {
  const { state } = portal
  const people = seedFormerPeople(portal)
  const now = portal.now().getTime()
  const models = itemsOf(state, DEAL).slice(0, 12)
  const deletedDeals = models.map((model, index) => {
    const deal = createRecord(portal, DEAL, {
      TITLE: `${String(model.fields.TITLE)} (старая)`, CATEGORY_ID: index % 3 === 0 ? 1 : 0, ASSIGNED_BY_ID: people[index % people.length], CONTACT_ID: model.fields.CONTACT_ID,
      COMPANY_ID: model.fields.COMPANY_ID, OPPORTUNITY: 1_500 + 250 * index, CURRENCY_ID: index % 2 ? 'EUR' : 'USD', SOURCE_ID: 'CALL', TYPE_ID: 'SERVICE'
    }, 1, new Date(now - (800 - index * 20) * DAY))
    const won = stagesOf(state, DEAL, index % 3 === 0 ? 1 : 0).find(stage => stage.semantics === 'S')
    if (won) changeRecord(portal, deal, { STAGE_ID: won.statusId }, 1, new Date(now - (790 - index * 20) * DAY))
    return deal
  })
  for (const deal of deletedDeals) {
    state.items.get(DEAL)?.delete(deal.id)
    state.stageHistory = state.stageHistory.filter(row => row.entityTypeId !== DEAL || row.ownerId !== deal.id)
  }
  const list = state.userFields.find(field => field.fieldName === `${prefix}FB_TAGS`)?.enum
  if (list?.length === 0) {
    TOPICS.forEach((value, index) => list.push({ id: nextId(state, 'enum'), value, def: false, sort: (index + 1) * 10, xmlId: `topic${index + 1}` }))
  }
  return { deletedDeals: new Set(deletedDeals), topics: list?.map(item => item.id) ?? [] }
}
