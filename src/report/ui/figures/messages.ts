import { messagesFrom } from '@/ui/i18n'

/** Texts of the figures. */
export const figureMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
