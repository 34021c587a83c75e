import type { Target } from '@/invitation/sending'
import type { Portal } from '@/portal/client'
import type { InvitationLink } from '@/survey/model/invitation-link'
import type { Survey } from '@/survey/model/survey'

/** The link of one invitation, as far as it is the same for every reader. */
export function linkOf(portal: Portal, { survey }: { survey: Survey }, { id, token, expires }: Target): Omit<InvitationLink, 'score' | 'lang'> {
  return {
    portal: new URL(portal.context.origin).host, formId: survey.form!.id, sec: survey.form!.sec, invitationId: String(id), token,
    expires: Math.floor(Date.parse(expires) / 1000)
  }
}
