import type { DemoPortal, Item } from '../../demo/state'

/*
 * The numbers of the report once more, from the portal's collections, by the shortest way that comes to mind and with nothing from the app: its own
 * readers of fields, its own calendar, its own formulas. Slow, and meant to be read beside the papers.
 */

export type Measure = 'nps' | 'csat' | 'ces' | 'stars' | 'coefficient'
type Group = 'high' | 'middle' | 'low'
const GROUPS: readonly Group[] = ['high', 'middle', 'low']
const Z = 1.959963984540054
const DAY = 86_400_000

/** What a person looks at, in the test's own words; lists: empty = everything, null = without. */
export interface State {
  period: string
  comparison: 'previous' | 'yearAgo' | 'none'
  measure: Measure
  surveys: string[]
  channels: (string | null)[]
  pipelines: (number | null)[]
  responsible: (number | null)[]
  departments: number[]
  companies: (number | null)[]
  groups: Group[]
  languages: string[]
  snapshots: string[][]
  comment: 'any' | 'with' | 'without'
  states: string[]
  flags: string[]
  tags: (number | null)[]
  step: 'auto' | 'day' | 'week' | 'month'
  by: string
}

interface Effort { points: number; easyIs: 'high' | 'low' }

/** An answer, read from the portal. */
interface Row {
  id: number; at: number; values: Record<Measure, number | null>; effort: Effort | null; group: Group | null; flag: string; channel: string | null
  survey: string
  lang: string; state: string; deal: number | null; contact: number | null; company: number | null; owner: number | null; pipeline: number | null
  snapshots: string[]
  sum: { amount: number; currency: string } | null; tags: number[]; invitation: number | null; sentAt: number | null; doneAt: number | null; commented: boolean
}

interface Invitation {
  id: number; state: string; sentAt: number | null; survey: string; channel: string | null; lang: string; company: number | null; owner: number | null
  test: boolean
}

export interface Book {
  rows: Row[]
  invitations: Invitation[]
  /** user id → departments and all above */
  departments: Map<number, Set<number>>
}

const moment = (value: unknown): number | null => typeof value === 'string' && value !== '' ? new Date(value).getTime() : null
const id = (value: unknown): number | null => Number(value) > 0 ? Number(value) : null

function whole(text: unknown, low: number, high: number): number | null {
  if (typeof text !== 'string' || !/^\d{1,2}$/.test(text) || String(Number(text)) !== text) return null
  return Number(text) >= low && Number(text) <= high ? Number(text) : null
}

