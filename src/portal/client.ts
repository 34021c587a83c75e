import type { PortalError } from './errors'

/** Plain data only: no reactive objects, no functions. The client clones them before the SDK sees them. */
export type Params = Record<string, unknown>

export interface Command {
  method: string
  params?: Params
}

/** What became of one command of a batch. */
export type Outcome<T> =
  | { ok: true, result: T, total?: number, next?: number }
  | { ok: false, error: PortalError }

/** What the frame knows without a request. */
export interface PortalContext {
  /** e.g. https://acme.bitrix24.com */
  origin: string
  memberId: string
  /** language of the portal's interface for this person, e.g. ru */
  lang: string
  isAdmin: boolean
  /** placement code, DEFAULT for the app's own page */
  placement: string
  /** PLACEMENT_OPTIONS, all strings */
  options: Record<string, string>
  /** app.option as it travelled with the frame; as old as the page */
  appOptions: Record<string, string>
  /** false until the installer has called installFinish */
  isInstalled: boolean
}

/**
 * The only door to the portal. Everything that the SDK and the wire do differently from what one would expect
 * is closed behind it.
 */
export interface Portal {
  readonly context: PortalContext

  /**
   * Runs one method.
   * @throws PortalError always a catalogue error; `executed` says whether the portal may have done it.
   */
  call<T>(method: string, params?: Params): Promise<T>

  /**
   * Runs up to 50 named commands in one request. A command that fails is an outcome, not an exception.
   * With `halt` the commands behind the first failure come back as failed with code `notRun`.
   * @throws PortalError when the request as a whole failed; then no outcome is known.
   */
  batch<T extends Record<string, unknown>>(
    commands: { [K in keyof T]: Command },
    options?: { halt?: boolean }
  ): Promise<{ [K in keyof T]: Outcome<T[K]> }>
}
