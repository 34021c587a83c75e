import { messagesFrom, type MessageLoader } from '@/ui/i18n'
import { figureMessages } from '@/report/ui/figures/messages'
import { importMessages } from '@/report/ui/import/messages'

const pageMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))

/** Texts of the report, of its figures and of the import. */
export const reportMessages: MessageLoader = async locale =>
  Object.assign({}, ...await Promise.all([pageMessages(locale), figureMessages(locale), importMessages(locale)]))
