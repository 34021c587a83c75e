import type { Composer } from 'vue-i18n'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'
import type { Period } from '@/report/model/period'
import type { ReportAnswer } from '@/report/model/records'
import { loadNames, loadPipelines, loadTags } from '@/report/store'
import { loadSaid } from '@/report/store-said'
import { saveFile } from '@/ui/save-file'
import { answersCsv, answersFileName, type FileWords } from './answers-file'

export type FileKind = 'csv' | 'xlsx'

interface Export {
  portal: Portal
  store: RecordStore
  surveys: readonly Survey[]
  labels: Pick<FileWords, 'snapshot'> & { survey: (id: string) => string }
  period: Period
  t: Composer['t']
  /** BCP 47 */
  locale: string
}

/**
 * Gives exactly these answers to the browser as a file to keep, with names, comments and what was said to every question, read when they are asked for.
 * @throws PortalError of the first part that failed
 */
export async function exportAnswers(
  rows: readonly ReportAnswer[], kind: FileKind, { portal, store, surveys, labels, period, t, locale }: Export
): Promise<void> {
  const nothing = new Map<number, string>()
  const [names, said, pipelines, tags] = await Promise.all([
    loadNames(portal, rows), loadSaid(portal, store, rows.map(({ id }) => id)),
    rows.some(({ pipeline }) => pipeline !== null) ? loadPipelines(portal) : nothing,
    rows.some(row => row.tags.length > 0) ? loadTags(portal, store) : nothing
  ])
  const words: FileWords = { names, surveys, surveyName: labels.survey, snapshot: labels.snapshot, pipelines, tags, said, t, lang: locale }
  const content = kind === 'csv'
    ? new Blob([answersCsv(rows, words, { locale, zone: period.zone })], { type: 'text/csv;charset=utf-8' })
    : await import('./answers-workbook').then(({ answersWorkbook }) => answersWorkbook(rows, words, t('report.title'), period.zone))
  saveFile(answersFileName(period, kind), content)
}
