import { describe, expect, it } from 'vitest'
import { ERROR_CODES, mapRestError, PortalError, restError } from './errors'

/** Error codes that the documentation of the methods we call names, with the status and text it gives (August 2026). */
const DOCUMENTED: [code: string, status: number, text: string, expected: string][] = [
  // system errors
  ['INTERNAL_SERVER_ERROR', 500, 'Internal server error', 'portalFailed'],
  ['ERROR_UNEXPECTED_ANSWER', 500, 'Server returned an unexpected response', 'portalFailed'],
  ['PORTAL_DELETED', 500, 'Portal was deleted', 'portalFailed'],
  ['QUERY_LIMIT_EXCEEDED', 503, 'Too many requests', 'overloaded'],
  ['OVERLOAD_LIMIT', 503, 'REST API is blocked due to overload', 'overloaded'],
  ['OPERATION_TIME_LIMIT', 429, '', 'limitReached'],
  ['ERROR_BATCH_METHOD_NOT_ALLOWED', 405, 'Method is not allowed for batch usage', 'badRequest'],
  ['ERROR_BATCH_LENGTH_EXCEEDED', 400, 'Max batch length exceeded', 'badRequest'],
  ['NO_AUTH_FOUND', 401, 'Wrong authorization data', 'sessionExpired'],
  ['expired_token', 401, 'The access token provided has expired', 'sessionExpired'],
  ['invalid_token', 401, '', 'sessionExpired'],
  ['INVALID_REQUEST', 400, 'Https required', 'badRequest'],
  ['ACCESS_DENIED', 403, 'REST API is available only on commercial plans', 'planWithoutRest'],
  ['INVALID_CREDENTIALS', 403, 'Invalid request credentials', 'noRight'],
  ['insufficient_scope', 403, 'The request requires higher privileges than provided by the webhook token', 'noRight'],
  ['user_access_error', 403, 'The user does not have access to the application', 'noRight'],
  ['METHOD_CONFIRM_WAITING', 401, '', 'noRight'],
  ['METHOD_CONFIRM_DENIED', 403, '', 'noRight'],
  ['ERROR_METHOD_NOT_FOUND', 404, 'Method not found!', 'methodMissing'],
  // CRM
  ['ACCESS_DENIED', 400, 'Access denied', 'noRight'],
  ['Access denied', 400, '', 'noRight'],
  ['Admin permissions required', 400, '', 'noRight'],
  ['allowed_only_intranet_user', 403, '', 'noRight'],
  ['NOT_FOUND', 400, 'Element not found', 'notFound'],
  ['OWNER_NOT_FOUND', 400, '', 'notFound'],
  ['Activity is not found', 400, '', 'notFound'],
  ['0', 400, 'Access denied', 'noRight'],
  ['0', 400, '', 'badRequest'],
  ['100', 400, 'Could not find value for parameter {fields}', 'badRequest'],
  ['400', 400, 'The field ENTITY_ID is required', 'badRequest'],
  ['ERROR_CORE', 400, 'Not found', 'notFound'],
  ['ERROR_CORE', 400, 'The field is not filled', 'badRequest'],
  ['INVALID_ARG_VALUE', 400, "Invalid filter: field 'x' is not allowed in filter", 'badRequest'],
  ['CRM_FIELD_ERROR_VALUE_NOT_VALID', 400, '', 'badRequest'],
  ['BX_ERROR', 400, '', 'badRequest'],
  ['ENTITY_TYPE_NOT_SUPPORTED', 400, '', 'badRequest'],
  ['CREATE_DYNAMIC_TYPE_RESTRICTED', 400, '', 'planWithoutSmartProcesses'],
  ['UPDATE_DYNAMIC_TYPE_RESTRICTED', 400, '', 'planWithoutSmartProcesses'],
  ['CREATE_DYNAMIC_ITEM_RESTRICTED', 400, '', 'planWithoutSmartProcesses'],
  ['UPDATE_DYNAMIC_ITEM_RESTRICTED', 400, '', 'planWithoutSmartProcesses'],
  // mail
  ['Email send error. "From" is not found', 400, '', 'noMailbox'],
  ['', 400, 'Email send error. "From" is not found', 'noMailbox'],
  ['', 400, 'Email send error. "To" is not found', 'invalidEmail'],
  ['', 400, 'Email send error. Invalid email is specified', 'invalidEmail'],
  ['', 400, 'Email send error. General error', 'mailFailed'],
  ['Email send error. Failed to load module "subscribe"', 400, '', 'mailFailed'],
  // options, storages, placements
  ['AccessException', 400, 'Administrator authorization required', 'noRight'],
  ['ArgumentNullException', 400, 'options is empty', 'badRequest'],
  ['ERROR_ARGUMENT', 400, "Argument 'ENTITY' is null or empty", 'badRequest'],
  ['ERROR_ENTITY_NOT_FOUND', 400, 'Entity not found', 'notFound'],
  ['ERROR_ENTITY_ALREADY_EXISTS', 400, '', 'badRequest'],
  ['ERROR_ITEM_NOT_FOUND', 400, 'Item not found', 'notFound'],
  ['ERROR_PLACEMENT_MAX_COUNT', 400, '', 'badRequest'],
  ['WRONG_AUTH_TYPE', 403, '', 'noRight'],
  // people, notifications, tasks, workflows
  ['ACCESS_ERROR', 403, 'Only intranet users have access to this method', 'noRight'],
  ['ID_EMPTY', 400, "Department ID can't be empty", 'badRequest'],
  ['USER_ID_EMPTY', 400, '', 'badRequest'],
  ['MESSAGE_EMPTY', 400, '', 'badRequest'],
  ['ERROR_TEMPLATE_NOT_FOUND', 400, '', 'notFound'],
  ['ERROR_TEMPLATE_VALIDATION_FAILURE', 400, '', 'badRequest'],
  // no code at all, only a status
  ['ERR_BAD_REQUEST', 401, '', 'sessionExpired'],
  ['ERR_BAD_REQUEST', 403, '', 'noRight'],
  ['ERR_BAD_REQUEST', 404, '', 'notFound'],
  ['ERR_BAD_REQUEST', 429, '', 'limitReached'],
  ['ERR_BAD_RESPONSE', 503, '', 'overloaded'],
  ['ERR_BAD_RESPONSE', 500, '', 'portalFailed'],
  ['SOMETHING_NEW', 400, '', 'badRequest']
]

