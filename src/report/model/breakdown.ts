import type { Change } from '@/survey/model/score/adjusted-wald'
import type { AnswerTable, BreakdownBy, Dimension, DimensionValue } from './answer-table'
import type { Departments } from './filter'
import { scoreChange, scoreOf, type Measure, type Score } from './measure'
import { Tallies, tallyOf, without } from './tallies'

/** From so many answers on a row takes part in a ranking; below, chance alone decides about its place. */
export const RANK_FROM = 10

export interface BreakdownRow {
  /** null = without one; '' = empty text */
  value: DimensionValue
  score: Score
  /** 1 = best, the same for equal scores; null under `RANK_FROM` answers, and for what cannot be ranked */
  rank: number | null
  /**
   * Against all other answers of the selection: independent of each other, unlike row and whole. Null when one side has fewer than five answers.
   * With many rows some verdicts are chance: of twenty rows that do not differ, one is "up" or "down".
   */
  versusRest: Change | null
}

/** After so many answers, and so many rows (companies can be tens of thousands), the page may have its turn. */
const SLICE_OF_ANSWERS = 20_000
const SLICE = 1000

/**
 * The score of each value of a dimension, with a chance of a pause in between. Most answers first; equal ones in the order of their scores.
 * Groups have no score and no rank: theirs is what defines them.
 */
export function* breakdownOf(
  table: AnswerTable, measure: Measure, rows: Uint32Array, dimension: BreakdownBy, departments: Departments = new Map()
): Generator<undefined, BreakdownRow[], undefined> {
  const { values, add } = dimension === 'department' ? byDepartment(table, departments) : byColumn(table.dimensions[dimension])
  const tallies = new Tallies(table, measure, values.length)
  for (const [index, row] of rows.entries()) {
    add(tallies, row)
    if (index % SLICE_OF_ANSWERS === SLICE_OF_ANSWERS - 1) yield
  }
  const whole = tallyOf(table, measure, rows)
  yield
  const byOutcome = dimension === 'group'
  const found: BreakdownRow[] = []
  for (const [code, value] of values.entries()) {
    const tally = tallies.of(code)
    if (tally.n > 0) {
      const score = scoreOf(measure, tally)
      found.push(byOutcome
        ? { value, score: { ...score, value: null, interval: null }, rank: null, versusRest: null }
        : { value, score, rank: null, versusRest: scoreChange(measure, tally, without(whole, tally)) })
    }
    if (code % SLICE === SLICE - 1) yield
  }
  const result = yield* sorted(found)
  const ranked = result.filter(({ score }) => score.n >= RANK_FROM && score.value !== null)
  // effort scores of different scales cannot be put in one order
  if (whole.scales & (whole.scales - 1)) return result
  const best = ranked.map(({ score }) => score.value!).sort((a, b) => b - a)
  const places = new Map<number, number>()
  best.forEach((value, index) => { if (!places.has(value)) places.set(value, index + 1) })
  for (const row of ranked) row.rank = places.get(row.score.value!) ?? null
  return result
}

/** Puts an answer into each row of the breakdown that it belongs to. */
interface Sorting {
  values: readonly DimensionValue[]
  add: (tallies: Tallies, row: number) => void
}

const byColumn = ({ values, codes }: AnswerTable['dimensions'][Dimension]): Sorting => ({ values, add: (tallies, row) => tallies.add(codes[row]!, row) })

/** Answers of people in several departments, or in one below another, are in several rows. */
function byDepartment({ dimensions: { responsible } }: AnswerTable, departments: Departments): Sorting {
  const values: DimensionValue[] = [...new Set([...departments.values()].flat()), null]
  const codeOf = new Map(values.map((value, code) => [value, code]))
  const codes = responsible.values.map(person => departmentsOf(person, departments).map(value => codeOf.get(value)!))
  return { values, add: (tallies, row) => { for (const code of codes[responsible.codes[row]!]!) tallies.add(code, row) } }
}

/** With all above them; null alone for nobody, and for somebody without a department. */
export function departmentsOf(person: DimensionValue, departments: Departments): readonly (number | null)[] {
  const places = typeof person === 'number' ? departments.get(person) ?? [] : []
  return places.length > 0 ? places : [null]
}

/** A part at a time, then two and two together. */
function* sorted(rows: readonly BreakdownRow[]): Generator<undefined, BreakdownRow[], undefined> {
  let parts: BreakdownRow[][] = []
  for (let from = 0; from < rows.length; from += SLICE) {
    parts.push(rows.slice(from, from + SLICE).sort(compareRows))
    yield
  }
  while (parts.length > 1) {
    const longer: BreakdownRow[][] = []
    for (let at = 0; at < parts.length; at += 2) {
      longer.push(merged(parts[at]!, parts[at + 1] ?? []))
      yield
    }
    parts = longer
  }
  return parts[0] ?? []
}

function merged(a: readonly BreakdownRow[], b: readonly BreakdownRow[]): BreakdownRow[] {
  const all: BreakdownRow[] = []
  let [left, right] = [0, 0]
  while (left < a.length && right < b.length) all.push(compareRows(a[left]!, b[right]!) <= 0 ? a[left++]! : b[right++]!)
  return all.concat(a.slice(left), b.slice(right))
}

const compareRows = (a: BreakdownRow, b: BreakdownRow): number =>
  b.score.n - a.score.n || (b.score.value ?? 0) - (a.score.value ?? 0) || compareValues(a.value, b.value)

/** Any fixed order will do: the same figures always look the same. */
function compareValues(a: DimensionValue, b: DimensionValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
