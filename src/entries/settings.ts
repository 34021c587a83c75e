import './settings.css'
import { bootApp } from '@/ui/boot'
import { settingsMessages } from './settings/messages'
import { surveyMessages } from '@/survey/ui/messages'

void bootApp({ root: () => import('./settings/SettingsApp.vue'), messages: [settingsMessages, surveyMessages], needsInstallation: false })
