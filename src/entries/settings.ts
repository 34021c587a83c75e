import './settings.css'
import { bootApp } from '@/ui/boot'
import { simulationMessages } from '@/answer/ui/simulation/messages'
import { effectMessages } from '@/plan/ui/effects/messages'
import { planMessages } from '@/plan/ui/messages'
import { accessMessages } from './settings/access/messages'
import { doNotAskMessages } from './settings/do-not-ask/messages'
import { settingsMessages } from './settings/messages'
import { surveyPageMessages } from './settings/survey-page/messages'
import { surveyMessages } from '@/survey/ui/messages'

void bootApp({
  root: () => import('./settings/SettingsApp.vue'),
  messages: [settingsMessages, surveyMessages, planMessages, effectMessages, simulationMessages, surveyPageMessages, accessMessages, doNotAskMessages],
  needsInstallation: false
})
