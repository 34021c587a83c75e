import { messagesFrom } from '@/ui/i18n'

/** Texts around the templates; their own are in the templates. */
export const galleryMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
