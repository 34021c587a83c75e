import { messagesFrom } from '@/ui/i18n'

/** What became of an answer: apart, because cards load it with the first answer that is opened. */
export const caseMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
