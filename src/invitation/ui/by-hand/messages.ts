import { messagesFrom } from '@/ui/i18n'

/** Apart, because cards load it when somebody enters an answer. */
export const byHandMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