/** Reads everything that the portal keeps. */
export function readBook({ state }: DemoPortal): Book {
  const type = state.types.find(one => state.userFields.some(field => field.fieldName === `UF_CRM_${one.id}_FB_NPS`))!
  const of = (item: Item, code: string): unknown => item.fields[`UF_CRM_${type.id}_${code}`] ?? null
  const listed = (item: Item, code: string): string | null => {
    const values = state.userFields.find(field => field.fieldName === `UF_CRM_${type.id}_${code}`)!.enum
    return values.find(value => value.id === Number(of(item, code)))?.xmlId ?? null
  }
  const efforts = new Map<string, Effort>()
  for (const stored of state.storages.flatMap(storage => storage.items)) {
    const content = JSON.parse(stored.properties.JSON ?? 'null') as { questions?: { type: string, points?: number, easyIs?: 'high' | 'low' }[] } | null
    const question = content?.questions?.find(one => one.type === 'ces')
    if (question) efforts.set(stored.name, { points: question.points ?? 5, easyIs: question.easyIs ?? 'high' })
  }
  const stages: Record<string, string> = {
    NEW: 'new', FB_LOW: 'low', FB_MIDDLE: 'middle', FB_HIGH: 'high', FB_WORK: 'work', SUCCESS: 'closed', FAIL: 'no_contact', FB_SET_ASIDE: 'set_aside'
  }
  const [answers, invited] = ['Ответы', 'Приглашения'].map(name => state.categories.find(one => one.entityTypeId === type.entityTypeId && one.name === name)!.id)
  const rows: Row[] = []
  const invitations: Invitation[] = []
  for (const item of state.items.get(type.entityTypeId)!.values()) {
    const { fields } = item
    const [channel, flag] = [listed(item, 'FB_CHANNEL'), listed(item, 'FB_FLAG') ?? 'none']
    const base = { id: item.id, survey: String(of(item, 'FB_SURVEY') ?? ''), channel, lang: String(of(item, 'FB_LANG') ?? ''), company: id(fields.COMPANY_ID) }
    if (fields.CATEGORY_ID === invited) {
      invitations.push({ ...base, state: listed(item, 'FB_STATE') ?? '', sentAt: moment(of(item, 'FB_SENT_AT')), test: flag === 'test',
        owner: id(of(item, 'FB_ASKED_BY')) ?? id(fields.ASSIGNED_BY_ID) })
    }
    if (fields.CATEGORY_ID !== answers) continue
    const now = stages[String(fields.STAGE_ID).split(':')[1]!]!
    if (now === 'new') continue
    const effort = efforts.get(`${base.survey}.${Number(of(item, 'FB_VERSION'))}`) ?? null
    const nps = whole(of(item, 'FB_NPS'), 0, 10)
    const ces = effort && whole(of(item, 'FB_CES'), 1, effort.points)
    const coefficient = of(item, 'FB_COEFFICIENT')
    const stage = String(of(item, 'FB_STAGE') ?? '')
    const [amount, currency] = String(of(item, 'FB_SUM') ?? '').split('|')
    const posted = String(of(item, 'FB_INVITATION') ?? '')
    const imported = flag === 'import'
    rows.push({
      ...base, flag, state: now, effort: ces === null ? null : effort,
      // what was imported was answered at another time
      at: (imported ? moment(of(item, 'FB_SENT_AT')) : null) ?? moment(fields.CREATED_TIME)!,
      values: { nps, csat: whole(of(item, 'FB_CSAT'), 1, 5), ces, stars: whole(of(item, 'FB_STARS'), 1, 5), coefficient: coefficient === null ? null : Number(coefficient) },
      group: nps === null ? listed(item, 'FB_GROUP') as Group | null : nps > 8 ? 'high' : nps > 6 ? 'middle' : 'low',
      deal: id(fields.PARENT_ID_2) ?? id(of(item, 'FB_DEAL')), contact: id(fields.CONTACT_ID), owner: id(fields.ASSIGNED_BY_ID),
      pipeline: stage === '' ? null : stage.startsWith('C') && stage.includes(':') ? Number(stage.slice(1, stage.indexOf(':'))) : 0,
      snapshots: [1, 2, 3, 4, 5].map(number => String(of(item, `FB_SNAP${number}`) ?? '')),
      sum: currency === undefined ? null : { amount: Number(amount), currency },
      tags: (of(item, 'FB_TAGS') as number[] | null) ?? [],
      invitation: flag === 'unmatched' || !/^\d+$/.test(posted) ? null : Number(posted),
      sentAt: imported ? null : moment(of(item, 'FB_SENT_AT')), doneAt: moment(of(item, 'FB_DONE_AT')), commented: String(of(item, 'FB_COMMENT') ?? '').trim() !== ''
    })
  }
  const above = (department: number): number[] => {
    const parent = state.departments.find(one => one.id === department)?.parent
    return [department, ...(parent ? above(parent) : [])]
  }
  return { rows, invitations, departments: new Map(state.users.map(user => [user.id, new Set(user.departments.flatMap(above))])) }
}

// ——— calendar

const pad = (number: number): string => String(number).padStart(2, '0')

/** First moment of a day at a place. The day may be out of range: 2026-02-31 is 3 March. */
function midnight(year: number, month: number, day: number, zone: string): number {
  const wanted = Date.UTC(year, month - 1, day)
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const shown = (at: number): number => {
    const part = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)])) as Record<string, number>
    return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute)
  }
  let at = wanted
  for (let turn = 0; turn < 4; turn++) at += wanted - shown(at)
  return at
}

/** Year, month, day of a moment at a place. */
export function dayAt(at: number, zone: string): [number, number, number] {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(at).split('-').map(Number) as [number, number, number]
}

