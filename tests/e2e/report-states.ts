import { dayAt, dice, numbersOf, type Book, type Measure, type State } from './report-brute'

/** Forty states of the report's filter, and their addresses written by hand: nothing here comes from the app. */

const PERIODS = ['last12Months', 'all', 'thisYear', 'lastQuarter', 'custom', 'last30Days', 'thisQuarter', 'lastMonth', 'thisMonth', 'custom', 'last7Days']
const MEASURES: readonly Measure[] = ['nps', 'nps', 'csat', 'coefficient', 'ces', 'stars']
const BY = ['responsible', 'pipeline', 'channel', 'survey', 'company', 'language', 'snapshot1', 'snapshot2', 'snapshot3', 'snapshot4', 'snapshot5', 'group']

export const DIMENSIONS = [
  'surveys', 'channels', 'pipelines', 'responsible', 'departments', 'companies', 'groups', 'languages', 'snapshots', 'comment', 'states', 'flags', 'tags'
] as const

const CLEAR: State = {
  period: 'last12Months', comparison: 'previous', measure: 'nps', surveys: [], channels: [], pipelines: [], responsible: [], departments: [], companies: [], groups: [],
  languages: [], snapshots: [[], [], [], [], []], comment: 'any', states: [], flags: ['none'], tags: [], step: 'auto', by: 'responsible'
}

/** Forty of them; every dimension narrows at least three. The same book and day give the same states. */
export function makeStates(book: Book, now: number, zone: string): State[] {
  const random = dice(20_261_122)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const some = <T>(values: readonly T[]): T[] => {
    const different = [...new Set(values)]
    return Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(different)).filter((value, index, all) => all.indexOf(value) === index)
  }
  const of = <K extends keyof Book['rows'][number]>(key: K): Book['rows'][number][K][] => book.rows.map(row => row[key])
  const narrow: Record<typeof DIMENSIONS[number], () => Partial<State>> = {
    surveys: () => ({ surveys: some(of('survey')) }),
    channels: () => ({ channels: some(of('channel')) }),
    pipelines: () => ({ pipelines: some(of('pipeline')) }),
    responsible: () => ({ responsible: some(of('owner')) }),
    departments: () => ({ departments: some([1, 2, 3]) }),
    companies: () => ({ companies: some(of('company')) }),
    groups: () => ({ groups: some(['high', 'middle', 'low'] as const) }),
    languages: () => ({ languages: some(of('lang')) }),
    snapshots: () => {
      const which = Math.floor(random() * 5)
      return { snapshots: CLEAR.snapshots.map((_, index) => index === which ? some(book.rows.map(row => row.snapshots[which]!)) : []) }
    },
    comment: () => ({ comment: pick(['with', 'without'] as const) }),
    states: () => ({ states: some(of('state')) }),
    flags: () => ({ flags: some(['none', ...of('flag'), 'none', 'late']) }),
    tags: () => ({ tags: some([null, ...book.rows.flatMap(row => row.tags)]) })
  }
  const custom = (): string => {
    // also in the wrong order, over the turn of a year and beyond today
    const day = (): string => {
      const [year, month, date] = dayAt(now - Math.floor(random() * 700 - 20) * 86_400_000, zone)
      return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
    }
    const days = [day(), day()].sort()
    return days.join('..')
  }
  return Array.from({ length: 40 }, (_, number) => {
    const period = PERIODS[number % PERIODS.length]!
    const first = DIMENSIONS[number % DIMENSIONS.length]!
    const second = number % 4 === 3 ? DIMENSIONS[(number * 5 + 7) % DIMENSIONS.length]! : first
    return {
      ...CLEAR, period: period === 'custom' ? custom() : period, measure: MEASURES[number % MEASURES.length]!,
      comparison: pick(['previous', 'previous', 'yearAgo', 'none'] as const), step: pick(['auto', 'auto', 'week', 'month'] as const), by: BY[number % BY.length]!,
      ...narrow[first](), ...second === first ? {} : narrow[second]()
    }
  })
}

/** Which dimensions a state narrows. */
export const narrowed = (state: State): (typeof DIMENSIONS[number])[] => DIMENSIONS.filter(key =>
  key === 'snapshots' ? state.snapshots.some(list => list.length > 0)
  : key === 'comment' ? state.comment !== 'any' : key === 'flags' ? state.flags.join() !== 'none' : state[key].length > 0)

/** How many answers the score of a state counts. */
export const sizeOf = (book: Book, state: State, now: number, zone: string): number => numbersOf(book, state, now, zone).headline.n

const escaped = (text: string): string => text === '' ? '-' : encodeURIComponent(text).replace(/-/g, '%2D').replace(/\./g, '%2E')
const item = (value: string | number | null): string => value === null ? '-' : typeof value === 'number' ? String(value) : escaped(value)

/** The state as the fragment of an address: what is as usual is left out. */
export function addressOf(state: State): string {
  const list = (values: readonly (string | number | null)[]): string => values.map(item).join(',')
  const parts: [string, string][] = [
    ['period', state.period === 'last12Months' ? '' : state.period], ['comparison', state.comparison === 'previous' ? '' : state.comparison],
    ['measure', state.measure === 'nps' ? '' : state.measure], ['surveys', list(state.surveys)], ['channels', list(state.channels)],
    ['pipelines', list(state.pipelines)], ['responsible', list(state.responsible)], ['departments', list(state.departments)], ['companies', list(state.companies)],
    ['groups', list(state.groups)], ['languages', list(state.languages)],
    ['snapshots', state.snapshots.some(one => one.length > 0) ? state.snapshots.map(list).join(';') : ''], ['comment', state.comment === 'any' ? '' : state.comment],
    ['states', state.states.join(',')], ['flags', state.flags.join() === 'none' ? '' : state.flags.join(',')], ['tags', list(state.tags)],
    ['step', state.step === 'auto' ? '' : state.step], ['by', state.by === 'responsible' ? '' : state.by]
  ]
  return parts.filter(([, text]) => text !== '').map(([key, text]) => `${key}=${text}`).join('&')
}
