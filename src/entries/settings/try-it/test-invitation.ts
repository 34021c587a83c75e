import { readAnswer, answerList } from '@/answer/store'
import type { Answer } from '@/answer/model/answer'
import type { Invitation } from '@/invitation/model/invitation'
import { isOpen } from '@/invitation/model/invitation'
import { addDays } from '@/invitation/model/request'
import { newToken } from '@/invitation/model/token'
import { invitationList, readInvitation } from '@/invitation/store'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { listOf, mapOf } from '@/portal/php-array'
import { toWire, wireName } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'
import { formatLink } from '@/survey/model/invitation-link'
import type { Lang, Survey } from '@/survey/model/survey'

/** Newest test invitations of everybody. @throws PortalError */
export async function loadTests(portal: Portal, store: RecordStore): Promise<Invitation[]> {
  const flag = store.enums.FB_FLAG?.test
  const { method, params } = invitationList(store, { [`=${wireName(store, 'FB_FLAG')}`]: flag })
  return listOf(mapOf(await portal.call(method, params)).items).map(item => readInvitation(store, item)).filter(({ test }) => test)
}

export interface TestOrder {
  survey: Survey
  me: { id: number, name: string }
  lang: Lang
  /** title of the record in the pipeline */
  title: string
  now: Date
  randomBytes: (length: number) => Uint8Array
}

/** How long the invitation of a survey that was never published is open, in days: its texts may say anything yet. */
const DRAFT_DAYS = 14

/**
 * An invitation without deal and client, for whoever tries the survey out: its answer is flagged as a test and counts nowhere.
 * One that is still open is used again.
 * @throws PortalError
 */
export async function testInvitation(portal: Portal, store: RecordStore, order: TestOrder): Promise<Invitation> {
  const { survey, me } = order
  const open = (await loadTests(portal, store))
    .find(invitation => invitation.askedBy === me.id && invitation.survey === survey.id && invitation.dealId === null && isOpen(invitation, order.now))
  if (open) return open
  const at = order.now.toISOString()
  const { item } = await portal.call<{ item: unknown }>('crm.item.add', {
    entityTypeId: store.entityTypeId,
    fields: {
      title: order.title,
      categoryId: store.invitationCategoryId,
      stageId: store.invitationStages.open,
      assignedById: me.id,
      ...toWire(store, {
        FB_TOKEN: newToken(order.randomBytes), FB_BY: 'duty', FB_SURVEY: survey.id, FB_VERSION: survey.published?.version ?? 0, FB_CHANNEL: 'link',
        FB_STATE: 'sent', FB_ASKED_BY: me.id, FB_SENT_AT: at, FB_EXPIRES_AT: addDays(at, survey.published?.content.expiresAfterDays ?? DRAFT_DAYS),
        FB_LANG: order.lang, FB_FLAG: 'test'
      })
    }
  })
  return readInvitation(store, item)
}

/** The link of an invitation. @throws PortalError 'formNotConnected' */
export function linkOf(portal: Portal, survey: Survey, invitation: Invitation, base: string): string {
  if (!survey.form) throw new PortalError('formNotConnected')
  return formatLink(base, {
    portal: new URL(portal.context.origin).host, formId: survey.form.id, sec: survey.form.sec, invitationId: String(invitation.id), token: invitation.token,
    expires: Math.floor(Date.parse(invitation.expiresAt ?? '') / 1000), score: null, lang: invitation.lang || null
  })
}

/** The newest answer that came with the invitation's token; null as long as there is none. @throws PortalError */
export async function answerTo(portal: Portal, store: RecordStore, { token }: Pick<Invitation, 'token'>): Promise<Answer | null> {
  const { method, params } = answerList(store, { [`=${wireName(store, 'FB_TOKEN')}`]: token })
  // A filter that the portal does not understand finds anything: compare again.
  return listOf(mapOf(await portal.call(method, params)).items).map(item => readAnswer(store, item)).find(answer => answer.token === token) ?? null
}
