import type { HttpV2 } from '@bitrix24/b24jssdk'
import { formMethods } from '../demo/forms/methods'
import { createPortal } from '../demo/portal'
import { templateMethods } from '../demo/rest/methods/workflow'
import type { DemoPortal, Switches } from '../demo/state'
import { createPortalClient, type Portal, type PortalContext } from '@/portal/client'
import { runInstallation, type InstallationChoices, type Installed } from '@/portal/installation/installation'

export const ADMINISTRATOR = 1
export const APP = 'https://app.example/feedback/'
export const CHOICES: InstallationChoices = { keepIn: 'smartProcess', everyone: true, duty: null, appBase: APP, linkBase: null, generation: 'first' }

export type Request = (method: string, params: Record<string, unknown>) => Promise<{ status: number, body: Record<string, unknown> }>

/** A demo portal without HTTP, at a fixed moment. */
export function demoPortal(switches: Partial<Switches> = {}, now = () => new Date('2026-03-02T09:00:00Z')): DemoPortal {
  const demo = createPortal({ now, switches })
  demo.register({ ...formMethods, ...templateMethods })
  return demo
}

/** The demo portal's door, called as the frame of one person calls it. */
export function doorOf(demo: DemoPortal, userId = ADMINISTRATOR): Request {
  const caller = demo.callerOfToken(demo.issueToken(userId).AUTH_ID)
  if (caller === null || caller === 'expired') throw new Error('no such person')
  return async (method, params) => await demo.call(caller, method, params)
}

/** What the SDK throws when no reply arrives. */
export const noReply = (): Error => Object.assign(new Error('Network Error'), { code: 'NETWORK_ERROR', status: 0 })

/** The real client over a door; errors leave it in the shape in which the SDK throws them. */
export function portalOver(request: Request, context: Partial<PortalContext> = {}): Portal {
  const http = {
    async call(method: string, params: Record<string, unknown>) {
      const { status, body } = await request(method, params)
      if (status >= 400) throw Object.assign(new Error(String(body.error_description)), { code: String(body.error), status })
      return { getData: () => body, getErrors: () => [] }
    }
  }
  return createPortalClient(http as unknown as Pick<HttpV2, 'call'>, {
    origin: 'https://portal.example', memberId: 'm', lang: 'ru', isAdmin: true, placement: 'DEFAULT', options: {}, appOptions: {}, isInstalled: false, ...context
  })
}

export function install(portal: Portal, choices: Partial<InstallationChoices> = {}): Promise<Installed> {
  return runInstallation(portal, { ...CHOICES, ...choices }, () => {})
}
