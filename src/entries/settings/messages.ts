import { messagesFrom } from '@/ui/i18n'

/** Texts of the app's main page: installation, overview, duty person. */
export const settingsMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
