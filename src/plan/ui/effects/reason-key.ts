/** Message of the reason why something was not done: a ledger holds reasons of the plan and codes of the error catalogue. */
export function reasonKey(reason: string, has: (key: string) => boolean): string {
  const own = `effects.reason.${reason}`
  if (has(own)) return own
  return has(`errors.${reason}.what`) ? `errors.${reason}.what` : 'errors.unexpected.what'
}
