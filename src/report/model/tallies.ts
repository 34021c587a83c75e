import { NO_GROUP, type AnswerTable } from './answer-table'
import { moved } from './difference'
import { endsOf, type Measure, type Tally } from './measure'

/** Many tallies side by side: one for each bar, point or row of a figure. */
export class Tallies {
  readonly #n: Uint32Array
  readonly #groups: Uint32Array
  readonly #sum: Float64Array
  readonly #squares: Float64Array
  readonly #scales: Uint8Array
  readonly #table: AnswerTable
  readonly #measure: Measure
  readonly #place: ((value: number) => number) | null

  constructor(table: AnswerTable, measure: Measure, size: number) {
    const ends = endsOf(measure)
    this.#table = table
    this.#measure = measure
    this.#place = ends ? value => moved(value, ends) : null
    this.#n = new Uint32Array(size)
    this.#groups = new Uint32Array(size * (NO_GROUP + 1))
    this.#sum = new Float64Array(size)
    this.#squares = new Float64Array(size)
    this.#scales = new Uint8Array(size)
  }

  /** @param row of an answer that carries the measure */
  add(slot: number, row: number): void {
    const place = this.#place
    this.#n[slot]! += 1
    this.#groups[slot * (NO_GROUP + 1) + this.#table.groups[this.#measure][row]!]! += 1
    if (place) {
      const at = place(this.#table.values[this.#measure][row]!)
      this.#sum[slot]! += at
      this.#squares[slot]! += at * at
    }
    if (this.#measure === 'ces') this.#scales[slot]! |= this.#table.effort[row]!
  }

  /** Everything that is in another tally of the same size, once more. */
  of(slot: number): Tally {
    const [high, middle, low] = this.#groups.subarray(slot * (NO_GROUP + 1))
    return {
      n: this.#n[slot]!, groups: { high: high!, middle: middle!, low: low! }, sum: this.#sum[slot]!, squares: this.#squares[slot]!, scales: this.#scales[slot]!
    }
  }
}

/** One tally of all rows. */
export function tallyOf(table: AnswerTable, measure: Measure, rows: Uint32Array): Tally {
  const tallies = new Tallies(table, measure, 1)
  for (const row of rows) tallies.add(0, row)
  return tallies.of(0)
}

/** What is in the whole and not in the part. */
export function without(whole: Tally, part: Tally): Tally {
  const groups = { high: whole.groups.high - part.groups.high, middle: whole.groups.middle - part.groups.middle, low: whole.groups.low - part.groups.low }
  // sums of squares may end a hair below nothing
  return {
    n: whole.n - part.n, groups, sum: whole.sum - part.sum, squares: Math.max(0, whole.squares - part.squares),
    scales: whole.n === part.n ? 0 : whole.scales
  }
}
