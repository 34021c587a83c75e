import type { Browser } from 'playwright-core'

/** The longest task of a page: how long it could not have reacted. Milliseconds. */
export interface LongestTask {
  /** by the clock: with whatever else the machine did meanwhile */
  wall: number
  /** of the processor's time that the page's thread got: comparable on a busy machine. Not always the same task as the one by the clock */
  cpu: number
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** microseconds */
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** What the browser's scheduler ran, of whatever kind: scripts, replies, painting, collection of memory. */
const TASK = 'ThreadControllerImpl::RunTask'

/** Does something and finds the longest task of the page that was busiest meanwhile, by the browser's own trace. */
export async function withLongestTask<T>(browser: Browser, work: () => Promise<T>): Promise<{ result: T; longest: LongestTask }> {
  await browser.startTracing(undefined, { categories: ['-*', 'toplevel'] })
  const result = await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`
  const pages = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf))
  const tasks = new Map<string, { wall: number[]; cpu: number[]; sum: number }>()
  for (const event of traceEvents) {
    if (event.name !== TASK || event.ph !== 'X' || !pages.has(threadOf(event))) continue
    const own = tasks.get(threadOf(event)) ?? { wall: [], cpu: [], sum: 0 }
    tasks.set(threadOf(event), own)
    own.wall.push((event.dur ?? 0) / 1000)
    own.cpu.push((event.tdur ?? 0) / 1000)
    own.sum += (event.tdur ?? 0) / 1000
  }
  const [busiest] = [...tasks.values()].sort((a, b) => b.sum - a.sum)
  if (!busiest) throw new Error('the browser traced no page')
  const longest = (of: readonly number[]): number => of.reduce((a, b) => Math.max(a, b), 0)
  return { result, longest: { wall: longest(busiest.wall), cpu: longest(busiest.cpu) } }
}