it.each(DOCUMENTED)('%s (%i %s) → %s', (code, status, text, expected) => {
  expect(mapRestError(code, status, text)).toBe(expected)
})

it.each(DOCUMENTED.filter(([, status]) => status === 400))('%s means the same as part of a batch, where its status is 200', (code, _status, text, expected) => {
  expect(mapRestError(code, 200, text)).toBe(expected)
})

describe('restError', () => {
  it.each([
    ['a mail error comes after the activity was written', { code: '', description: 'Email send error. General error', status: 400 }, false, 'unknown', false],
    ['a failure of the portal may come after a write', { code: 'INTERNAL_SERVER_ERROR', status: 500 }, false, 'unknown', false],
    ['a failure while reading is harmless', { code: 'INTERNAL_SERVER_ERROR', status: 500 }, true, 'no', true],
    ['too many requests', { code: 'QUERY_LIMIT_EXCEEDED', status: 503 }, false, 'no', true],
    ['a refusal will be the same next time', { code: 'ACCESS_DENIED', status: 403 }, true, 'no', false]
  ] as const)('%s', (_name, reply, readOnly, executed, retryable) => {
    const error = restError(reply, 'x.y', readOnly)
    expect([error.executed, error.retryable, error.rest, error.method]).toEqual([executed, retryable, reply.code, 'x.y'])
  })
})

it('keeps the portal\'s words for the detail line', () => {
  const error = new PortalError('noRight', { detail: 'Access denied' })
  expect([error.message, error.detail, error.executed, error.retryable]).toEqual(['noRight: Access denied', 'Access denied', 'no', false])
  expect(ERROR_CODES).toContain(error.code)
})
