import { parseScale, type Scale } from '@/survey/model/scale'
import { readDate, type DateOrder } from './dates'
import type { ImportField, ImportMapping } from './mapping'
import type { ImportTable } from './table'

/** An answer as it will be written, flagged as imported. */
export interface ImportAnswer {
  line: number
  /** of this row, the same on every attempt: written to FB_SUBMISSION, so that nothing is imported twice */
  key: string
  /** ISO 8601, UTC */
  at: string
  value: number
  comment: string
  email: string
  /** as it stands in the file */
  phone: string
  name: string
  company: string
  dealId: number | null
  lang: string
  tags: string[]
}

/** Why a row is not imported … */
export type Refusal = 'noScore' | 'badScore' | 'noDate' | 'badDate' | 'futureDate' | 'otherMetric' | 'duplicate' | 'alreadyImported'
/** … or is, but not as it stands. */
export type Remark = 'noClient' | 'badDeal' | 'commentCut' | 'uneven'

export interface ImportProblem {
  line: number
  code: Refusal | Remark
  /** what stands there; '' when nothing does */
  value: string
}

export interface ImportPlan {
  answers: ImportAnswer[]
  refused: ImportProblem[]
  remarks: ImportProblem[]
}

export interface ImportOptions {
  mapping: ImportMapping
  scale: Scale
  dates: DateOrder
  /** IANA name: where dates without an offset were written */
  zone: string
  now: Date
  /** keys of answers that were imported before */
  imported: ReadonlySet<string>
}

/** A text field of the portal keeps 64 KB; nobody's comment is longer than this. */
const MOST_COMMENT = 10_000

/** Rows between two chances of a pause. */
const SLICE = 100

/** A clock may be wrong by a day, a report may come from a zone ahead. */
const DAY = 86_400_000

/**
 * What an import would do, row by row; nothing is written. Yields now and then, for a pause.
 *
 * A row is the same as another when it has the same id in the file or, without ids, the same client, time, score and comment.
 */
export function* planImport(table: ImportTable, options: ImportOptions): Generator<undefined, ImportPlan, undefined> {
  const plan: ImportPlan = { answers: [], refused: [], remarks: [] }
  const keys = new Set<string>()
  const columns = columnsOf(table, options.mapping)
  const uneven = new Set(table.uneven)
  for (const [index, { line, cells }] of table.rows.entries()) {
    if (index % SLICE === SLICE - 1) yield
    const cell = (field: ImportField): string => cells[columns.get(field) ?? -1]?.trim() ?? ''
    const refuse = (code: Refusal, value: string): void => { plan.refused.push({ line, code, value }) }
    const remark = (code: Remark, value: string): void => { plan.remarks.push({ line, code, value }) }
    if (cell('metric') !== '' && !isMetric(cell('metric'), options.scale)) {
      refuse('otherMetric', cell('metric'))
      continue
    }
    const score = cell('score')
    // 9.0 and 9,0 are what spreadsheets make of a 9
    const value = parseScale(options.scale, score.replace(/[.,]0+$/, ''))
    const at = readDate(cell('date'), options.dates, options.zone)
    if (score === '') refuse('noScore', '')
    else if (value === null) refuse('badScore', score)
    else if (cell('date') === '') refuse('noDate', '')
    else if (at === null) refuse('badDate', cell('date'))
    else if (Date.parse(at) > options.now.getTime() + DAY) refuse('futureDate', cell('date'))
    else {
      const name = cell('name') || [cell('firstName'), cell('lastName')].filter(part => part !== '').join(' ')
      // only where nothing else says who it was: whoever maps the column later on imports no row a second time
      const byPhone = cell('email') === '' && name === '' && cell('phone') !== '' ? [digitsOf(cell('phone'))] : []
      const whole = ['', cell('email').toLowerCase(), name, cell('company'), at, String(value), cell('comment'), ...byPhone]
      const key = `import.${digest(cell('id') === '' ? whole : ['id', cell('id')])}`
      if (keys.has(key)) refuse('duplicate', cell('id') || cell('email') || name || cell('phone'))
      else if (options.imported.has(key)) refuse('alreadyImported', cell('id') || cell('email') || name || cell('phone'))
      else {
        if (uneven.has(line)) remark('uneven', '')
        if (cell('email') === '' && cell('phone') === '' && name === '' && cell('company') === '') remark('noClient', '')
        if (cell('comment').length > MOST_COMMENT) remark('commentCut', '')
        const deal = /^#?([1-9]\d{0,11})$/.exec(cell('deal'))?.[1]
        if (cell('deal') !== '' && deal === undefined) remark('badDeal', cell('deal'))
        plan.answers.push({
          line, key, at, value, comment: cell('comment').slice(0, MOST_COMMENT), email: cell('email'), phone: cell('phone'), name,
          company: cell('company'),
          dealId: deal === undefined ? null : Number(deal), lang: cell('lang').toLowerCase().slice(0, 2),
          tags: [...new Set(cell('tags').split(/[,;|]/).map(tag => tag.trim()).filter(tag => tag !== ''))]
        })
      }
      keys.add(key)
    }
  }
  return plan
}

/** A phone number is the same however it is written. */
export const digitsOf = (phone: string): string => phone.replaceAll(/\D/g, '')

function columnsOf({ headers }: ImportTable, mapping: ImportMapping): Map<ImportField, number> {
  return new Map((Object.entries(mapping) as [ImportField, string][]).map(([field, header]) => [field, headers.indexOf(header)]))
}

/** `NPS`, `nps5`, `Net Promoter Score`; a word that names none of ours says nothing. */
function isMetric(text: string, { type }: Scale): boolean {
  const plain = text.toLowerCase()
  const named = plain.includes('promoter') ? 'nps' : plain.includes('effort') ? 'ces' : plain.includes('satisf') ? 'csat' : /nps|csat|ces|star/.exec(plain)?.[0]
  return named === undefined || (named === 'star' ? 'stars' : named) === type
}

/**
 * 53 bits of a text, base 36: two rows of a million share one with a chance of 1 in 18,000. Two multiplicative hashes over UTF-16 units,
 * mixed as in MurmurHash3's finalizer (A. Appleby, public domain).
 */
function digest(parts: readonly string[]): string {
  let [a, b] = [0xDEADBEEF, 0x41C6CE57]
  for (const unit of parts.join('\u0000')) {
    const code = unit.codePointAt(0)!
    a = Math.imul(a ^ code, 0x9E3779B1)
    b = Math.imul(b ^ code, 0x5F356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85EBCA6B) ^ Math.imul(b ^ (b >>> 13), 0xC2B2AE35)
  b = Math.imul(b ^ (b >>> 16), 0x85EBCA6B) ^ Math.imul(a ^ (a >>> 13), 0xC2B2AE35)
  return ((b & 0x1FFFFF) * 2 ** 32 + (a >>> 0)).toString(36)
}