type Day = [number, number, number]
const moved = ([year, month, day]: Day, by: { days?: number, months?: number }): Day => {
  const months = year * 12 + month - 1 + (by.months ?? 0)
  const [y, m] = [Math.floor(months / 12), months % 12]
  const last = new Date(Date.UTC(y, m + 1, 0)).getUTCDate()
  const date = new Date(Date.UTC(y, m, Math.min(day, last) + (by.days ?? 0)))
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
}
const daysBetween = (a: Day, b: Day): number => Math.round((Date.UTC(b[0], b[1] - 1, b[2]) - Date.UTC(a[0], a[1] - 1, a[2])) / DAY)

interface Span { from: number; to: number }

/** The chosen days and those they are compared with, as moments. */
function spansOf({ period, comparison }: State, now: number, zone: string): { now: Span, before: Span | null } {
  const today = dayAt(now, zone)
  const [year, month] = today
  const span = (first: Day, last: Day): Span => ({ from: midnight(...first, zone), to: midnight(...moved(last, { days: 1 }), zone) })
  const quarter: Day = [year, month - (month - 1) % 3, 1]
  const end = (first: Day, months: number): Day => moved(moved(first, { months }), { days: -1 })
  const choose = (): { days: [Day, Day], before: [Day, Day] } => {
    const back = (days: [Day, Day], months: number): [Day, Day] => [moved(days[0], { months: -months }), moved(days[1], { months: -months })]
    const upTo = (first: Day, months: number): { days: [Day, Day], before: [Day, Day] } => ({ days: [first, today], before: back([first, today], months) })
    const asMany = (first: Day, last: Day): { days: [Day, Day], before: [Day, Day] } => {
      const count = daysBetween(first, last) + 1
      return { days: [first, last], before: [moved(first, { days: -count }), moved(first, { days: -1 })] }
    }
    const full = (first: Day, months: number): { days: [Day, Day], before: [Day, Day] } => {
      const earlier = moved(first, { months: -months })
      return { days: [first, end(first, months)], before: [earlier, end(earlier, months)] }
    }
    switch (period) {
      case 'last7Days': return asMany(moved(today, { days: -6 }), today)
      case 'last30Days': return asMany(moved(today, { days: -29 }), today)
      case 'thisMonth': return upTo([year, month, 1], 1)
      case 'lastMonth': return full(moved([year, month, 1], { months: -1 }), 1)
      case 'thisQuarter': return upTo(quarter, 3)
      case 'lastQuarter': return full(moved(quarter, { months: -3 }), 3)
      case 'thisYear': return upTo([year, 1, 1], 12)
      case 'last12Months': return upTo(moved([year, month, 1], { months: -11 }), 12)
      default: {
        const [first, last] = period.split('..').map(day => day.split('-').map(Number) as Day) as [Day, Day]
        return asMany(first, daysBetween(last, today) < 0 ? today : last)
      }
    }
  }
  if (period === 'all') return { now: { from: -Infinity, to: midnight(...moved(today, { days: 1 }), zone) }, before: null }
  const { days, before } = choose()
  const earlier = comparison === 'none' ? null : comparison === 'yearAgo' ? [moved(days[0], { months: -12 }), moved(days[1], { months: -12 })] as const : before
  return { now: span(...days), before: earlier && span(earlier[0], earlier[1]) }
}

/** Days, weeks from Monday, or months of a span, cut to it: name → moments. */
function stepsOf({ from, to }: Span, step: 'day' | 'week' | 'month', zone: string): Map<string, Span> {
  const steps = new Map<string, Span>()
  const start = dayAt(from, zone)
  const weekday = (new Date(Date.UTC(start[0], start[1] - 1, start[2])).getUTCDay() + 6) % 7
  let first: Day = step === 'month' ? [start[0], start[1], 1] : step === 'week' ? moved(start, { days: -weekday }) : start
  while (midnight(...first, zone) < to) {
    const next = moved(first, step === 'month' ? { months: 1 } : { days: step === 'week' ? 7 : 1 })
    const name = `${first[0]}-${pad(first[1])}${step === 'month' ? '' : `-${pad(first[2])}`}`
    steps.set(name, { from: Math.max(from, midnight(...first, zone)), to: Math.min(to, midnight(...next, zone)) })
    first = next
  }
  return steps
}

// ——— scores

const easy = (value: number, { points, easyIs }: Effort): number => easyIs === 'high' ? value : points + 1 - value

