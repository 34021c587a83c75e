import { messagesFrom } from '@/ui/i18n'

/** Texts of *Automation*. */
export const automationMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
