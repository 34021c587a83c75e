import './settings.css'
import { bootApp } from '@/ui/boot'
import { simulationMessages } from '@/answer/ui/simulation/messages'
import { effectMessages } from '@/plan/ui/effects/messages'
import { planMessages } from '@/plan/ui/messages'
import { settingsMessages } from './settings/messages'
import { surveyMessages } from '@/survey/ui/messages'

void bootApp({
  root: () => import('./settings/SettingsApp.vue'),
  messages: [settingsMessages, surveyMessages, planMessages, effectMessages, simulationMessages],
  needsInstallation: false
})
