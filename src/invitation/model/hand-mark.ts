/** How somebody said what a colleague writes down. */
export const HAND_WAYS = ['phone', 'person'] as const
export type HandWay = typeof HAND_WAYS[number]

/** Who entered an answer by hand, and when and how it was said. */
export interface HandMark {
  way: HandWay
  userId: number
  /** ISO 8601, whole seconds */
  at: string
}

/**
 * FB_SUBMISSION of what is entered by hand. It is the key of this filling-in, and the one field that the handling leaves as it is: so it also says who
 * did it, when and how. Only an answer over the channel `phone` is read so: a customer can post any text there, but no channel.
 * @param key of this filling-in, a–z0–9
 */
export function handSubmission({ way, userId, at }: HandMark, key: string): string {
  return `${way}.${userId}.${Math.floor(Date.parse(at) / 1000)}.${key}`
}

/** @returns null for every other filling-in */
export function readHandMark(submission: string): HandMark | null {
  const found = /^(phone|person)\.(\d{1,10})\.(\d{1,11})\.[a-z0-9]+$/.exec(submission)
  if (!found) return null
  const [, way, userId, seconds] = found
  return { way: way as HandWay, userId: Number(userId), at: new Date(Number(seconds) * 1000).toISOString() }
}
