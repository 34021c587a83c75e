import { createApp } from 'vue'
import { parseLink } from '@/survey/model/invitation-link'
import { browserDevice } from '@/survey/page/browser-device'
import OptOutPage from '@/survey/page/opt-out/OptOutPage.vue'
import SurveyPage from '@/survey/page/SurveyPage.vue'
import '@/survey/page/page.css'

// Another link opened in the same tab is another invitation, with another draft.
addEventListener('hashchange', () => location.reload())

const fragment = location.hash
const device = browserDevice()
const link = parseLink(fragment)
if (link?.optOut) {
  const { optOutMessage: message, optOutPayload: payload } = await import('@/survey/page/opt-out/opt-out-words')
  createApp(OptOutPage, { link, device, message, payload }).mount('#survey')
} else createApp(SurveyPage, { fragment, device }).mount('#survey')
