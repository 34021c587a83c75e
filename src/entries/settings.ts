import './settings.css'
import { bootApp } from '@/ui/boot'
import { simulationMessages } from '@/answer/ui/simulation/messages'
import { effectMessages } from '@/plan/ui/effects/messages'
import { planMessages } from '@/plan/ui/messages'
import { accessMessages } from './settings/access/messages'
import { automationMessages } from './settings/automation/messages'
import { doNotAskMessages } from './settings/do-not-ask/messages'
import { dueMessages } from './settings/due/messages'
import { settingsMessages } from './settings/messages'
import { sharedMessages } from './settings/shared/messages'
import { surveyPageMessages } from './settings/survey-page/messages'
import { editorMessages } from '@/survey/ui/editor/messages'
import { surveysMessages } from './settings/surveys/messages'
import { winBackMessages } from './settings/win-back/messages'
import { galleryMessages } from '@/survey/ui/gallery/messages'
import { surveyMessages } from '@/survey/ui/messages'

void bootApp({
  root: () => import('./settings/SettingsApp.vue'),
  messages: [
    settingsMessages, surveyMessages, editorMessages, planMessages, effectMessages, simulationMessages, surveyPageMessages,
    accessMessages, automationMessages, doNotAskMessages, dueMessages, sharedMessages, surveysMessages, galleryMessages, winBackMessages
  ],
  needsInstallation: false
})
