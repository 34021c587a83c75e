import { messagesFrom } from '@/ui/i18n'

/** Texts of what is due. */
export const dueMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
