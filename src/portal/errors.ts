/**
 * The catalogue of everything that can go wrong. Each code has two texts in `src/ui/locales`:
 * `errors.<code>.what` (what happened) and `errors.<code>.todo` (what to do).
 */
export const ERROR_CODES = [
  // the frame
  'notInPortal', 'portalSilent', 'notInstalled', 'offline',
  // the request
  'unreachable', 'replyLost', 'timeout', 'overloaded', 'limitReached', 'sessionExpired', 'noRight', 'notFound', 'badRequest', 'methodMissing', 'notRun', 'portalFailed', 'unreadable',
  // the plan of the portal
  'planWithoutRest', 'planWithoutSmartProcesses',
  // installation
  'notAdministrator', 'storeIncomplete', 'formNotConnected', 'formNotActive', 'formMismatch', 'formNotMade',
  // settings
  'surveyUnreadable', 'surveyNewer', 'surveyTooLarge', 'surveyChangedMeanwhile', 'noActiveSurvey',
  // asking
  'noEmail', 'invalidEmail', 'noMailbox', 'mailFailed', 'mailUnconfirmed', 'askedRecently', 'optedOut', 'alreadyInvited', 'dealMissing', 'noClient', 'notChecked',
  // anything we did not foresee; the technical text is shown beside it
  'unexpected'
] as const

export type ErrorCode = typeof ERROR_CODES[number]

export interface PortalErrorFacts {
  /** code that the portal sent */
  rest?: string
  status?: number
  method?: string
  /** the same call may be repeated safely and could succeed */
  retryable?: boolean
  /** 'unknown': the portal may have executed the call although no reply arrived */
  executed?: 'no' | 'unknown'
  /** technical text of the portal, for the detail line; never the main message */
  detail?: string
}

/** The only error that leaves `portal/`. */
export class PortalError extends Error {
  readonly code: ErrorCode
  readonly rest: string | undefined
  readonly status: number | undefined
  readonly method: string | undefined
  readonly retryable: boolean
  readonly executed: 'no' | 'unknown'
  readonly detail: string | undefined

  constructor(code: ErrorCode, facts: PortalErrorFacts = {}) {
    super(facts.detail ? `${code}: ${facts.detail}` : code)
    this.name = 'PortalError'
    this.code = code
    this.rest = facts.rest
    this.status = facts.status
    this.method = facts.method
    this.retryable = facts.retryable ?? false
    this.executed = facts.executed ?? 'no'
    this.detail = facts.detail
  }
}
