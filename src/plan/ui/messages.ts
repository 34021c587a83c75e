import { messagesFrom } from '@/ui/i18n'

/** Texts of the plan's editor. */
export const planMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
