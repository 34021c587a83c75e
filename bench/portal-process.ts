import type { RecordStore } from '@/portal/record-store'
import { MANAGER, openScene } from './scene'

/** What whoever started this process has to know. */
export interface PortalFacts {
  portalUrl: string
  /** host of the built app */
  appUrl: string
  /** access token of somebody who sees everything */
  auth: string
  /** incoming webhook of the same person, for the SDK */
  webhook: { userId: number; secret: string }
  store: RecordStore
  /** milliseconds: the portal's clock */
  now: number
}

/*
 * A demo portal in a process of its own, so that its work neither blocks nor slows the one that is measured:
 * fork(…, [answers, latency in ms]); sends its facts when it is ready, switches its latency when sent a number, lets ten minutes pass when sent 'later' (the
 * operating time of what was read is free again), ends with its parent.
 */
const TEN_MINUTES = 600_000

const { demo, store } = await openScene(Number(process.argv[2]))
demo.portal.switches.latency = Number(process.argv[3])
process.on('message', (message: number | 'later') => {
  if (message === 'later') demo.portal.advance(TEN_MINUTES)
  else demo.portal.switches.latency = message
})
process.on('disconnect', () => { void demo.close() })
const facts: PortalFacts = {
  portalUrl: demo.portalUrl, appUrl: demo.appUrl, auth: demo.portal.issueToken(MANAGER).AUTH_ID,
  webhook: { userId: MANAGER, secret: demo.portal.webhookSecret }, store,
  now: demo.portal.now().getTime()
}
process.send?.(facts)
