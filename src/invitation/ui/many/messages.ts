import { messagesFrom } from '@/ui/i18n'

export const manyMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