function groupIn(row: Row, measure: Measure): Group | null {
  const value = row.values[measure]
  if (value === null) return null
  if (measure === 'coefficient') return row.group
  if (measure === 'nps') return value >= 9 ? 'high' : value >= 7 ? 'middle' : 'low'
  const [good, middle] = measure === 'ces' ? [easy(value, row.effort!), (row.effort!.points + 1) / 2] : [value, 3]
  return good > middle ? 'high' : good === middle ? 'middle' : 'low'
}

export interface Score { n: number; value: number | null; from: number | null; to: number | null; groups: Record<Group, number>; mixed: boolean }

/** Centre and standard error around which the difference of two scores is judged. */
interface Adjusted { centre: number; error: number }

function adjust(rows: readonly Row[], measure: Measure, forDifference: boolean): Adjusted {
  const n = rows.length
  if (measure === 'nps' || measure === 'stars' || measure === 'coefficient') {
    // ¾ of an answer at each end and 1½ in the middle (Rocks 2016)
    const places = rows.map(row => {
      if (measure === 'nps') return { high: 100, middle: 0, low: -100 }[groupIn(row, 'nps')!]
      return measure === 'stars' ? (row.values.stars! - 3) / 2 * 100 : (row.values.coefficient! - 50) * 2
    })
    const mean = places.reduce((sum, place) => sum + place, 0) / (n + 3)
    const squares = (places.reduce((sum, place) => sum + place ** 2, 0) + 1.5 * 100 ** 2) / (n + 3)
    const scale = measure === 'nps' ? 1 : measure === 'stars' ? 0.02 : 0.5
    return { centre: mean * scale, error: Math.sqrt((squares - mean ** 2) / (n + 3)) * scale }
  }
  const top = rows.filter(row => groupIn(row, measure) === 'high').length
  const [extra, more] = forDifference ? [1, 2] : [0, 0]
  const p = (top + extra) / (n + more)
  return { centre: 100 * p, error: 100 * Math.sqrt(p * (1 - p) / (n + more)) }
}

const OFFSET: Record<Measure, number> = { nps: 0, csat: 0, ces: 0, stars: 3, coefficient: 50 }

function scoreOf(rows: readonly Row[], measure: Measure): Score {
  const n = rows.length
  const groups = Object.fromEntries(GROUPS.map(group => [group, rows.filter(row => groupIn(row, measure) === group).length])) as Record<Group, number>
  const mixed = measure === 'ces' && new Set(rows.map(row => `${row.effort!.points}${row.effort!.easyIs}`)).size > 1
  if (n === 0 || mixed) return { n, value: null, from: null, to: null, groups, mixed }
  if (measure === 'csat' || measure === 'ces') {
    const p = groups.high / n
    const middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    const half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return { n, value: 100 * p, from: 100 * (middle - half), to: 100 * (middle + half), groups, mixed }
  }
  const { centre, error } = adjust(rows, measure, false)
  const [low, high] = measure === 'nps' ? [-100, 100] : measure === 'stars' ? [1, 5] : [0, 100]
  const value = measure === 'nps' ? 100 * (groups.high - groups.low) / n : rows.reduce((sum, row) => sum + row.values[measure]!, 0) / n
  const at = centre + OFFSET[measure]
  return { n, value, from: Math.max(low, at - Z * error), to: Math.min(high, at + Z * error), groups, mixed }
}

interface Change { difference: number; verdict: 'up' | 'down' | 'cannotTell' }

function changeOf(later: readonly Row[], earlier: readonly Row[], measure: Measure): Change | null {
  if (later.length < 5 || earlier.length < 5) return null
  const [now, before] = [scoreOf(later, measure), scoreOf(earlier, measure)]
  const scaleOf = ({ effort }: Row): string => `${effort?.points}${effort?.easyIs}`
  if (now.value === null || before.value === null || (measure === 'ces' && scaleOf(later[0]!) !== scaleOf(earlier[0]!))) return null
  const [a, b] = [adjust(later, measure, true), adjust(earlier, measure, true)]
  const z = (a.centre - b.centre) / Math.sqrt(a.error ** 2 + b.error ** 2)
  return { difference: now.value - before.value, verdict: z > Z ? 'up' : z < -Z ? 'down' : 'cannotTell' }
}

