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
  import('@/survey/page/kinds').then(({ openKind }) => openKind(link, device, open), () => open(cutOff()))
} else open(device)

/** What the kind of page needs did not come: the page says that there is no connection, keeps nothing, and trying again begins anew. */
function cutOff(): Device {
  let tried = false
  return {
    ...device,
    storage: null,
    fetch: () => {
      if (tried) location.reload()
      tried = true
      return Promise.reject(new TypeError('cut off'))
    }
  }
}

function open(using: Device, place?: Place): () => void {
  const app = createApp(SurveyPage, { fragment, device: using, place })
  app.mount('#survey')
  return () => app.unmount()
}
