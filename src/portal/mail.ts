import type { Command } from './client'

/** ORIGINATOR_ID of every mail activity that the app makes. */
const ORIGINATOR = 'feedback'

export interface OutgoingMail {
  /** card that the mail stands in */
  owner: { entityTypeId: number, id: number }
  /** without a client: an address that the CRM does not know */
  to: { email: string, entityTypeId?: number, id?: number }
  /** without an address the portal takes the sender's mailbox */
  from: { id: number, name: string, email: string }
  subject: string
  html: string
  /** ORIGIN_ID: ours, one for each mail; found again before anything is sent twice */
  origin: string
  /** ISO 8601 */
  at: string
}

/**
 * Writes a mail into a card and sends it: TYPE_ID 4, DIRECTION 2 and COMPLETED Y together do that.
 * Source: tutorials/crm/how-to-add-crm-objects/how-to-send-email. When the portal does not send it, its activity stays behind.
 */
export function sendMail({ owner, to, from, subject, html, origin, at }: OutgoingMail): Command {
  return {
    method: 'crm.activity.add',
    params: {
      fields: {
        OWNER_TYPE_ID: owner.entityTypeId,
        OWNER_ID: owner.id,
        TYPE_ID: 4,
        DIRECTION: 2,
        COMPLETED: 'Y',
        SUBJECT: subject,
        DESCRIPTION: html,
        DESCRIPTION_TYPE: 3,
        RESPONSIBLE_ID: from.id,
        COMMUNICATIONS: [{ VALUE: to.email, ...(to.id ? { ENTITY_ID: to.id, ENTITY_TYPE_ID: to.entityTypeId } : {}) }],
        START_TIME: at,
        END_TIME: at,
        SETTINGS: { ...(from.email ? { MESSAGE_FROM: from.name ? `${from.name} <${from.email}>` : from.email } : {}), DISABLE_SENDING_MESSAGE_COPY: 'Y' },
        ORIGINATOR_ID: ORIGINATOR,
        ORIGIN_ID: origin
      }
    }
  }
}

/** Mails with this ORIGIN_ID; rows have an `ID`. */
export function mailsWith(origin: string): Command {
  return { method: 'crm.activity.list', params: { filter: { ORIGINATOR_ID: ORIGINATOR, ORIGIN_ID: origin }, select: ['ID'] } }
}
