import { messagesFrom } from '@/ui/i18n'

/** Texts of the survey editor's frame and of its questions: only the settings show them. */
export const editorMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
