import { messagesFrom } from '@/ui/i18n'

/** Texts of the import. */
export const importMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
