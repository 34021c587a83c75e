import type { PlaceKind } from '@/survey/model/invitation-link'
import type { Channel } from '@/survey/model/survey'

/**
 * A link for a place instead of a person: kept as an invitation without a client that is answered any number of times. Never sent, so it is in no
 * response rate, and nobody has been asked with it.
 */

/** What is made of it: a link to be put anywhere, a code on a poster, a device for everybody, a frame in a site. */
export const SHARED_KINDS = ['link', 'qr', 'kiosk', 'embed'] as const
export type SharedKind = typeof SHARED_KINDS[number]

export interface SharedLink {
  id: number
  token: string
  survey: string
  kind: SharedKind
  /** of the place */
  name: string
  lang: string
  /** ISO 8601 */
  createdAt: string
  expiresAt: string
  /** what arrives over it counts as late */
  closed: boolean
}

/** What FB_CHANNEL says; a kiosk is one more device that opens a link. */
export const CHANNEL_OF = { link: 'link', qr: 'qr', kiosk: 'link', embed: 'embed' } as const satisfies Record<SharedKind, Channel>

export const PLACE_OF = { link: 'shared', qr: 'shared', kiosk: 'kiosk', embed: 'embed' } as const satisfies Record<SharedKind, PlaceKind>

const WHY = 'place.'

/** FB_WHY of a shared link: the channel alone does not tell a kiosk. */
export const whyOf = (kind: SharedKind): string => `${WHY}${kind}`

/** Kind of a shared link; one that says nothing known is a link. */
export function kindIn(why: string): SharedKind {
  return SHARED_KINDS.find(kind => whyOf(kind) === why) ?? 'link'
}

/** Posters and sites last long: in days. */
export const SHARED_FOR_DAYS = 20 * 365

export const PLACE_NAME_LIMIT = 100