/** Whole percentages that add up to 100: the largest rests get what rounding down leaves. */
export function percents(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const exact = counts.map(count => 100 * count / total)
  const result = exact.map(Math.floor)
  while (result.reduce((sum, part) => sum + part, 0) < 100) {
    let best = 0
    exact.forEach((value, index) => { if (value - result[index]! > exact[best]! - result[best]! + 1e-9) best = index })
    result[best]! += 1
  }
  return result
}

// ——— times

/** Median of durations some of which are not over (Kaplan–Meier); null when nobody can know yet. */
function medianOf(ended: readonly number[], running: readonly number[]): number | null {
  let survival = 1
  for (const at of [...new Set(ended)].sort((a, b) => a - b)) {
    const risk = ended.filter(one => one >= at).length + running.filter(one => one >= at).length
    survival *= 1 - ended.filter(one => one === at).length / risk
    if (survival <= 0.5 + 1e-12) return at
  }
  return null
}

// ——— the page

const SHARED = ['link', 'qr', 'embed']

export interface Numbers {
  /** everything that the state asks for, newest first */
  listed: Row[]
  headline: Score
  previous: Score | null
  change: Change | null
  bars: Map<number, number>
  trend: Map<string, Score>
  breakdown: Map<string, Score & { rank: number | null, rest: Change | null }>
  drivers: Map<number, { with: Score, without: Score, impact: number | null }>
  response: { sent: number, answered: number }
  answerTime: { ended: number, median: number | null }
  closeTime: { ended: number, running: number, undated: number, median: number | null }
  sums: Map<string, Record<Group, { deals: number, amount: number }>>
}

