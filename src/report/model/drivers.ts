import type { Change } from '@/survey/model/score/adjusted-wald'
import type { AnswerTable } from './answer-table'
import { scoreChange, scoreOf, type Measure, type Score } from './measure'
import { Tallies, tallyOf, without as rest } from './tallies'

/** What a topic has to do with the score. Tags are put by people, mostly on comments: this is a hint, not a cause. */
export interface Driver {
  /** id of the list value of FB_TAGS */
  tag: number
  with: Score
  without: Score
  /** score of all answers minus that of those without the tag: what the tag adds to the score, or takes from it; null when one of them has none */
  impact: number | null
  /** with minus without, two independent samples, with its 95 % interval; null when one side has fewer than five answers */
  difference: Change | null
}

/** Every tag that occurs, the strongest impact first; tags without an impact last. */
export function driversOf(table: AnswerTable, measure: Measure, rows: Uint32Array): Driver[] {
  const { values, codes, start } = table.tags
  if (values.length === 0) return []
  const tallies = new Tallies(table, measure, values.length)
  for (const row of rows) {
    for (let index = start[row]!; index < start[row + 1]!; index++) tallies.add(codes[index]!, row)
  }
  const whole = tallyOf(table, measure, rows)
  const all = scoreOf(measure, whole)
  const drivers = values.map((tag, code): Driver => {
    const tally = tallies.of(code)
    const others = rest(whole, tally)
    const [withTag, without] = [scoreOf(measure, tally), scoreOf(measure, others)]
    return {
      tag, with: withTag, without, impact: all.value === null || without.value === null ? null : all.value - without.value,
      difference: scoreChange(measure, tally, others)
    }
  }).filter(driver => driver.with.n > 0)
  return drivers.sort((a, b) => strength(b) - strength(a) || b.with.n - a.with.n || a.tag - b.tag)
}

const strength = ({ impact }: Driver): number => impact === null ? -1 : Math.abs(impact)
