import { messagesFrom } from '@/ui/i18n'

/** Texts of everything that shows a survey to the people of the portal. */
export const surveyMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
