import type { Composer } from 'vue-i18n'
import { isMetric, METRICS, textIn, type Question, type Survey } from '@/survey/model/survey'
import { toCsv, type CsvCell, type CsvColumn, type CsvStyle } from '@/report/model/csv'
import type { Period } from '@/report/model/period'
import { answerGroup, type ReportAnswer } from '@/report/model/records'
import type { Names } from '@/report/store'
import type { SaidInFull } from '@/report/store-said'
import { isoDay, lastInstant } from '@/report/ui/dates'

/** Words of promoters belong to the NPS only. */
const GROUP_WORDS = { high: 'promoter', middle: 'passive', low: 'detractor' } as const

/** What the columns of a file need besides the answers. */
export interface FileWords {
  names: Names
  surveys: readonly Survey[]
  surveyName: (id: string) => string
  /** title of the snapshot fields 1 … 5 */
  snapshot: (number: number) => string
  pipelines: ReadonlyMap<number, string>
  tags: ReadonlyMap<number, string>
  /** by id of the answer */
  said: ReadonlyMap<number, SaidInFull>
  t: Composer['t']
  /** language of questions */
  lang: string
}

export interface FileColumn extends CsvColumn<ReportAnswer> {
  /** what it is called where one of the report's own columns has that name */
  otherwise?: string
  /** in characters */
  width: number
}

const moment = (instant: string | null): CsvCell => instant === null ? null : { instant }
const nameIn = (known: ReadonlyMap<number, string>, id: number | null): string | undefined => id === null ? undefined : known.get(id)

/**
 * Columns of both kinds of file, only those of which the rows have something: each score, each question, each snapshot field.
 * Names that may not be seen are empty, but a deal, a person and a company still have their number.
 */
export function answerColumns(rows: readonly ReportAnswer[], words: FileWords): FileColumn[] {
  const { names, surveyName, pipelines, tags, said, t } = words
  const numbered = (known: ReadonlyMap<number, string>, id: number | null): string | null => id === null ? null : nameIn(known, id) ?? `#${id}`
  const column = (key: string, width: number, cell: FileColumn['cell']): FileColumn => ({ header: t(`report.csv.${key}`), width, cell })
  const some = (test: (row: ReportAnswer) => boolean, columns: () => FileColumn[]): FileColumn[] => rows.some(test) ? columns() : []
  return distinct([
    column('date', 17, ({ createdAt }) => ({ instant: createdAt })),
    ...METRICS.flatMap(metric => some(row => row[metric] !== null, () => [column(metric, 8, row => row[metric])])),
    ...some(({ coefficient }) => coefficient !== null, () => [column('coefficient', 12, ({ coefficient }) => coefficient === null ? null : Math.round(coefficient * 10) / 10)]),
    column('group', 14, row => groupWord(row, t)),
    column('client', 24, ({ contactId }) => nameIn(names.contacts, contactId) ?? ''),
    column('company', 24, ({ companyId }) => numbered(names.companies, companyId)),
    column('comment', 60, ({ id, comment }) => comment ?? said.get(id)?.comment ?? ''),
    ...questionColumns(rows, words),
    ...some(row => row.tags.length > 0, () => [column('tags', 24, row => row.tags.map(id => tags.get(id) ?? `#${id}`).join(', '))]),
    column('deal', 28, ({ dealId }) => numbered(names.deals, dealId)),
    ...some(({ pipeline }) => pipeline !== null, () => [column('pipeline', 20, ({ pipeline }) => numbered(pipelines, pipeline))]),
    ...some(({ sum }) => sum !== null, () => [column('sum', 14, ({ sum }) => sum?.amount ?? null), column('currency', 10, ({ sum }) => sum?.currency ?? null)]),
    ...[1, 2, 3, 4, 5].flatMap(number => some(row => (row.snapshots[number - 1] ?? '') !== '', () =>
      [{
        header: words.snapshot(number), otherwise: t('report.dimension.then', { title: words.snapshot(number) }), width: 20, cell: row => row.snapshots[number - 1] ?? ''
      }])),
    column('owner', 24, ({ ownerId }) => numbered(names.people, ownerId)),
    column('state', 18, ({ state }) => t(`report.state.${state}`)),
    ...some(({ doneAt }) => doneAt !== null, () => [column('done', 17, ({ doneAt }) => moment(doneAt))]),
    column('channel', 12, ({ channel }) => channel === null ? null : t(`report.channel.${channel}`)),
    ...some(({ sentAt }) => sentAt !== null, () => [column('sent', 17, ({ sentAt }) => moment(sentAt))]),
    column('survey', 20, ({ survey }) => surveyName(survey)),
    column('version', 8, ({ version }) => version),
    column('lang', 8, ({ lang }) => lang),
    column('flag', 18, ({ flag }) => flag === null ? null : t(`ui.flag.${flag}`))
  ])
}

/**
 * A snapshot field or a question may be called like a column of the report: then it says that it is one. What is still called alike – two questions
 * with the same words – is told apart by a number.
 */
function distinct(columns: readonly FileColumn[]): FileColumn[] {
  const own = new Set(columns.filter(({ otherwise }) => otherwise === undefined).map(({ header }) => header))
  const times = new Map<string, number>()
  return columns.map(column => {
    const header = column.otherwise !== undefined && own.has(column.header) ? column.otherwise : column.header
    const time = (times.get(header) ?? 0) + 1
    times.set(header, time)
    return { ...column, header: time === 1 ? header : `${header} (${time})` }
  })
}

/** Scores have columns of their own. Answers to questions that a later version does not have any more stand under the question's id. */
function questionColumns(rows: readonly ReportAnswer[], { surveys, surveyName, said, t, lang }: FileWords): FileColumn[] {
  const surveysIn = [...new Set(rows.map(({ survey }) => survey))]
  return surveysIn.flatMap(survey => {
    const some = rows.filter(row => row.survey === survey)
    const content = surveys.find(({ id }) => id === survey)?.published?.content
    const questions = content?.questions ?? []
    const isScore = (id: string): boolean =>
      METRICS.some(metric => metric === id) || questions.some(question => question.id === id && isMetric(question.type))
    const posted = new Set(some.flatMap(({ id }) => Object.keys(said.get(id)?.answers ?? {})).filter(id => !isScore(id)))
    const known = questions.map(({ id }) => id)
    const ordered = [...known.filter(id => posted.has(id)), ...[...posted].filter(id => !known.includes(id))]
    return ordered.map((id): FileColumn => {
      const question = questions.find(one => one.id === id)
      const title = question ? textIn(question.text, lang, content?.defaultLang ?? lang) : id
      return {
        header: surveysIn.length > 1 ? `${surveyName(survey)}: ${title}` : title, otherwise: `${surveyName(survey)}: ${title}`, width: 30,
        cell: row => row.survey === survey ? saidTo(question, said.get(row.id)?.answers[id], t, lang, content?.defaultLang ?? lang) : null
      }
    })
  })
}

function saidTo(question: Question | undefined, posted: string | string[] | undefined, t: Composer['t'], lang: string, defaultLang: string): string | null {
  if (posted === undefined) return null
  return [posted].flat().map(value => {
    if (question?.type === 'yesno') return value === 'yes' ? t('ui.yes') : value === 'no' ? t('ui.no') : value
    const option = question?.options?.find(({ id }) => id === value)
    return option ? textIn(option.text, lang, defaultLang) : value
  }).join(', ')
}

/** The answers as CSV text. */
export function answersCsv(rows: readonly ReportAnswer[], words: FileWords, style: CsvStyle): string {
  return toCsv(rows, answerColumns(rows, words), style)
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
