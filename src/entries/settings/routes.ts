import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import DutyPage from './DutyPage.vue'
import OverviewPage from './overview/OverviewPage.vue'
import SurveyPage from './SurveyPage.vue'
import TryItPage from './try-it/TryItPage.vue'

/** The portal opens the page with a query of its own and by POST: only the fragment is ours. */
export function settingsRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'overview', component: OverviewPage },
      { path: '/surveys', name: 'surveys', component: () => import('./SurveysPage.vue') },
      { path: '/surveys/new', name: 'newSurvey', component: () => import('./surveys/NewSurveyPage.vue') },
      { path: '/surveys/:id', name: 'survey', component: SurveyPage, props: true },
      { path: '/links/:id?', name: 'sharedLinks', component: () => import('./shared/SharedPage.vue'), props: true },
      { path: '/links/:id/poster/:link(\\d+)', name: 'poster', component: () => import('./shared/PosterPage.vue'), props: true },
      { path: '/duty', name: 'duty', component: DutyPage },
      { path: '/automation', name: 'automation', component: () => import('./automation/AutomationPage.vue') },
      { path: '/due', name: 'due', component: () => import('./due/DuePage.vue') },
      { path: '/win-back', name: 'winBack', component: () => import('./win-back/WinBackPage.vue') },
      { path: '/access', name: 'access', component: () => import('./access/AccessPage.vue') },
      { path: '/do-not-ask', name: 'doNotAsk', component: () => import('./do-not-ask/DoNotAskPage.vue') },
      { path: '/do-not-ask/:kind(contact|company)/:id(\\d+)', name: 'erasure', component: () => import('./do-not-ask/ErasurePage.vue'), props: true },
      { path: '/installation', name: 'installation', component: () => import('./installation/InstallationPage.vue') },
      { path: '/try', name: 'try', component: TryItPage },
      { path: '/try/:id', name: 'trySurvey', component: TryItPage, props: true },
      { path: '/:rest(.*)*', redirect: '/' }
    ]
  })
}
