import { createApp } from 'vue'
import { parseLink } from '@/survey/model/invitation-link'
import { browserDevice } from '@/survey/page/browser-device'
import SurveyPage from '@/survey/page/SurveyPage.vue'
import '@/survey/page/page.css'

// Another link opened in the same tab is another invitation, with another draft.
addEventListener('hashchange', () => location.reload())

const fragment = location.hash
const page = parseLink(fragment)?.optOut ? (await import('@/survey/page/opt-out/OptOutPage.vue')).default : SurveyPage
createApp(page, { fragment, device: browserDevice() }).mount('#survey')
