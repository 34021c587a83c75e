import type { Interval } from '@/survey/model/score/interval'
import { Z95 } from '@/survey/model/score/normal'

/** A part of a whole that names its denominator. */
export interface Share {
  part: number
  whole: number
  /** 0 … 1, null when the whole is empty */
  share: number | null
  /** 95 %, 0 … 1 */
  interval: Interval | null
}

/**
 * A share with its 95 % Wilson score interval: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 * E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927) 209–212.
 * Nothing is claimed about an empty whole.
 * @param part 0 … whole
 */
export function shareOf(part: number, whole: number): Share {
  if (whole === 0) return { part, whole, share: null, interval: null }
  const share = part / whole
  const z2 = Z95 ** 2 / whole
  const centre = share + z2 / 2
  const half = Math.sqrt(z2 * (share * (1 - share) + z2 / 4))
  const from = (centre - half) / (1 + z2)
  // the formula gives exactly 1 here, the machine nearly
  const to = part === whole ? 1 : (centre + half) / (1 + z2)
  return { part, whole, share, interval: { from, to } }
}
