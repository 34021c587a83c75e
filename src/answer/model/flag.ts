import { ANSWER_FLAGS } from '@/plan/model/effects'

/** What may be odd about an answer. `other`: a flag that this version of the app does not know. It is never taken for none, which would count the answer. */
export const READ_FLAGS = [...ANSWER_FLAGS, 'other'] as const
export type ReadFlag = typeof READ_FLAGS[number]

/**
 * The flag of a record.
 * @param read XML_ID of the list value, null when there is none or the installation does not know it
 * @param sent the field as the portal sends it: id of a list value, or something empty
 */
export function readFlag(read: string | null, sent: unknown): ReadFlag | null {
  return READ_FLAGS.find(flag => flag === read) ?? (read !== null || Number(sent) > 0 ? 'other' : null)
}
