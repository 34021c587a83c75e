import { messagesFrom } from '@/ui/i18n'

/** Texts of what a survey's own page adds to its editor: test mail, trial, the last 30 days. */
export const surveyPageMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
