import type { Change } from '@/survey/model/score/adjusted-wald'
import type { AnswerTable } from './answer-table'
import { scoreChange, scoreOf, type Measure, type Score } from './measure'
import { Tallies, tallyOf, without as rest } from './tallies'

/** The score with something and without it. */
export interface Contrast {
  with: Score
  without: Score
  /** score of all answers minus that of those without it: what it adds to the score, or takes from it; null when one of them has none */
  impact: number | null
  /** with minus without, two independent samples, with its 95 % interval; null when one side has fewer than five answers */
  difference: Change | null
}

/** What a topic has to do with the score. Tags are put by people, mostly on comments: this is a hint, not a cause. */
export interface Driver extends Contrast {
  /** id of the list value of FB_TAGS */
  tag: number
}

/** What a chosen option has to do with the score, among those who answered the question. */
export interface OptionDriver extends Contrast {
  option: string
}

/** Every tag that occurs, the strongest impact first; tags without an impact last. */
export function driversOf(table: AnswerTable, measure: Measure, rows: Uint32Array): Driver[] {
  const { values, codes, start } = table.tags
  if (values.length === 0) return []
  const tallies = new Tallies(table, measure, values.length)
  for (const row of rows) {
    for (let index = start[row]!; index < start[row + 1]!; index++) tallies.add(codes[index]!, row)
  }
  const contrasts = contrastsOf(table, measure, rows, tallies, values.length)
  return values.map((tag, code): Driver => ({ tag, ...contrasts[code]! })).filter(isThere).sort((a, b) => byStrength(a, b) || a.tag - b.tag)
}

/**
 * The same for the options of one question. Whoever did not answer it is on neither side: nobody knows what he would have chosen.
 * @param chosen by id of the answer, never empty; answers that are missing did not answer the question
 * @returns every option that somebody chose, the strongest impact first
 */
export function optionDriversOf(table: AnswerTable, measure: Measure, rows: Uint32Array, chosen: ReadonlyMap<number, readonly string[]>): OptionDriver[] {
  const asked = rows.filter(row => chosen.has(table.records[row]!.id))
  const options = [...new Set([...asked].flatMap(row => chosen.get(table.records[row]!.id)!))]
  const tallies = new Tallies(table, measure, options.length)
  for (const row of asked) for (const option of new Set(chosen.get(table.records[row]!.id))) tallies.add(options.indexOf(option), row)
  const contrasts = contrastsOf(table, measure, asked, tallies, options.length)
  return options.map((option, code): OptionDriver => ({ option, ...contrasts[code]! })).sort((a, b) => byStrength(a, b) || a.option.localeCompare(b.option))
}

function contrastsOf(table: AnswerTable, measure: Measure, rows: Uint32Array, tallies: Tallies, size: number): Contrast[] {
  const whole = tallyOf(table, measure, rows)
  const all = scoreOf(measure, whole)
  return Array.from({ length: size }, (_, slot) => {
    const tally = tallies.of(slot)
    const others = rest(whole, tally)
    const without = scoreOf(measure, others)
    return {
      with: scoreOf(measure, tally), without, impact: all.value === null || without.value === null ? null : all.value - without.value,
      difference: scoreChange(measure, tally, others)
    }
  })
}

const isThere = (contrast: Contrast): boolean => contrast.with.n > 0
const byStrength = (a: Contrast, b: Contrast): number => strength(b) - strength(a) || b.with.n - a.with.n
const strength = ({ impact }: Contrast): number => impact === null ? -1 : Math.abs(impact)
