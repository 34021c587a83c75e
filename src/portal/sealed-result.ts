/*
 * The SDK writes the result of every reply as text, for a log that may not even be there; of 2,500 records that takes as long as parsing them.
 * A sealed result passes through it as a function, which it does not look into; one word is left in the log.
 */

interface SealedResult {
  (): unknown
  toJSON: () => string
}

/** For a long reply on its way through the SDK. */
export function sealResult(result: unknown): SealedResult {
  return Object.assign(() => result, { toJSON: () => 'long' })
}

/** What a reply has as its `result`, sealed or not. */
export function openResult(result: unknown): unknown {
  return typeof result === 'function' ? (result as SealedResult)() : result
}
