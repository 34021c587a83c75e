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
  'planWithoutRest', 'planWithoutSmartProcesses', 'pipelineLimit',
  // installation
  'notAdministrator', 'storeIncomplete', 'formNotConnected', 'formNotActive', 'formMismatch', 'formNotMade',
  // settings
  'surveyUnreadable', 'surveyNewer', 'surveyTooLarge', 'surveyChangedMeanwhile', 'noActiveSurvey', 'surveyStopped', 'surveyRepublished',
  // the portal's processes
  'planWithoutProcesses', 'processesNotAllowed', 'processRefused', 'processesInUse',
  // asking
  'noEmail', 'invalidEmail', 'noMailbox', 'mailboxFull', 'senderRefused', 'mailFailed', 'mailUnconfirmed', 'chatRefused', 'chatUnconfirmed', 'askedRecently', 'optedOut', 'alreadyInvited', 'dealMissing', 'noClient', 'notChecked',
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

/** Codes of the portal, in upper case, whose meaning does not follow from their shape (documentation: error sections and system errors). */
const BY_REST_CODE: Readonly<Record<string, ErrorCode>> = {
  ERROR_METHOD_NOT_FOUND: 'methodMissing',
  EXPIRED_TOKEN: 'sessionExpired',
  INVALID_TOKEN: 'sessionExpired',
  NO_AUTH_FOUND: 'sessionExpired',
  JSSDK_FRAME_REFRESH_AUTH_TIMEOUT: 'sessionExpired',
  QUERY_LIMIT_EXCEEDED: 'overloaded',
  OVERLOAD_LIMIT: 'overloaded',
  OPERATION_TIME_LIMIT: 'limitReached',
  CREATE_DYNAMIC_TYPE_RESTRICTED: 'planWithoutSmartProcesses',
  UPDATE_DYNAMIC_TYPE_RESTRICTED: 'planWithoutSmartProcesses',
  CREATE_DYNAMIC_ITEM_RESTRICTED: 'planWithoutSmartProcesses',
  UPDATE_DYNAMIC_ITEM_RESTRICTED: 'planWithoutSmartProcesses',
  INSUFFICIENT_SCOPE: 'noRight',
  USER_ACCESS_ERROR: 'noRight',
  INVALID_CREDENTIALS: 'noRight',
  ACCESSEXCEPTION: 'noRight',
  ALLOWED_ONLY_INTRANET_USER: 'noRight',
  WRONG_AUTH_TYPE: 'noRight',
  METHOD_CONFIRM_WAITING: 'noRight',
  METHOD_CONFIRM_DENIED: 'noRight',
  CANCELED: 'chatRefused',
  CHAT_NOT_IN_CRM: 'chatRefused',
  INTERNAL_SERVER_ERROR: 'portalFailed',
  ERROR_UNEXPECTED_ANSWER: 'portalFailed',
  PORTAL_DELETED: 'portalFailed'
}

/** What a code or its description says; the first that matches wins. Some methods put the sentence into the code itself. */
const BY_WORDING: readonly (readonly [RegExp, ErrorCode])[] = [
  [/"From" is not found/i, 'noMailbox'],
  [/Invalid email is specified|"To" is not found/i, 'invalidEmail'],
  [/Email send error/i, 'mailFailed'],
  [/access[ _]?denied|access_error|permissions? required|authorization required|action on the task is not allowed/i, 'noRight'],
  [/not[ _]?found/i, 'notFound']
]

/**
 * Catalogue code for an error that the portal itself reported.
 *
 * @param rest `error` of the reply; empty, '0' or a sentence with some older methods
 * @param status HTTP status; 200 for a command of a batch, because the batch itself went well
 * @param description `error_description` of the reply
 * @returns never 'unexpected': what we do not know is a refused request, or a failure of the portal from 500 on
 */
export function mapRestError(rest: string, status: number, description = ''): ErrorCode {
  const words = `${rest} ${description}`
  if (/commercial plans/i.test(words)) return 'planWithoutRest'
  const known = BY_REST_CODE[rest.toUpperCase()]
  if (known) return known
  const worded = BY_WORDING.find(([pattern]) => pattern.test(words))
  if (worded) return worded[1]
  if (status === 401) return 'sessionExpired'
  if (status === 403) return 'noRight'
  if (status === 404) return 'notFound'
  if (status === 429) return 'limitReached'
  if (status === 503) return 'overloaded'
  return status >= 500 ? 'portalFailed' : 'badRequest'
}

const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['offline', 'unreachable', 'replyLost', 'timeout', 'overloaded', 'limitReached', 'portalFailed'])
/** The portal did not send a mail; the activity that it wrote before stays. */
export const MAIL_REFUSED: ReadonlySet<ErrorCode> = new Set(['noMailbox', 'senderRefused', 'invalidEmail', 'mailFailed'])

/**
 * Error that the portal reported for one call.
 * Mail errors come after the activity was written (crm.activity.add, "Email send error…"): `executed` is 'unknown' for them.
 *
 * @param readOnly the method changes nothing, so repeating it is always safe
 */
export function restError(
  reply: { code: string, description?: string | undefined, status: number },
  method: string,
  readOnly: boolean
): PortalError {
  const code = mapRestError(reply.code, reply.status, reply.description)
  const executed = !readOnly && (code === 'portalFailed' || MAIL_REFUSED.has(code)) ? 'unknown' : 'no'
  return new PortalError(code, {
    rest: reply.code, status: reply.status, method, executed,
    retryable: TRANSIENT.has(code) && executed === 'no' && reply.code !== 'OVERLOAD_LIMIT',
    ...(reply.description ? { detail: reply.description } : {})
  })
}
