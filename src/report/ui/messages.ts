import { messagesFrom } from '@/ui/i18n'

/** Texts of the report. */
export const reportMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
