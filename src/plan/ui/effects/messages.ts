import { messagesFrom } from '@/ui/i18n'

/** What can happen with an answer and why it does not: apart, because cards load them only when something was not done. */
export const effectMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
