import type { Portal } from './client'

/** The portal's clock, as its replies tell it: a computer whose own clock is wrong must not send too early or too late. */
export interface PortalClock {
  now: () => Date
  /** minutes that the portal's clock is ahead of UTC */
  offset: number
}

interface Heard {
  /** milliseconds that the portal's clock is ahead of this computer's */
  ahead: number
  offset: number
}

const heard = new WeakMap<Portal, Heard>()

const OFFSET = /([+-])(\d{2}):?(\d{2})$/

/**
 * Remembers what a reply says about the time. What is not understood changes nothing.
 * @param time `time` of a reply: `date_finish` is ISO 8601 with the portal's offset
 * @param received milliseconds of this computer's clock
 */
export function hearTime(portal: Portal, time: unknown, received: number): void {
  if (typeof time !== 'object' || time === null) return
  const text = String((time as Record<string, unknown>).date_finish ?? '')
  const moment = Date.parse(text)
  if (Number.isNaN(moment)) return
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? []
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1)
  heard.set(portal, { ahead: moment - received, offset })
}

/** Before the first reply it is this computer's clock: nothing has been asked or sent by then. */
export function clockOf(portal: Portal): PortalClock {
  const known = heard.get(portal)
  return {
    now: () => new Date(Date.now() + (heard.get(portal)?.ahead ?? 0)),
    offset: known?.offset ?? -new Date().getTimezoneOffset()
  }
}
