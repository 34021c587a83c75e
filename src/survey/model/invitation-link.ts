/**
 * The link of an invitation. Everything stands in the fragment, so that the token stays out of the logs of the host:
 * `survey.html#<portal>,<form id>,<sec>,<invitation>,<token>,<expires>[,<score>[,<lang>]]`
 * With `stop` in the place of the score it leads to the page that asks whether no more mail is wanted; with the kind of a place to a link that
 * stands there for everybody.
 */
export interface InvitationLink {
  /** host with port, e.g. acme.bitrix24.com */
  portal: string
  formId: number
  sec: string
  /** '' for a link that belongs to nobody (preview) */
  invitationId: string
  token: string
  /** seconds since 1970 */
  expires: number
  /** what the person pressed in the mail: pre-selected, never counted by itself */
  score: number | null
  lang: string | null
}

/** A link as it was opened. */
interface OpenedLink extends InvitationLink {
  /** a link of its own kind; null = one person's, for his answers */
  kind: typeof STOP | PlaceKind | null
}

const STOP = 'stop'

/**
 * Links that stand in a place and are answered by many. `shared`: opened by people on devices of their own; `embed`: in a page of somebody else's;
 * `kiosk`: on a device that everybody uses.
 */
export type PlaceKind = 'shared' | 'embed' | 'kiosk'

export const TOKEN_PATTERN = /^[a-z0-9]{32}$/

/** @param base address of the folder of `survey.html`, with the slash at its end */
export function formatLink(base: string, link: InvitationLink): string {
  return addressOf(base, link, link.score === null ? '' : String(link.score))
}

/** The link for those who want no more mail. @param base as above */
export function formatOptOutLink(base: string, link: Omit<InvitationLink, 'score'>): string {
  return addressOf(base, link, STOP)
}

/** The link of a place. @param base as above */
export function formatPlaceLink(base: string, link: Omit<InvitationLink, 'score'>, place: PlaceKind): string {
  return addressOf(base, link, place)
}

function addressOf(base: string, link: Omit<InvitationLink, 'score'>, score: string): string {
  const parts = [link.portal, link.formId, link.sec, link.invitationId, link.token, link.expires]
  if (score !== '' || link.lang) parts.push(score)
  if (link.lang) parts.push(link.lang)
  // A colon may stand in a fragment; left alone, the link has no % that a mail program could escape once more.
  return `${base}survey.html#${parts.map(part => encodeURIComponent(part).replaceAll('%3A', ':')).join(',')}`
}

/**
 * Reads the fragment, with or without the leading #. Tolerates what mail programs do to links: escaped once or twice,
 * parameters added behind the fragment, the punctuation of the sentence around it taken for a part of it.
 * @returns null when it cannot be one of ours.
 */
export function parseLink(fragment: string): OpenedLink | null {
  const text = decode(decode(fragment))?.replace(/^#/, '').replace(/[?&].*$/s, '').replace(/[^a-z0-9]+$/i, '')
  const parts = text?.split(',') ?? []
  if (parts.length < 6 || parts.length > 8) return null
  const [portal, formId, sec, invitationId, token, expires, score = '', lang = ''] = parts
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(portal!) || !/^\d{1,10}$/.test(formId!) || !/^[0-9a-z]{1,32}$/i.test(sec!)) return null
  if (!/^\d{0,12}$/.test(invitationId!) || !TOKEN_PATTERN.test(token!) || !/^\d{1,11}$/.test(expires!)) return null
  return {
    portal: portal!.toLowerCase(),
    formId: Number(formId),
    sec: sec!,
    invitationId: invitationId!,
    token: token!,
    expires: Number(expires),
    score: /^\d{1,2}$/.test(score) ? Number(score) : null,
    lang: /^[a-z]{2,3}(-[a-z]{2,4})?$/i.test(lang) ? lang.toLowerCase() : null,
    kind: score === STOP || score === 'shared' || score === 'embed' || score === 'kiosk' ? score : null
  }
}

function decode(text: string | null): string | null {
  try {
    return text === null ? null : decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
