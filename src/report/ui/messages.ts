import { messagesFrom, type MessageLoader } from '@/ui/i18n'
import { figureMessages } from '@/report/ui/figures/messages'

const pageMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))

/** Texts of the report and of its figures. */
export const reportMessages: MessageLoader = async locale => Object.assign({}, ...await Promise.all([pageMessages(locale), figureMessages(locale)]))
