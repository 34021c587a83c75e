import type { SegmentWho } from '@/invitation/model/many'
import type { Portal } from '@/portal/client'
import type { Frame } from '@/portal/frame'
import { mapOf } from '@/portal/php-array'

/**
 * Opens *Ask many* in a slider, from wherever the app is: the portal knows one page for all links of an app, which goes on to the one of requests.
 * @param surveyId chosen when it opens; '' = each deal the survey of its pipeline
 * @throws PortalError
 */
export async function openMany(portal: Portal, frame: Frame, who: SegmentWho = 'all', surveyId = ''): Promise<void> {
  const { CODE } = mapOf(await portal.call('app.info'))
  await frame.openPath(`/marketplace/view/${encodeURIComponent(String(CODE ?? ''))}/?params[many]=${who}${surveyId && `&params[survey]=${encodeURIComponent(surveyId)}`}`)
}
