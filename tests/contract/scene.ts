import { fillForm } from '../../demo/forms/fill'
import type { DemoPortal, Item } from '../../demo/state'
import { ADMINISTRATOR, demoPortal, doorOf, install, portalOver, type Request } from '../in-process'
import type { SendTools, Order } from '@/invitation/sending'
import { standardPlan } from '@/plan/model/plan'
import type { Portal } from '@/portal/client'
import type { RecordField } from '@/portal/fields'
import type { StoreKind } from '@/portal/installation/installation'
import { formFieldName, isOwnPipeline, userFieldName, type RecordStore } from '@/portal/record-store'
import { saveForm } from '@/survey/form'
import { publish } from '@/survey/model/publish'
import type { Survey } from '@/survey/model/survey'
import { afterDeal, afterDealTasks } from '@/survey/model/templates/after-deal'
import { addSurvey } from '@/survey/store'

export const NOW = new Date('2026-03-02T09:00:00Z')

/** A portal in which the app is installed and one survey is active. */
export interface Scene {
  demo: DemoPortal
  store: RecordStore
  survey: Survey
  /** a portal as one person's frame sees it, over a door that may misbehave */
  as: (userId: number, wrap?: (door: Request) => Request) => Portal
  /** a customer fills the form in; @returns the result id, null when refused */
  answer: (posted: { token: string, inv: string, sid?: string, nps?: string, comment?: string, answers?: string, version?: string }) => number | null
}

/** What keeps the records of every scene; the suites of `on-deals/` say deals. */
let keepIn: StoreKind = 'smartProcess'
export function keepRecordsIn(kind: StoreKind): void {
  keepIn = kind
}
export const recordsIn = (): StoreKind => keepIn

export async function openScene(now: () => Date = () => NOW): Promise<Scene> {
  const demo = demoPortal({ smartProcesses: keepIn === 'smartProcess' }, now)
  const portal = portalOver(doorOf(demo))
  const { store } = await install(portal, { keepIn })
  const fresh: Survey = {
    v: 4, id: 's1', status: 'draft',
    // suites send hundreds on one day
    draft: { ...afterDeal, company: 'Demo', mailsPerDay: 10_000 }, published: null, form: null, plan: standardPlan(afterDealTasks.ru)
  }
  const published = publish(fresh, NOW.toISOString(), ADMINISTRATOR)
  const texts = { button: 'Отправить', success: 'Спасибо', failure: 'Не получилось', comment: 'Комментарий', answers: 'Ответы' }
  const form = await saveForm(portal, { survey: published as Survey & { published: NonNullable<Survey['published']> }, store }, texts, [ADMINISTRATOR])
  const survey: Survey = { ...published, status: 'active', form }
  await addSurvey(portal, survey)
  demo.state.app.installed = true
  return {
    demo, store, survey,
    as: (userId, wrap = door => door) => {
      const person = demo.state.users.find(user => user.id === userId)
      return portalOver(wrap(doorOf(demo, userId)), { isAdmin: person?.admin ?? false, appOptions: demo.state.app.options, isInstalled: true })
    },
    answer: ({ token, inv, sid = 'a'.repeat(20), nps, comment, answers = '{}', version = '1' }) => {
      const values: Record<string, string[]> = { [formFieldName(store, 'FB_ANSWERS')]: [answers] }
      if (nps !== undefined) values[formFieldName(store, 'FB_NPS')] = [nps]
      if (comment !== undefined) values[formFieldName(store, 'FB_COMMENT')] = [comment]
      const outcome = fillForm(demo, {
        id: String(form.id), sec: form.sec, values: JSON.stringify(values), properties: JSON.stringify({ token, inv, sid, ver: version, lang: 'ru' })
      })
      return outcome.kind === 'filled' ? Number(outcome.result.resultId) : null
    }
  }
}

export function sendTools(seed = 1): SendTools {
  let state = seed
  return {
    now: () => NOW,
    offset: () => 300,
    randomBytes: length => Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state >>> 24
    }),
    wait: () => Promise.resolve(),
    base: 'https://app.example/feedback/',
    timelineText: path => `Запрошена обратная связь ${path}`
  }
}

/** An order for a deal whose contact has an address. */
export function orderFor(scene: Scene, dealId: number, senderId = ADMINISTRATOR): Order {
  const deal = scene.demo.state.items.get(2)!.get(dealId)!
  const contact = scene.demo.state.items.get(3)!.get(Number(deal.fields.CONTACT_ID))!
  const sender = scene.demo.state.users.find(user => user.id === senderId)!
  const known = [...recordsOf(scene).keys()]
  return {
    survey: scene.survey,
    deal: { id: dealId, title: String(deal.fields.TITLE) },
    recipient: { kind: 'contact', id: contact.id, name: `${String(contact.fields.NAME)} ${String(contact.fields.LAST_NAME)}` },
    email: contact.fm.find(entry => entry.typeId === 'EMAIL')!.value,
    lang: 'ru',
    sender: { id: sender.id, name: `${sender.name} ${sender.lastName}`, email: sender.email },
    known: new Set(known),
    overrideReason: '',
    test: false,
    by: 'duty'
  }
}

/** One of our fields of a record, as the portal keeps it. */
export const valueOf = ({ store }: Pick<Scene, 'store'>, { fields }: Pick<Item, 'fields'>, field: RecordField): unknown => fields[userFieldName(store, field)]

/** The records of the app, by id: among deals, those of its pipelines. */
export function recordsOf({ demo, store }: Pick<Scene, 'demo' | 'store'>): Map<number, Item> {
  return new Map([...demo.state.items.get(store.entityTypeId) ?? []].filter(([, { fields }]) =>
    store.entityTypeId !== 2 || isOwnPipeline(store, Number(fields.CATEGORY_ID))))
}

/** Deals of the company that can be asked about, by id; without a store, as long as there are no others. */
export function dealsWithAddress(demo: DemoPortal, store: RecordStore | null = null): number[] {
  return [...demo.state.items.get(2)!.values()].filter(deal => !isOwnPipeline(store, Number(deal.fields.CATEGORY_ID))).filter(deal => {
    const contact = demo.state.items.get(3)!.get(Number(deal.fields.CONTACT_ID))
    return contact?.fm.some(entry => entry.typeId === 'EMAIL')
  }).map(deal => deal.id)
}
