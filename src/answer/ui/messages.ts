import { messagesFrom } from '@/ui/i18n'

export const loadAnswerMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
