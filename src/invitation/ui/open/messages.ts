import { messagesFrom } from '@/ui/i18n'

/** Apart, because cards load it when somebody reminds or sends anew. */
export const openMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
