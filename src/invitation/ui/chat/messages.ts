import type { Composer } from 'vue-i18n'
import { localeOf, messagesFrom } from '@/ui/i18n'

export const loadChatMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))

/** Apart, because few clients have a chat: a page adds them when it shows one. */
export async function addChatMessages({ locale, mergeLocaleMessage }: Pick<Composer, 'locale' | 'mergeLocaleMessage'>): Promise<void> {
  mergeLocaleMessage(locale.value, await loadChatMessages(localeOf(locale.value)))
}
