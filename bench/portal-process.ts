import type { RecordStore } from '@/portal/record-store'
import { MANAGER, openScene } from './scene'

/** What whoever started this process has to know. */
export interface PortalFacts {
  portalUrl: string
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
 * fork(…, [answers, latency in ms]); sends its facts when it is ready, switches its latency when sent a number, ends with its parent.
 */
const { demo, store } = await openScene(Number(process.argv[2]))
demo.portal.switches.latency = Number(process.argv[3])
process.on('message', (latency: number) => { demo.portal.switches.latency = latency })
process.on('disconnect', () => { void demo.close() })
const facts: PortalFacts = {
  portalUrl: demo.portalUrl, auth: demo.portal.issueToken(MANAGER).AUTH_ID, webhook: { userId: MANAGER, secret: demo.portal.webhookSecret }, store,
  now: demo.portal.now().getTime()
}
process.send?.(facts)
