import { createApp } from 'vue'
import { browserDevice } from '@/survey/page/browser-device'
import SurveyPage from '@/survey/page/SurveyPage.vue'
import '@/survey/page/page.css'

// Another link opened in the same tab is another invitation, with another draft.
addEventListener('hashchange', () => location.reload())

createApp(SurveyPage, { fragment: location.hash, device: browserDevice() }).mount('#survey')
