import { AppFrame, AuthManager, MessageCommands, MessageManager, SliderManager } from '@bitrix24/b24jssdk'
import * as v from 'valibot'
import { createPortalClient, type Portal, type PortalContext } from './client'
import { PortalError } from './errors'
import { listOf, mapOf } from './php-array'
import { createSdkHttp } from './sdk-http'

/** What the portal's window does for us. None of these is a REST call; none rejects because the window stays silent. */
export interface Frame {
  /** Makes the frame as high as its content is now; call it after the next tick. */
  fitWindow(): Promise<void>
  /** The title above the frame; not the browser's title. */
  setTitle(title: string): Promise<void>
  /**
   * Opens a page of the portal in a slider, e.g. `cardPath(2, 5)`.
   * @returns when the slider was closed, or at once where the portal does not tell
   * @throws PortalError 'unexpected' when the portal refuses the path
   */
  openPath(path: string): Promise<void>
  /**
   * Opens the app itself in a slider. `params` arrive there as `context.options`; `bx24_title` and `bx24_width` belong to the slider.
   * @returns when the slider was closed
   */
  openApplication(params: Record<string, string | number>): Promise<void>
  /** Closes the slider in which the app runs; nothing happens outside a slider. */
  closeApplication(): void
  /** Lets the card or list around us read its data again. Only tabs, activities and list menus know this; elsewhere nothing is sent. */
  reloadData(): Promise<void>
  /** Lets the person choose an employee; null when they close the dialogue. */
  selectUser(): Promise<{ id: number, name: string } | null>
  /** Lets the person choose people and groups of people: codes such as `U1` and `DR5` with their names; [] when they close the dialogue. */
  selectAccess(): Promise<{ id: string, name: string }[]>
  /** Lets the person choose one record of the CRM; null when they close the dialogue. */
  selectCrm(types: readonly CrmKind[]): Promise<{ kind: CrmKind, id: number, title: string } | null>
  /**
   * Puts words into the input of the chat in which the app was opened, on a new line behind what stands there; nothing is sent.
   * Source: sdk/b24jssdk/iframe-messenger-textarea.
   * @returns false when the messenger refused them or did not answer
   */
  typeInChat(words: string): Promise<boolean>
  /** Tells the portal, once and last, that the installation is complete; the portal then reloads the page. Nothing is sent when it was already. */
  installFinish(): Promise<void>
  /** Reloads the page of the portal that shows the frame. */
  reload(): Promise<void>
}

/** Records that the portal's dialogue knows, as it names them. */
export type CrmKind = 'deal' | 'contact' | 'company'

export interface FramePortal extends Portal {
  readonly frame: Frame
}

/** How long the portal may take to answer the greeting, in milliseconds. */
const START_TIMEOUT = 10_000

/** How long the messenger may take for a few words, in milliseconds. */
const TYPE_TIMEOUT = 3000

/** How long we wait for the portal to confirm the end of the installation, in milliseconds. */
const INSTALL_TIMEOUT = 10_000

/** Placements whose window knows `reloadData` (documentation: widgets/ui-interaction/bx24-placement-call). */
const RELOADABLE = /_DETAIL_TAB$|_DETAIL_ACTIVITY$|_LIST_MENU$/

const text = v.fallback(v.pipe(v.union([v.string(), v.number()]), v.transform(String)), '')
const flag = v.fallback(v.boolean(), false)
const texts = v.pipe(
  v.fallback(v.record(v.string(), v.unknown()), {}),
  v.transform(record => Object.fromEntries(Object.entries(record).flatMap(([key, value]): [string, string][] =>
    value === null || value === undefined ? [] : [[key, typeof value === 'object' ? JSON.stringify(value) : String(value)]])))
)

/** The answer to `getInitData`; whatever is missing or of another type becomes its empty value. */
const InitData = v.object({
  DOMAIN: text, PROTOCOL: text, PATH: text, LANG: text, MEMBER_ID: text, PLACEMENT: text,
  AUTH_ID: text, REFRESH_ID: text, AUTH_EXPIRES: text,
  IS_ADMIN: flag, INSTALL: flag, FIRST_RUN: flag,
  APP_OPTIONS: texts, USER_OPTIONS: texts, PLACEMENT_OPTIONS: texts
})

const PickedUser = v.object({ id: v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer()), name: text })

const PickedAccess = v.array(v.object({ id: text, name: text }))
/** One list a kind; the portal sends an object with the keys 0, 1, … where the SDK documents an array. Ids are `C_2`, `CO_4`, `D_6`. */
const PickedRecord = v.object({ id: v.pipe(text, v.regex(/^[A-Z]+_[1-9]\d*$/)), title: text })

let opening: Promise<FramePortal> | undefined

/**
 * Greets the portal in whose frame we run. One frame per page: every call gets the same one, and it is never taken down.
 * After a failure the next call tries again.
 *
 * It does not judge: whether the app is installed and who is looking is in `context`.
 *
 * @param options.timeout milliseconds until we give up, 10 s by default
 * @throws PortalError 'notInPortal' outside a frame of a portal; 'portalSilent' when the window does not answer in time; 'unreadable'
 */
export function openFrame(options: { timeout?: number } = {}): Promise<FramePortal> {
  if (!opening) {
    const attempt = greet(options.timeout ?? START_TIMEOUT)
    opening = attempt
    attempt.catch(() => { opening = undefined })
  }
  return opening
}

