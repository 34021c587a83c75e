import { parseDate } from '@internationalized/date'
import { ANSWER_STATES } from '@/answer/model/answer'
import { READ_FLAGS } from '@/answer/model/flag'
import { GROUPS } from '@/survey/model/survey'
import { BREAKDOWNS } from './answer-table'
import { DEFAULT_FILTER, type FlagChoice, type ReportFilter } from './filter'
import { MEASURES } from './measure'
import { COMPARISONS, PERIOD_PRESETS, STEPS, type PeriodChoice } from './period'

/*
 * The filter as a fragment of the address: `period=2026-03-01..2026-03-31&groups=low,middle&pipelines=0,-`.
 * Only what differs from the default is written, in a fixed order, so that the same view has the same address. `-` = without; lists by comma.
 */

/** What of an address was not understood; a newer version of the app, or a hand, wrote it. */
export interface Strange {
  key: string
  value: string
}

export interface Address {
  filter: ReportFilter
  /** kept as they are, for `formatAddress` */
  unknown: Strange[]
  /** known keys whose value means nothing here; the default was taken for them, or the value left out of its list */
  refused: Strange[]
}

/** A part of the filter as text; '' = as by default. */
interface Codec<K extends keyof ReportFilter> {
  write: (value: ReportFilter[K]) => string
  /** @param refuse told every piece that means nothing; what is left of it counts */
  read: (text: string, refuse: (piece: string) => void) => ReportFilter[K]
}

/** Literal `-` and everything that has a meaning in an address is escaped, so that a survey may have any id. */
const escape = (text: string): string => encodeURIComponent(text).replaceAll('-', '%2D').replaceAll('.', '%2E')

function unescape(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

type Pieces<T> = { write: (value: T) => string, read: (piece: string) => T | undefined }

const texts: Pieces<string> = { write: value => value === '' ? '-' : escape(value), read: piece => piece === '-' ? '' : unescape(piece) ?? undefined }
const orNone = <T>({ write, read }: Pieces<T>): Pieces<T | null> => ({
  write: value => value === null ? '-' : write(value), read: piece => piece === '-' ? null : read(piece)
})
const ids: Pieces<number> = { write: String, read: piece => /^(0|[1-9]\d{0,14})$/.test(piece) ? Number(piece) : undefined }
const textsOrNone = orNone(texts)
const idsOrNone = orNone(ids)
const words = <T extends string>(known: readonly T[]): Pieces<T> => ({ write: value => value, read: piece => known.find(one => one === piece) })

/** A list; the order is that of the person's choice and of no meaning, doubles are dropped. */
function list<T>({ write, read }: Pieces<T>): { write: (values: readonly T[]) => string, read: (text: string, refuse: (piece: string) => void) => T[] } {
  return {
    write: values => values.map(write).join(','),
    read: (text, refuse) => [...new Set(text.split(',').filter(piece => piece !== '').flatMap(piece => {
      const value = read(piece)
      if (value === undefined) refuse(piece)
      return value === undefined ? [] : [value]
    }))]
  }
}

type Refuse = (piece: string) => void

function word<T extends string>(known: readonly T[], byDefault: T): { write: (value: T) => string, read: (text: string, refuse: Refuse) => T } {
  return {
    write: value => value === byDefault ? '' : value,
    read: (text, refuse) => {
      const found = known.find(one => one === text)
      if (found === undefined) refuse(text)
      return found ?? byDefault
    }
  }
}

const FLAG_CHOICES: readonly FlagChoice[] = ['none', ...READ_FLAGS]
const flags = list(words(FLAG_CHOICES))

const CODECS: { [K in keyof ReportFilter]: Codec<K> } = {
  period: { write: writePeriod, read: readPeriod },
  comparison: word(COMPARISONS, DEFAULT_FILTER.comparison),
  measure: word(MEASURES, DEFAULT_FILTER.measure),
  surveys: list(texts),
  channels: list(textsOrNone),
  pipelines: list(idsOrNone),
  responsible: list(idsOrNone),
  departments: list(ids),
  companies: list(idsOrNone),
  groups: list(words(GROUPS)),
  languages: list(texts),
  snapshots: {
    write: lists => lists.some(one => one.length > 0) ? lists.map(one => list(texts).write(one)).join(';') : '',
    read: (text, refuse) => {
      const parts = text.split(';')
      for (const extra of parts.slice(5)) refuse(extra)
      return Array.from({ length: 5 }, (_, index) => list(texts).read(parts[index] ?? '', refuse))
    }
  },
  comment: word(['any', 'with', 'without'], 'any'),
  states: list(words(ANSWER_STATES)),
  flags: {
    write: value => value.length === 1 && value[0] === 'none' ? '' : flags.write(value),
    read: (text, refuse) => {
      const read = flags.read(text, refuse)
      return read.length > 0 ? read : DEFAULT_FILTER.flags
    }
  },
  tags: list(idsOrNone),
  step: word(['auto', ...STEPS], 'auto'),
  by: word(BREAKDOWNS, DEFAULT_FILTER.by),
  drivers: { write: value => value.split('/').map(escape).join('/'), read: text => text.split('/').map(part => unescape(part) ?? '').join('/') }
}

const KEYS = Object.keys(CODECS) as (keyof ReportFilter)[]

/** The address of a filter, without `#`; '' for the default one. */
export function formatAddress(filter: ReportFilter, unknown: readonly Strange[] = []): string {
  const known = KEYS.flatMap(key => {
    const text = write(key, filter)
    return text === '' ? [] : [`${key}=${text}`]
  })
  return [...known, ...unknown.map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)].join('&')
}

/** Reads an address, with or without `#`. Never throws: what is strange is named and the rest counts. The last of equal keys wins. */
export function parseAddress(text: string): Address {
  const filter = { ...DEFAULT_FILTER }
  const unknown: Strange[] = []
  const refused: Strange[] = []
  for (const pair of text.replace(/^#/, '').split('&').filter(one => one !== '')) {
    const at = pair.indexOf('=')
    const [rawKey, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    const key = KEYS.find(one => one === rawKey)
    if (key) read(key, value, filter, piece => refused.push({ key, value: piece }))
    else unknown.push({ key: unescape(rawKey) ?? rawKey, value: unescape(value) ?? value })
  }
  return { filter, unknown, refused }
}

function write<K extends keyof ReportFilter>(key: K, filter: ReportFilter): string {
  return CODECS[key].write(filter[key])
}

function read<K extends keyof ReportFilter>(key: K, text: string, filter: ReportFilter, refuse: (piece: string) => void): void {
  filter[key] = CODECS[key].read(text, refuse)
}

function writePeriod(choice: PeriodChoice): string {
  if (choice.preset === 'custom') return `${choice.firstDay}..${choice.lastDay}`
  return choice.preset === 'last12Months' ? '' : choice.preset
}

function readPeriod(text: string, refuse: (piece: string) => void): PeriodChoice {
  const preset = PERIOD_PRESETS.find(one => one === text)
  if (preset) return { preset }
  const [, firstDay = '', lastDay = ''] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(text) ?? []
  if (isDay(firstDay) && isDay(lastDay)) return { preset: 'custom', firstDay, lastDay }
  refuse(text)
  return DEFAULT_FILTER.period
}

function isDay(text: string): boolean {
  if (text === '') return false
  try {
    parseDate(text)
    return true
  } catch {
    // @internationalized/date says by an exception that there is no such day
    return false
  }
}
