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
  const [contact, company] = [nameIn(names.contacts, contactId), nameIn(names.companies, companyId)]
  return contact && company ? `${contact} (${company})` : contact ?? company ?? ''
}

/** What the columns of a file need besides the answers. */
export interface FileWords {
  names: Names
  surveyName: (id: string) => string
  t: Composer['t']
}

/** Columns of both kinds of file. Names that may not be seen are empty, but a deal, a person and a company still have their number. */
export function answerColumns({ names, surveyName, t }: FileWords): CsvColumn<ReportAnswer>[] {
  const numbered = (known: Map<number, string>, id: number | null): string | null => id === null ? null : nameIn(known, id) ?? `#${id}`
  const cells: Record<string, CsvColumn<ReportAnswer>['cell']> = {
    date: ({ createdAt }) => ({ instant: createdAt }),
    score: ({ nps }) => nps,
    group: row => groupWord(row, t),
    client: ({ contactId }) => nameIn(names.contacts, contactId) ?? '',
    company: ({ companyId }) => numbered(names.companies, companyId),
    comment: ({ comment }) => comment,
    deal: ({ dealId }) => numbered(names.deals, dealId),
    owner: ({ ownerId }) => numbered(names.people, ownerId),
    state: ({ state }) => t(`report.state.${state}`),
    channel: ({ channel }) => channel === null ? null : t(`report.channel.${channel}`),
    survey: ({ survey }) => surveyName(survey),
    version: ({ version }) => version,
    flag: ({ flag }) => flag === null ? null : t(`report.flag.${flag}`)
  }
  return Object.entries(cells).map(([key, cell]) => ({ header: t(`report.csv.${key}`), cell }))
}

const nameIn = (known: Map<number, string>, id: number | null): string | undefined => id === null ? undefined : known.get(id)

/** The listed answers as CSV text. */
export function answersCsv(rows: readonly ReportAnswer[], words: FileWords, style: CsvStyle): string {
  return toCsv(rows, answerColumns(words), style)
}

function groupWord(row: ReportAnswer, t: Composer['t']): string | null {
  const group = answerGroup(row)
  if (group === null) return null
  return t(`ui.group.${row.nps === null ? group : GROUP_WORDS[group]}`)
}

/** `feedback_2026-01-01_2026-03-31.csv`, days of the period; without a first day `feedback_2026-03-31.csv`. */
export function answersFileName({ from, to, zone }: Pick<Period, 'from' | 'to' | 'zone'>, ending: 'csv' | 'xlsx'): string {
  const last = isoDay(lastInstant(to), zone)
  return ['feedback', ...from === null ? [] : [isoDay(new Date(from), zone)], last].join('_') + `.${ending}`
}

export const csvBlob = (text: string): Blob => new Blob([text], { type: 'text/csv;charset=utf-8' })

/** Hands something to the browser as a file to keep. */
export function saveFile(name: string, content: Blob, document: Document): void {
  const url = URL.createObjectURL(content)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  URL.revokeObjectURL(url)
}
