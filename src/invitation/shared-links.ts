import { addDays } from '@/invitation/model/request'
import { CHANNEL_OF, kindIn, PLACE_NAME_LIMIT, SHARED_FOR_DAYS, whyOf, type SharedKind, type SharedLink } from '@/invitation/model/shared-link'
import { newToken } from '@/invitation/model/token'
import { invitationList } from '@/invitation/store'
import { DUTY } from '@/plan/control'
import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { addItem, fromWire, selectOf, toWire, updateItem, wireName, type WireRecord } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { cutText, oneLine } from '@/survey/model/cut-text'
import type { Lang } from '@/survey/model/survey'

/** What has come over a shared link. */
export interface SharedFigures {
  /** all answers that are in the report under their flag */
  answers: number
  /** of the newest, at most fifty, that have a score; null when none has */
  average: { value: number, of: number } | null
  /** ISO 8601; null when nobody has answered */
  lastAt: string | null
}

/** This portal was installed before there were shared links: its list of flags has to be completed first (*Repair*). */
export const knowsShared = (store: RecordStore): boolean => store.enums.FB_FLAG?.shared !== undefined

/** Shared links of a survey, newest first, at most fifty. @throws PortalError */
export async function loadSharedLinks(portal: Portal, store: RecordStore, surveyId: string): Promise<SharedLink[]> {
  if (!knowsShared(store)) return []
  const { method, params } = invitationList(store, {
    [`=${wireName(store, 'FB_FLAG')}`]: store.enums.FB_FLAG?.shared, [`=${wireName(store, 'FB_SURVEY')}`]: surveyId
  })
  // A filter that the portal does not understand finds anything: compare again.
  return listOf(mapOf(await portal.call(method, params)).items).map(item => fromWire(store, item))
    .filter(({ values }) => values.FB_FLAG === 'shared' && values.FB_SURVEY === surveyId).map(linkFrom)
}

function linkFrom({ id, title, createdTime, values }: WireRecord): SharedLink {
  return {
    id, name: title, createdAt: createdTime, token: values.FB_TOKEN ?? '', survey: values.FB_SURVEY ?? '', kind: kindIn(values.FB_WHY ?? ''),
    lang: values.FB_LANG ?? '', expiresAt: values.FB_EXPIRES_AT ?? '', closed: values.FB_STATE === 'cancelled'
  }
}

/** Link id → what came over it, in one request. A link whose answers may not be counted is missing. @throws PortalError when the request as a whole failed */
export async function loadSharedFigures(portal: Portal, store: RecordStore, links: readonly SharedLink[]): Promise<Map<number, SharedFigures>> {
  if (links.length === 0) return new Map()
  const commands = Object.fromEntries(links.map(({ id, token }): [string, Command] => [`l${id}`, {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId, select: selectOf(store, ['FB_TOKEN', 'FB_VALUE', 'FB_FLAG']), order: { id: 'DESC' },
      filter: {
        '=categoryId': store.answerCategoryId, [`=${wireName(store, 'FB_TOKEN')}`]: token, [`=${wireName(store, 'FB_FLAG')}`]: store.enums.FB_FLAG?.shared
      }
    }
  }]))
  const seen = await portal.batch<Record<string, { items: unknown }>>(commands)
  return new Map(links.flatMap(({ id, token }): [number, SharedFigures][] => {
    const outcome = seen[`l${id}`]
    if (!outcome?.ok) return []
    const rows = listOf(outcome.result.items).map(item => fromWire(store, item)).filter(({ values }) => values.FB_TOKEN === token && values.FB_FLAG === 'shared')
    const scores = rows.flatMap(({ values }) => values.FB_VALUE ?? [])
    return [[id, {
      answers: rows.length === 0 ? 0 : outcome.total ?? rows.length,
      average: scores.length === 0 ? null : { value: scores.reduce((sum, score) => sum + score, 0) / scores.length, of: scores.length },
      lastAt: rows[0]?.createdTime ?? null
    }]]
  }))
}

interface SharedOrder {
  survey: { id: string, version: number }
  kind: SharedKind
  /** of the place */
  name: string
  /** '' = the language of whoever opens it */
  lang: Lang | ''
  /** who makes it */
  me: number
  now: Date
  randomBytes: (length: number) => Uint8Array
}

/**
 * Makes a link for a place. Nobody has asked with it: its answers belong to the plan's fallback person, and are handled by whoever is in charge then.
 * @throws PortalError 'storeIncomplete' on a portal whose list of flags is of an earlier version
 */
export async function makeSharedLink(portal: Portal, store: RecordStore, order: SharedOrder): Promise<SharedLink> {
  if (!knowsShared(store)) throw new PortalError('storeIncomplete', { detail: 'missing list values: FB_FLAG: shared' })
  const at = order.now.toISOString()
  const { method, params } = addItem(store.entityTypeId, {
    title: placeName(order.name), categoryId: store.invitationCategoryId, stageId: store.invitationStages.open, assignedById: order.me,
    ...toWire(store, {
      FB_TOKEN: newToken(order.randomBytes), FB_BY: DUTY, FB_SURVEY: order.survey.id, FB_VERSION: order.survey.version,
      FB_CHANNEL: CHANNEL_OF[order.kind], FB_STATE: 'sent', FB_WHY: whyOf(order.kind), FB_SENT_AT: at, FB_EXPIRES_AT: addDays(at, SHARED_FOR_DAYS),
      FB_LANG: order.lang, FB_FLAG: 'shared'
    })
  })
  return linkFrom(fromWire(store, (await portal.call<{ item: unknown }>(method, params)).item))
}

/** @throws PortalError */
export async function renameSharedLink(portal: Portal, store: RecordStore, { id }: SharedLink, name: string): Promise<void> {
  const { method, params } = updateItem(store.entityTypeId, id, { title: placeName(name) })
  await portal.call(method, params)
}

/** What comes over a closed link is late: kept, and set aside. The page has to be told, see `tellClosedLinks`. @throws PortalError */
export async function closeSharedLink(portal: Portal, store: RecordStore, { id }: SharedLink, closed: boolean): Promise<void> {
  const { method, params } = updateItem(store.entityTypeId, id, toWire(store, { FB_STATE: closed ? 'cancelled' : 'sent' }))
  await portal.call(method, params)
}

const placeName = (name: string): string => cutText(oneLine(name).trim(), PLACE_NAME_LIMIT)