async function greet(timeout: number): Promise<FramePortal> {
  // The portal names the frame `<domain>|<protocol>|<app sid>` (documentation: widgets/_includes/widget_data).
  const [domain, protocol, appSid] = window.name.split('|')
  if (!domain || !appSid || window.parent === window) throw new PortalError('notInPortal')

  const secure = protocol === '1'
  const appFrame = new AppFrame({ DOMAIN: domain, PROTOCOL: secure, APP_SID: appSid, LANG: null })
  const messages = new MessageManager(appFrame)
  messages.subscribe()
  const answer = await askInitData(messages, timeout)

  const parsed = v.safeParse(InitData, answer)
  if (!parsed.success) throw new PortalError('unreadable', { detail: 'getInitData' })
  // The SDK takes a missing PROTOCOL for http, and every call of an https portal would fail.
  const data = { ...parsed.output, PROTOCOL: parsed.output.PROTOCOL || (secure ? '1' : '0') }
  appFrame.initData(data)
  const auth = new AuthManager(appFrame, messages)
  auth.initData(data)
  // First start for this person. The portal wants to know; we do not wait for its answer, which may never come.
  if (data.FIRST_RUN) void tell(messages, MessageCommands.setInstall, { install: true })

  const context: PortalContext = {
    origin: appFrame.getTargetOrigin(),
    memberId: data.MEMBER_ID,
    lang: data.LANG || 'en',
    isAdmin: data.IS_ADMIN,
    placement: data.PLACEMENT || 'DEFAULT',
    options: data.PLACEMENT_OPTIONS,
    appOptions: data.APP_OPTIONS,
    isInstalled: !data.INSTALL
  }
  return { ...createPortalClient(createSdkHttp(auth), context), frame: frameCommands(messages, appFrame, context) }
}

async function askInitData(messages: MessageManager, timeout: number): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PortalError('portalSilent', { retryable: true })), timeout)
  })
  try {
    return await Promise.race([messages.send(MessageCommands.getInitData, {}), silence])
  } catch (error) {
    messages.unsubscribe()
    throw error instanceof PortalError ? error : new PortalError('unreadable', { detail: String(error), retryable: true })
  } finally {
    clearTimeout(timer)
  }
}

/** Sends a command whose answer we do not use. `isSafely`: the SDK stops waiting for it after `safelyTime`, 0.9 s by default. */
async function tell(messages: MessageManager, command: string, params: object = {}): Promise<void> {
  await messages.send(command, { isSafely: true, ...params }).catch(() => undefined)
}

/** Sends a command and waits for its answer as long as it takes: a person is choosing or reading meanwhile. */
async function ask(messages: MessageManager, command: string, params: object): Promise<unknown> {
  try {
    return await messages.send(command, params)
  } catch (error) {
    throw new PortalError('unreadable', { method: command, detail: String(error) })
  }
}

function frameCommands(messages: MessageManager, appFrame: AppFrame, context: PortalContext): Frame {
  const slider = new SliderManager(appFrame, messages)

  return {
    // offsetHeight is the content's; scrollHeight is never less than the frame's, so the frame could only grow
    fitWindow: () => tell(messages, MessageCommands.resizeWindow, { width: '100%', height: document.documentElement.offsetHeight }),
    setTitle: title => tell(messages, MessageCommands.setTitle, { title }),
    openPath: async path => {
      try {
        await slider.openPath(slider.getUrl(path))
      } catch (error) {
        throw new PortalError('unexpected', { method: 'openPath', detail: error instanceof Error ? error.message : String(error) })
      }
    },
    openApplication: async params => { await ask(messages, MessageCommands.openApplication, params) },
    closeApplication: () => { void tell(messages, MessageCommands.closeApplication) },
    reloadData: async () => {
      if (RELOADABLE.test(context.placement)) await tell(messages, 'reloadData')
    },
    selectUser: async () => {
      const picked = v.safeParse(PickedUser, await ask(messages, MessageCommands.selectUser, { mult: false }))
      return picked.success ? picked.output : null
    },
    selectAccess: async () => {
      const picked = v.safeParse(PickedAccess, listOf(await ask(messages, MessageCommands.selectAccess, { value: [] })))
      return picked.success ? picked.output : []
    },
    selectCrm: async types => {
      const buckets = mapOf(await ask(messages, MessageCommands.selectCRM, { entityType: [...types], multiple: false }))
      for (const kind of types) {
        const picked = v.safeParse(PickedRecord, listOf(buckets[kind])[0])
        if (picked.success) return { kind, id: Number(picked.output.id.split('_')[1]), title: picked.output.title }
      }
      return null
    },
    typeInChat: async words => {
      const answer = mapOf(await messages.send('im:setImTextareaContent', {
        text: words, replace: false, withNewLine: true, requestId: `feedback-${Date.now()}`, isSafely: true, safelyTime: TYPE_TIMEOUT
      }).catch((error: unknown) => ({ message: String(error) })))
      return !('message' in answer) && answer.isSafely !== true
    },
    installFinish: async () => {
      if (!context.isInstalled) await tell(messages, MessageCommands.setInstallFinish, { safelyTime: INSTALL_TIMEOUT })
    },
    reload: () => tell(messages, MessageCommands.reloadWindow)
  }
}
