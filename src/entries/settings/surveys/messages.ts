import { messagesFrom } from '@/ui/i18n'

/** Texts of the list of surveys, of making a new one and of files. */
export const surveysMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