/** Everything that the page shows of one state. */
export function numbersOf({ rows, invitations, departments }: Book, state: State, now: number, zone: string): Numbers {
  const { measure } = state
  const spans = spansOf(state, now, zone)
  const isIn = (at: number, span: Span | null): boolean => span !== null && at >= span.from && at < span.to
  const among = <T>(list: readonly T[], value: T): boolean => list.length === 0 || list.includes(value)
  const below = (person: number | null): boolean => state.departments.length === 0
    || (person !== null && state.departments.some(one => departments.get(person)?.has(one)))
  const wanted = rows.filter(row => among(state.surveys, row.survey) && among(state.channels, row.channel) && among(state.pipelines, row.pipeline)
    && among(state.responsible, row.owner) && below(row.owner) && among(state.companies, row.company)
    && (state.groups.length === 0 || (row.group !== null && state.groups.includes(row.group))) && among(state.languages, row.lang)
    && state.snapshots.every((list, index) => among(list, row.snapshots[index]!))
    && (state.comment === 'any' || row.commented === (state.comment === 'with')) && among(state.states, row.state) && state.flags.includes(row.flag)
    && (state.tags.length === 0 || state.tags.some(tag => tag === null ? row.tags.length === 0 : row.tags.includes(tag))))
    .sort((a, b) => b.at - a.at || b.id - a.id)
  const counts = (row: Row): boolean => row.values[measure] !== null && (state.channels.length > 0 || !SHARED.includes(row.channel ?? ''))
  const listed = wanted.filter(row => isIn(row.at, spans.now))
  const counted = listed.filter(counts)
  const before = wanted.filter(row => isIn(row.at, spans.before) && counts(row))

  const widest = counted.some(row => row.effort?.points === 7) ? 7 : 5
  const scale = measure === 'nps' ? [0, 10] : measure === 'ces' ? [1, widest] : [1, 5]
  const bars = new Map<number, number>()
  const tenthOf = (row: Row): number => Math.min(90, Math.floor(row.values.coefficient! / 10) * 10)
  if (measure === 'coefficient') for (let tenth = 0; tenth < 100; tenth += 10) bars.set(tenth, counted.filter(row => tenthOf(row) === tenth).length)
  else for (let value = scale[0]!; value <= scale[1]!; value++) bars.set(value, counted.filter(row => row.values[measure] === value).length)

  const whole: Span = { from: spans.now.from === -Infinity ? counted.at(-1)?.at ?? spans.now.to : spans.now.from, to: spans.now.to }
  const length = (whole.to - whole.from) / DAY
  const step = state.step !== 'auto' ? state.step : length < 32 ? 'day' : length < 184 ? 'week' : 'month'
  const steps = whole.from < whole.to ? [...stepsOf(whole, step, zone)] : []
  const trend = new Map(steps.map(([name, span]) => [name, scoreOf(counted.filter(row => isIn(row.at, span)), measure)]))

  const valueBy = (row: Row): string => String(({
    responsible: row.owner, pipeline: row.pipeline, channel: row.channel, survey: row.survey, company: row.company, group: row.group, language: row.lang
  } as Record<string, unknown>)[state.by] ?? (state.by.startsWith('snapshot') ? row.snapshots[Number(state.by.at(-1)) - 1]! : null))
  const scored = [...new Set(counted.map(valueBy))].map(value => {
    const [inside, outside] = [counted.filter(row => valueBy(row) === value), counted.filter(row => valueBy(row) !== value)]
    const score = scoreOf(inside, measure)
    return { value, score: state.by === 'group' ? { ...score, value: null } : score, rest: state.by === 'group' ? null : changeOf(inside, outside, measure) }
  })
  const ranked = scored.filter(({ score }) => score.n >= 10 && score.value !== null)
  const mixed = scoreOf(counted, measure).mixed
  const breakdown = new Map(scored.map(({ value, score, rest }) => [value, {
    ...score, rest, rank: mixed || score.n < 10 || score.value === null ? null : 1 + ranked.filter(other => other.score.value! > score.value! + 1e-9).length
  }]))

  const all = scoreOf(counted, measure)
  const drivers = new Map([...new Set(counted.flatMap(row => row.tags))].map(tag => {
    const [inside, outside] = [counted.filter(row => row.tags.includes(tag)), counted.filter(row => !row.tags.includes(tag))]
    const without = scoreOf(outside, measure)
    return [tag, { with: scoreOf(inside, measure), without, impact: all.value === null || without.value === null ? null : all.value - without.value }]
  }))

  const tests = new Set(rows.filter(row => row.flag === 'test').map(row => row.invitation))
  const answered = new Set(rows.filter(row => row.flag === 'none' || row.flag === 'late').map(row => row.invitation))
  const sent = invitations.filter(one => one.sentAt !== null && isIn(one.sentAt, spans.now) && ['sent', 'expired'].includes(one.state)
    && !one.test && !tests.has(one.id)
    && ![...SHARED, 'import', 'phone'].includes(one.channel ?? '') && among(state.surveys, one.survey) && among(state.channels, one.channel) && among(state.languages, one.lang)
    && among(state.companies, one.company) && among(state.responsible, one.owner) && below(one.owner))

  const waits = listed.flatMap(row => row.sentAt !== null && row.at >= row.sentAt ? [row.at - row.sentAt] : [])
  const cases = listed.filter(row => row.flag === 'none' && row.group === 'low')
  const closed = cases.flatMap(row => row.doneAt !== null && row.doneAt >= row.at ? [row.doneAt - row.at] : [])
  const open = cases.filter(row => !(row.doneAt !== null && row.doneAt >= row.at) && ['low', 'work'].includes(row.state)).map(row => now - row.at)
  const undated = cases.filter(row => !(row.doneAt !== null && row.doneAt >= row.at) && ['closed', 'no_contact'].includes(row.state)).length

  const sums = new Map<string, Record<Group, { deals: number, amount: number }>>()
  const seen = new Set<number>()
  for (const row of counted) {
    const group = groupIn(row, measure)
    if (row.deal === null || seen.has(row.deal) || group === null || row.sum === null) continue
    seen.add(row.deal)
    const none = (): { deals: number, amount: number } => ({ deals: 0, amount: 0 })
    const sum = sums.get(row.sum.currency) ?? { high: none(), middle: none(), low: none() }
    sums.set(row.sum.currency, sum)
    sum[group].deals += 1
    sum[group].amount += row.sum.amount
  }
  return {
    listed,
    headline: all, previous: spans.before && scoreOf(before, measure), change: spans.before && changeOf(counted, before, measure),
    bars, trend, breakdown, drivers,
    response: { sent: sent.length, answered: sent.filter(one => answered.has(one.id)).length },
    answerTime: { ended: waits.length, median: medianOf(waits, []) },
    closeTime: { ended: closed.length, running: open.length, undated, median: medianOf(closed, open) },
    sums
  }
}

/** Numbers between 0 and 1 that look random and are always the same (Park and Miller's generator). */
export function dice(seed: number): () => number {
  let state = seed
  return () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647
}
