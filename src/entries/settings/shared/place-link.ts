import { PLACE_OF, type SharedLink } from '@/invitation/model/shared-link'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { formatPlaceLink } from '@/survey/model/invitation-link'
import type { FormLink } from '@/survey/model/survey'

/** The address that is opened at a place. @param base folder of the answer page @throws PortalError 'formNotConnected' */
export function placeLink(portal: Portal, base: string, form: FormLink | null, { id, token, kind, lang, expiresAt }: SharedLink): string {
  if (!form) throw new PortalError('formNotConnected')
  return formatPlaceLink(base, {
    portal: new URL(portal.context.origin).host, formId: form.id, sec: form.sec, invitationId: String(id), token,
    expires: Math.floor(Date.parse(expiresAt) / 1000), lang: lang || null
  }, PLACE_OF[kind])
}

/** A frame for a page of somebody else's: as high as a question with its buttons, and no script. */
export function frameCode(link: string, title: string): string {
  const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<iframe src="${escaped(link)}" title="${escaped(title)}" style="display:block;width:100%;max-width:720px;height:640px;border:0" loading="lazy"></iframe>`
}
