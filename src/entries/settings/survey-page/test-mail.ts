import { invitationMail } from '@/invitation/model/mail'
import type { Invitation } from '@/invitation/model/invitation'
import { fixedSender, senderOf } from '@/invitation/model/sender'
import type { Portal } from '@/portal/client'
import { MAIL_REFUSED, PortalError } from '@/portal/errors'
import { mailsWith, sendMail } from '@/portal/mail'
import type { RecordStore } from '@/portal/record-store'
import { cutText } from '@/survey/model/cut-text'
import { escapeHtml } from '@/survey/model/html'
import type { SurveyContent } from '@/survey/model/survey'
import { testInvitation, type TestOrder } from '../try-it/test-invitation'

export interface TestMailOrder extends TestOrder {
  /** what the mail says: published or not */
  content: SurveyContent
  me: { id: number, name: string, email: string }
  to: string
  /** base address of links, with trailing slash */
  base: string
  /** the deal that the texts name */
  deal: string
  /** before the subject */
  mark: string
  /** above the mail: what of it works */
  note: string
}

/** Longest subject; the mark counts. */
const SUBJECT_LIMIT = 200

const NOTE = 'margin:0 auto 20px;max-width:528px;padding:12px 16px;border:1px dashed #8a94a0;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#1f2933;'

/**
 * Sends somebody of the company the mail that a customer would get, marked as a test. It stands in the record of a test invitation, not in a
 * deal: no customer's card shows it, and what is answered to its link is flagged. A survey without a form has links that lead nowhere.
 *
 * The portal keeps the activity of a mail it could not send; it is removed.
 * @returns the test invitation
 * @throws PortalError of the catalogue; 'senderRefused' when the mailbox is one of the survey's own
 */
export async function sendTestMail(portal: Portal, store: RecordStore, order: TestMailOrder): Promise<Invitation> {
  const { survey, content, me } = order
  const invitation = await testInvitation(portal, store, order)
  const mail = invitationMail(content, {
    portal: new URL(portal.context.origin).host, formId: survey.form?.id ?? 0, sec: survey.form?.sec ?? '0', invitationId: String(invitation.id),
    token: invitation.token, expires: Math.floor(Date.parse(invitation.expiresAt ?? '') / 1000) || 0
  }, order.base, order.lang, { client: me.name, deal: order.deal, responsible: me.name, company: content.company })
  // A second test is a second mail: only the same press must not send twice, and that waits for its reply.
  const origin = `${invitation.token}/test-${order.now.getTime()}`
  const { method, params } = sendMail({
    owner: { entityTypeId: store.entityTypeId, id: invitation.id },
    to: { email: order.to },
    from: { id: me.id, ...senderOf(content, me) },
    subject: cutText(`${order.mark} ${mail.subject}`, SUBJECT_LIMIT),
    html: `<p style="${NOTE}">${escapeHtml(order.note)}</p>\n${mail.html}`,
    origin,
    at: order.now.toISOString()
  })
  try {
    await portal.call(method, params)
  } catch (error) {
    if (!(error instanceof PortalError) || !MAIL_REFUSED.has(error.code)) throw error
    const left = mailsWith(origin)
    for (const { ID } of await portal.call<{ ID: string }[]>(left.method, left.params)) await portal.call('crm.activity.delete', { id: Number(ID) })
    const sender = fixedSender(content)
    throw sender === null ? error : new PortalError('senderRefused', { detail: `${sender.email}: ${error.detail ?? ''}`, method })
  }
  return invitation
}
