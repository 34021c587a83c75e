/** The basic alphabet of phones, and what takes two places in it (3GPP TS 23.038, 6.2.1 and 6.2.1.1). */
const BASIC = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà')
const EXTENDED = new Set('^{}\\[~]|€')

/** What fits into one message, and into each of several. */
const PLACES = { basic: [160, 153], unicode: [70, 67] } as const

export interface SmsLength {
  characters: number
  /** messages that the provider counts */
  segments: number
}

/** How long a text message is. Any letter outside the basic alphabet – Cyrillic, emoji – makes all of them count double. */
export function smsLength(text: string): SmsLength {
  const signs = [...text]
  const isBasic = signs.every(sign => BASIC.has(sign) || EXTENDED.has(sign))
  const places = isBasic ? signs.reduce((sum, sign) => sum + (EXTENDED.has(sign) ? 2 : 1), 0) : text.length
  const [one, each] = PLACES[isBasic ? 'basic' : 'unicode']
  return { characters: signs.length, segments: places === 0 ? 0 : places <= one ? 1 : Math.ceil(places / each) }
}
