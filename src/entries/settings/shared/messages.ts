import { messagesFrom } from '@/ui/i18n'

/** Texts of shared links. */
export const sharedMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
