import { GROUPS, type Group } from '@/survey/model/survey'
import { NO_GROUP, type AnswerTable } from './answer-table'
import type { Measure } from './measure'

export interface DealSum {
  deals: number
  amount: number
}

/** Money of one currency; currencies are never added up. */
export interface CurrencySums {
  /** ISO 4217, '' when the portal named none */
  currency: string
  groups: Record<Group, DealSum>
}

/**
 * Sums of the deals behind the answers, by group and currency, most deals first. Each deal counts once, with its newest answer of the selection;
 * the sum is the one that the deal had when that answer was handled. Answers without a deal or a sum are not in it.
 * @param rows newest first
 */
export function dealSums(table: AnswerTable, measure: Measure, rows: Uint32Array): CurrencySums[] {
  const { currency, amount } = table
  const deals = new Uint32Array(currency.values.length * NO_GROUP)
  const amounts = new Float64Array(deals.length)
  eachDeal(table, measure, rows, row => {
    const slot = currency.codes[row]! * NO_GROUP + table.groups[measure][row]!
    deals[slot]! += 1
    amounts[slot]! += amount[row]!
  })
  const sums = currency.values.flatMap((name, code): CurrencySums[] => name === null
    ? []
    : [{
        currency: name,
        groups: Object.fromEntries(GROUPS.map((group, number) => {
          const slot = code * NO_GROUP + number
          return [group, { deals: deals[slot]!, amount: amounts[slot]! }]
        })) as Record<Group, DealSum>
      }])
  const count = ({ groups }: CurrencySums): number => groups.high.deals + groups.middle.deals + groups.low.deals
  return sums.filter(sum => count(sum) > 0).sort((a, b) => count(b) - count(a) || a.currency.localeCompare(b.currency))
}

/**
 * The answers that `dealSums` adds up: of each deal the newest that is in a group and has a sum.
 * @param rows newest first
 */
export function eachDeal({ deal, currency, groups }: AnswerTable, measure: Measure, rows: Uint32Array, visit: (row: number) => void): void {
  const seen = new Uint8Array(deal.values.length)
  for (const row of rows) {
    const code = deal.codes[row]!
    if (deal.values[code] === null || seen[code] === 1 || groups[measure][row] === NO_GROUP || currency.values[currency.codes[row]!] === null) continue
    seen[code] = 1
    visit(row)
  }
}
