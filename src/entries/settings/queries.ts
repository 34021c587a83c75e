import type { Portal } from '@/portal/client'
import { COMPANY } from '@/portal/fields'
import { createPeople, type Person } from '@/portal/people'
import { listOf, mapOf } from '@/portal/php-array'
import { parseSettings, type Settings } from '@/portal/settings-store'
import { loadSurveys, surveyKeys, type StoredSurvey } from '@/survey/store'

/** Folder of the app's own files, ending with /. */
export const appBase = (): string => new URL('.', location.href).href

/**
 * What app.option holds now: an installation may have just written it. With it comes the time zone of who is looking, an IANA name,
 * '' when the portal does not say (`profile`, TIME_ZONE): the cards show their times in it, too.
 */
export const settingsQuery = (portal: Portal) => ({
  key: ['settings'],
  query: async (): Promise<Settings & { zone: string }> => {
    const { options, me } = await portal.batch<{ options: unknown, me: unknown }>({ options: { method: 'app.option.get' }, me: { method: 'profile' } })
    if (!options.ok) throw options.error
    return { ...parseSettings(mapOf(options.result)), zone: me.ok ? String(mapOf(me.result).TIME_ZONE ?? '') : '' }
  },
  // an installation that is under way writes them: only who wrote asks again
  refetchOnWindowFocus: false,
  staleTime: Infinity
})

export const surveysQuery = (portal: Portal) => ({
  key: [...surveyKeys.root],
  query: async () => distinct(await loadSurveys(portal))
})

/** A request that was executed twice may have written a survey twice: the first one counts everywhere. */
function distinct(surveys: readonly StoredSurvey[]): StoredSurvey[] {
  return surveys.filter((stored, index) => stored.survey === null || surveys.findIndex(other => other.survey?.id === stored.survey?.id) === index)
}

export interface Me {
  id: number
  name: string
  email: string
}

/** Who is looking. */
export const meQuery = (portal: Portal) => ({
  key: ['me'],
  query: async (): Promise<Me> => {
    const { ID, NAME, LAST_NAME, EMAIL } = mapOf(await portal.call('user.current'))
    return { id: Number(ID), name: [NAME, LAST_NAME].filter(Boolean).join(' ') || `#${String(ID)}`, email: String(EMAIL ?? '') }
  }
})

/** Title of the portal's own company as its requisites name it; '' when there is none or it may not be read. */
export const companyQuery = (portal: Portal) => ({
  key: ['company'],
  query: async (): Promise<string> => {
    const { own } = await portal.batch<{ own: { items: unknown } }>({
      own: { method: 'crm.item.list', params: { entityTypeId: COMPANY, filter: { '=isMyCompany': 'Y' }, select: ['id', 'title'], order: { id: 'ASC' }, start: -1 } }
    })
    return own.ok ? String(mapOf(listOf(own.result.items)[0]).title ?? '') : ''
  }
})

export const peopleQuery = ({ portal, ids }: { portal: Portal, ids: readonly number[] }) => ({
  key: ['people', ...ids],
  query: (): Promise<Map<number, Person>> => createPeople(portal).byIds(ids)
})
