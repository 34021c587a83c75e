import type { Composer } from 'vue-i18n'
import { toCsv, type CsvColumn, type CsvStyle } from '@/report/model/csv'
import type { Period } from '@/report/model/period'
import { answerGroup, type ReportAnswer } from '@/report/model/records'
import type { Names } from '@/report/store'
import { isoDay, lastInstant } from '@/report/ui/dates'

/** Words of promoters belong to the NPS only. */
const GROUP_WORDS = { high: 'promoter', middle: 'passive', low: 'detractor' } as const

/** Contact, or company, or both; '' when there is none or it may not be seen. */
export function clientName({ contactId, companyId }: Pick<ReportAnswer, 'contactId' | 'companyId'>, names: Names): string {
  const [contact, company] = [contactId === null ? undefined : names.contacts.get(contactId), companyId === null ? undefined : names.companies.get(companyId)]
  return contact && company ? `${contact} (${company})` : contact ?? company ?? ''
}

/** The listed answers as CSV text. Names that may not be seen are empty, but a deal still has its number. */
export function answersCsv(
  rows: readonly ReportAnswer[], names: Names, surveyName: (id: string) => string, t: Composer['t'], style: CsvStyle
): string {
  const columns: Record<string, CsvColumn<ReportAnswer>['cell']> = {
    date: ({ createdAt }) => ({ instant: createdAt }),
    score: ({ nps }) => nps,
    group: row => groupWord(row, t),
    client: row => clientName(row, names),
    comment: ({ comment }) => comment,
    deal: ({ dealId }) => dealId === null ? null : names.deals.get(dealId) ?? `#${dealId}`,
    owner: ({ ownerId }) => ownerId === null ? null : names.people.get(ownerId) ?? `#${ownerId}`,
    channel: ({ channel }) => channel === null ? null : t(`report.channel.${channel}`),
    survey: ({ survey }) => surveyName(survey),
    version: ({ version }) => version,
    flag: ({ flag }) => flag === null ? null : t(`report.flag.${flag}`)
  }
  return toCsv(rows, Object.entries(columns).map(([key, cell]) => ({ header: t(`report.csv.${key}`), cell })), style)
}

function groupWord(row: ReportAnswer, t: Composer['t']): string | null {
  const group = answerGroup(row)
  if (group === null) return null
  return t(`ui.group.${row.nps === null ? group : GROUP_WORDS[group]}`)
}

/** `feedback_2026-01-01_2026-03-31.csv`, days of the period; without a first day `feedback_2026-03-31.csv`. */
export function csvFileName({ from, to, zone }: Pick<Period, 'from' | 'to' | 'zone'>): string {
  const last = isoDay(lastInstant(to), zone)
  return ['feedback', ...from === null ? [] : [isoDay(new Date(from), zone)], last].join('_') + '.csv'
}

/** Hands a text to the browser as a file to keep. */
export function saveFile(name: string, text: string, document: Document): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  URL.revokeObjectURL(url)
}
