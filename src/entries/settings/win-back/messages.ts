import { messagesFrom } from '@/ui/i18n'

/** Texts of winning clients back. */
export const winBackMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
