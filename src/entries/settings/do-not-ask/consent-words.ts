import { useI18n } from 'vue-i18n'
import type { Consent } from '@/invitation/consent'
import { COMPANY } from '@/portal/fields'

export const kindOf = ({ entityTypeId }: Pick<Consent, 'entityTypeId'>): 'contact' | 'company' => entityTypeId === COMPANY ? 'company' : 'contact'

const two = (number: number): string => String(number).padStart(2, '0')

/** Day of the device, yyyy-mm-dd. */
export const today = (now = new Date()): string => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`

/** When somebody may be asked, in words. */
export function useConsentWords(): { stateOf: (consent: Pick<Consent, 'optedOut' | 'notBefore'>) => string } {
  const { t, locale } = useI18n()
  return {
    stateOf: ({ optedOut, notBefore }) => {
      if (optedOut) return t('doNotAsk.never')
      if (notBefore === null || notBefore <= today()) return t('doNotAsk.asked')
      // a day has no time zone
      const day = new Intl.DateTimeFormat(locale.value, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${notBefore}T00:00:00Z`))
      return t('doNotAsk.until', { day })
    }
  }
}
