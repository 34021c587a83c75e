import { messagesFrom } from '@/ui/i18n'

/** Texts of *Access*. */
export const accessMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
