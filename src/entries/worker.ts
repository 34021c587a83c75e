import { onDuty, DUTY_PAUSE_MS } from '@/answer/duty'
import { PortalError } from '@/portal/errors'
import { openFrame } from '@/portal/frame'
import { parseSettings } from '@/portal/settings-store'

/**
 * The hidden frame that the portal opens on every page of the duty person. No Vue, no texts: it must answer quickly and be small.
 * A failure is left to the next page or the next round; the overview shows answers that wait too long.
 */
async function work(): Promise<void> {
  const portal = await openFrame()
  const { store, duty } = parseSettings(portal.context.appOptions)
  if (!portal.context.isInstalled || store === null || duty === null) return
  const round = (): Promise<unknown> => onDuty(portal, store).catch(giveUpUntilNextRound)
  await round()
  setInterval(() => void round(), DUTY_PAUSE_MS)
}

function giveUpUntilNextRound(error: unknown): void {
  if (!(error instanceof PortalError)) throw error
}

void work().catch(giveUpUntilNextRound)
