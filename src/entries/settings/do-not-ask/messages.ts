import { messagesFrom } from '@/ui/i18n'

/** Texts of *Do not ask* and of the erasure. */
export const doNotAskMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
