import { messagesFrom } from '@/ui/i18n'

export const loadChatMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
