/**
 * The fixed fields of the record store and of the native cards. Made once at installation, never per question.
 * Lists carry explicit XML_IDs: forms see ids, workflows see XML_IDs.
 */

export type FieldType = 'string' | 'text' | 'integer' | 'double' | 'boolean' | 'date' | 'datetime' | 'money' | 'employee' | 'enumeration'

export interface FieldSpec {
  type: FieldType
  /** XML_IDs of a list, in order */
  values?: readonly string[]
  multiple?: boolean
}

const CHANNELS = ['email', 'sms', 'chat', 'link', 'qr', 'embed', 'phone', 'import'] as const
const STATES = ['to_send', 'sending', 'sent', 'failed', 'skipped', 'expired', 'cancelled'] as const
const GROUPS = ['high', 'middle', 'low'] as const
const FLAGS = ['test', 'repeat', 'unmatched', 'late', 'invalid', 'import', 'optout', 'callback', 'shared'] as const

/** Fields of the smart process (invitations and answers share the type). */
export const RECORD_FIELDS = {
  FB_TOKEN: { type: 'string' },
  FB_INVITATION: { type: 'string' },
  FB_SUBMISSION: { type: 'string' },
  FB_BY: { type: 'string' },
  FB_LEDGER: { type: 'text' },
  FB_SURVEY: { type: 'string' },
  FB_VERSION: { type: 'integer' },
  FB_CHANNEL: { type: 'enumeration', values: CHANNELS },
  FB_STATE: { type: 'enumeration', values: STATES },
  FB_WHY: { type: 'string' },
  FB_ASKED_BY: { type: 'employee' },
  FB_SENT_AT: { type: 'datetime' },
  FB_EXPIRES_AT: { type: 'datetime' },
  FB_REMINDERS: { type: 'integer' },
  FB_NPS: { type: 'string' },
  FB_CSAT: { type: 'string' },
  FB_CES: { type: 'string' },
  FB_STARS: { type: 'string' },
  FB_VALUE: { type: 'integer' },
  FB_SCORE: { type: 'double' },
  FB_COEFFICIENT: { type: 'double' },
  FB_GROUP: { type: 'enumeration', values: GROUPS },
  FB_COMMENT: { type: 'text' },
  FB_ANSWERS: { type: 'text' },
  FB_LANG: { type: 'string' },
  FB_FLAG: { type: 'enumeration', values: FLAGS },
  FB_DEAL: { type: 'integer' },
  FB_STAGE: { type: 'string' },
  FB_SUM: { type: 'money' },
  FB_SNAP1: { type: 'string' },
  FB_SNAP2: { type: 'string' },
  FB_SNAP3: { type: 'string' },
  FB_SNAP4: { type: 'string' },
  FB_SNAP5: { type: 'string' },
  FB_CAUSE: { type: 'string' },
  FB_DONE_AT: { type: 'datetime' },
  FB_ASK_AGAIN: { type: 'boolean' },
  FB_TAGS: { type: 'enumeration', values: [], multiple: true }
} as const satisfies Record<string, FieldSpec>

/** Native fields on deal, contact and company: CRM lists, filters and robots work without the app. */
export const NATIVE_FIELDS = {
  FB_LAST_SCORE: { type: 'double' },
  FB_LAST_GROUP: { type: 'enumeration', values: GROUPS },
  FB_LAST_AT: { type: 'datetime' },
  /** the language to ask in, as people and robots write it: ru, es, kk-KZ */
  FB_ASK_LANG: { type: 'string' }
} as const satisfies Record<string, FieldSpec>

/** Fatigue and consent: contact and company only. */
export const CONSENT_FIELDS = {
  FB_NOT_BEFORE: { type: 'date' },
  FB_OPT_OUT: { type: 'boolean' }
} as const satisfies Record<string, FieldSpec>

export type RecordField = keyof typeof RECORD_FIELDS
export type NativeField = keyof typeof NATIVE_FIELDS | keyof typeof CONSENT_FIELDS

export const DEAL = 2
export const CONTACT = 3
export const COMPANY = 4
export type NativeType = typeof DEAL | typeof CONTACT | typeof COMPANY

/** Which native fields a CRM type carries. */
export function nativeFieldsOf(type: NativeType): Record<string, FieldSpec> {
  return type === DEAL ? NATIVE_FIELDS : { ...NATIVE_FIELDS, ...CONSENT_FIELDS }
}
