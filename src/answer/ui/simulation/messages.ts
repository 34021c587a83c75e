import { messagesFrom } from '@/ui/i18n'

/** Texts of the simulation: only the settings show it. */
export const simulationMessages = messagesFrom(import.meta.glob('./locales/*.json', { import: 'default' }))
