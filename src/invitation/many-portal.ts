import { BATCH_LIMIT } from '@/portal/batch-command'
import { partsOf } from '@/invitation/model/campaign'
import type { SendTools } from '@/invitation/sending'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'

/** How hundreds of requests are made: with patience, and so that each may be lost. */

/** Looks after a lost reply, and the pause before each in milliseconds, as with one invitation. */
export const LOOKS = 3
export const PAUSE = 1500

/** Pauses when the portal asks for patience, in milliseconds: requests too quick, operating time used up. */
const PATIENCE = { overloaded: 10_000, limitReached: 60_000 } as const
const MOST_PAUSES = 60

export interface ManySteer {
  /** asked before every request that sends: what is in the portal stays there and can be gone on with */
  paused: () => boolean
  told: (progress: ManyProgress) => void
}

export interface ManyProgress {
  /** writing invitations, sending, waiting because the portal wants it, waiting until a delivery that was lost must be over */
  step: 'writing' | 'sending' | 'waiting' | 'settling'
  done: number
  of: number
}

type Wait = Pick<SendTools, 'wait'>

/**
 * A portal that is asked again for as long as it wants to be left alone: it has executed nothing then. What else goes wrong is thrown at once; so is
 * this when a person pauses meanwhile.
 */
export function patientPortal(portal: Portal, { wait }: Wait, { paused, told }: ManySteer): Portal {
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let pauses = 0; ; pauses++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof PortalError) || !isPatience(error) || pauses === MOST_PAUSES || paused()) throw error
        await waitOut(error, { wait }, { told })
      }
    }
  }
  return {
    context: portal.context,
    call: (method, params) => patiently(() => portal.call(method, params)),
    batch: (commands, options) => patiently(async () => {
      const outcomes = await portal.batch(commands, options)
      const first = Object.values<Outcome<unknown>>(outcomes)[0]
      // the others have not been run
      if (options?.halt && first?.ok === false && isPatience(first.error)) throw first.error
      return outcomes
    })
  }
}

export async function waitOut({ code }: PortalError, { wait }: Wait, { told }: Pick<ManySteer, 'told'>): Promise<void> {
  told({ step: 'waiting', done: 0, of: 0 })
  await wait(code === 'limitReached' ? PATIENCE.limitReached : PATIENCE.overloaded)
}

export type Outcomes = Record<string, Outcome<unknown> | undefined>

export const isNotRun = (error: PortalError): boolean => error.code === 'notRun'
export const isPatience = (error: PortalError): boolean => error.executed === 'no' && (error.code === 'overloaded' || error.code === 'limitReached')
/** Asking again would be refused again. */
export const isFinal = (error: PortalError): boolean => error.executed === 'no' && !error.retryable && !isNotRun(error) && !isPatience(error)

/** @returns null when no reply arrived and the portal may have executed it. @throws PortalError of a request that was not executed */
export async function attemptBatch(portal: Portal, commands: Record<string, Command>, halt = false): Promise<Outcomes | null> {
  try {
    return await portal.batch<Record<string, unknown>>(commands, { halt })
  } catch (error) {
    if (!(error instanceof PortalError) || error.executed === 'no') throw error
    return null
  }
}

/** Commands that do the same when they are executed again. Who may not write a card leaves it as it is. @throws PortalError after some attempts */
export async function writeAgain(portal: Portal, commands: Record<string, Command>, { wait }: Wait): Promise<void> {
  for (const part of partsOf(Object.entries(commands), BATCH_LIMIT)) {
    let left = part
    for (let attempt = 1; left.length > 0; attempt++) {
      const outcomes = await attemptBatch(portal, Object.fromEntries(left))
      left = left.filter(([name]) => {
        const outcome = outcomes?.[name]
        return !outcome || (!outcome.ok && !isFinal(outcome.error))
      })
      if (left.length === 0) break
      if (attempt > LOOKS) throw replyLost()
      await wait(PAUSE)
    }
  }
}

export const replyLost = (): PortalError => new PortalError('replyLost', { executed: 'unknown', retryable: true })
