import { createApp } from 'vue'
import { parseLink } from '@/survey/model/invitation-link'
import { browserDevice } from '@/survey/page/browser-device'
import type { Place } from '@/survey/page/place'
import type { Device } from '@/survey/page/portal-form'
import SurveyPage from '@/survey/page/SurveyPage.vue'
import '@/survey/page/page.css'

// Another link opened in the same tab is another invitation, with another draft.
addEventListener('hashchange', () => location.reload())

const fragment = location.hash
const device = browserDevice()
const link = parseLink(fragment)
if (link?.kind) {
  const { openKind } = await import('@/survey/page/kinds')
  openKind(link, device, open)
} else open(device)

function open(using: Device, place?: Place): () => void {
  const app = createApp(SurveyPage, { fragment, device: using, place })
  app.mount('#survey')
  return () => app.unmount()
}
