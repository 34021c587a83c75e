import { messagesFrom } from '@/ui/i18n'

export const loadInvitationMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
