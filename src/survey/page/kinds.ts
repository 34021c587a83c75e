import type { InvitationLink, parseLink } from '@/survey/model/invitation-link'
import { openOptOut } from '@/survey/page/opt-out/opt-out-place'
import type { Place } from '@/survey/page/place'
import type { Device } from '@/survey/page/portal-form'
import { openPlace } from '@/survey/page/shared/shared-place'

type Opened = InvitationLink & Pick<NonNullable<ReturnType<typeof parseLink>>, 'kind'>

/**
 * The page of a link of its own kind. Loaded by those only who follow one; imports nothing of the page, see `Place`.
 * @param open shows the page; its result takes it away
 */
export function openKind(link: Opened, device: Device, open: (device: Device, place: Place) => () => void): void {
  if (link.kind === 'stop') openOptOut(link, device, open)
  else if (link.kind) openPlace(link.kind, link.invitationId, device, { open, page: document })
}
