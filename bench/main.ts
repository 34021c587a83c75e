import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrowser } from '../tests/e2e/browser'
import { DIST, weighPages } from '../tests/weight/page-weight'
import { measureAggregate } from './aggregate-time'
import peers from './peers.json' with { type: 'json' }
import { PROFILES, THROTTLING_FLAGS } from './profiles'
import { measureReportLoad } from './report-load'
import { LATENCY, measureJobs } from './rest-traffic'
import { ANSWERS, measureScreens, type Screen } from './screens'
import { table, type Cell } from './table'

/*
 * npm run bench                          everything, as tables
 * npm run bench -- --json                one JSON object and nothing else on stdout
 * npm run bench -- --runs 9              cold starts per screen and profile, 5 by default
 * npm run bench -- --quick               one cold start each, unthrottled, and no great numbers of answers
 * npm run bench -- --report              only the report's data path and figures
 * npm run bench -- --dashboard <folder>  also the official dashboard template, from the folder of its build
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false }, runs: { type: 'string' }, dashboard: { type: 'string' }
  }
})
const runs = values.quick ? 1 : Number(values.runs ?? 5)
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1 on')

const progress = (text: string): void => { process.stderr.write(`${text}\n`) }

async function measure() {
  const whole = !values.report
  if (!existsSync(join(DIST, 'tab.html'))) {
    progress('dist/ is missing: building the app first')
    execFileSync('npm', ['run', 'build'], { cwd: join(DIST, '..'), stdio: ['ignore', 2, 2] })
  }
  const browser = await openBrowser(THROTTLING_FLAGS)
  try {
    const profiles = PROFILES.map(({ name }) => name).filter(name => !values.quick || name === 'local')
    const screens = whole ? await measureScreens(browser, { runs, profiles, dashboard: values.dashboard ?? null, progress }) : []
    if (whole) progress('requests')
    const jobs = whole ? await measureJobs() : []
    const reports = []
    // page by page 10⁵ answers would take a quarter of an hour at this latency: there, requests alone are counted
    for (const answers of values.quick ? [1_000] : [1_000, 10_000, 100_000]) {
      progress(`report, ${answers} answers`)
      reports.push(await measureReportLoad(browser, answers, LATENCY, answers < 100_000, part => progress(`  known so far: ${JSON.stringify(part)}`)))
    }
    const aggregates = []
    for (const answers of [1_000, 10_000, 100_000]) aggregates.push(await measureAggregate(answers, Math.max(runs, 5)))
    return {
      at: new Date().toISOString(),
      machine: { processor: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version, browser: `Chromium ${browser.version()}` },
      runs, latency: LATENCY, screens, peers, jobs, reports, aggregates,
      weights: whole ? weighPages().map(({ limit, ...row }) => ({ ...row, limit: Number.isFinite(limit) ? limit : null })) : []
    }
  } finally {
    await browser.close()
  }
}

type Measured = Awaited<ReturnType<typeof measure>>

/** The dashboard of this run where it was measured, else the recorded one. */
function dashboardTime({ screens }: Measured, profile: Screen['profile']): number {
  return screens.find(screen => screen.place === 'dashboard' && screen.profile === profile)?.data ?? peers.peers[0]!.times[profile].data
}

function screenRows(measured: Measured): Cell[][] {
  const profiles = PROFILES.map(({ name }) => name).filter(name => measured.screens.some(({ profile }) => profile === name))
  const ratio = (data: number, profile: Screen['profile']): string => `${(data / dashboardTime(measured, profile)).toFixed(2)}`
  return profiles.flatMap(profile => [
    ...measured.screens.filter(screen => screen.profile === profile).map((screen): Cell[] => [
      screen.place, profile, screen.paint, screen.portal, screen.data, ratio(screen.data, profile),
      screen.requests, screen.kilobytes, screen.posts, screen.preflights
    ]),
    ...peers.peers.map(({ name, times, requests, kilobytes, posts, preflights }): Cell[] => {
      const { paint, portal, data } = times[profile]
      return [`${name} *`, profile, paint, portal, data, ratio(data, profile), requests, kilobytes, posts, preflights]
    })
  ])
}

function printScreens(measured: Measured): void {
  const { weights, jobs } = measured
  console.log(table(
    `Cold start in the portal's frame, ${ANSWERS} answers, median of ${runs}, milliseconds (ratio: data against the dashboard)`,
    ['screen', 'profile', 'first paint', 'portal answers', 'data visible', 'ratio', 'requests', 'KB', 'POST', 'preflight'], screenRows(measured)
  ))
  console.log(`* recorded. ${peers.source}\n`)
  console.log(table('Weight, KB, brotli 11, scripts and styles until the first screen', ['page', 'files', 'scripts', 'styles', 'all', 'limit'],
    weights.map(({ page, files, script, style, all, limit }) => [page, files, script.toFixed(1), style.toFixed(1), all.toFixed(1), limit])))
  console.log(table(`Requests at a portal that takes ${LATENCY} ms for each`, ['job', 'requests', 'commands', 'ms'],
    jobs.map(({ job, requests, commands, milliseconds }) => [job, requests, commands, milliseconds])))
}

function print(measured: Measured): void {
  const { machine, screens, reports, aggregates } = measured
  console.log(`${measured.at.slice(0, 10)}, ${machine.processor}, ${machine.cores} cores, Node ${machine.node}, ${machine.browser}\n`)
  if (screens.length > 0) printScreens(measured)
  console.log(table(`Report in the browser, ${LATENCY} ms a request: figures of the default period, then with comparison and counts; a first visit and the next`,
    ['answers', 'visit', 'rows', 'requests, period', 'ms', 'requests, complete', 'ms', 'records read', 'longest block, ms', 'longest task', 'processor time', 'filter change, ms', 'disk'],
    reports.flatMap(({ answers, cold, warm }) => Object.entries({ cold, warm }).map(([name, visit]): Cell[] => {
      const { rows, period, complete, read, blocked, longest, change, diskTrouble } = visit
      return [
        answers, name, rows, period.requests, period.milliseconds, complete.requests, complete.milliseconds, read, blocked, longest.wall, longest.cpu, change,
        diskTrouble || 'kept'
      ]
    }))))
  console.log(table('The report in the portal\'s frame: first figures, and the longest task by the clock and by processor time, milliseconds',
    ['answers', 'what', 'first figures', 'longest task', 'processor time'],
    reports.flatMap(({ answers, screen: { cold, warm, changes, records } }): Cell[][] => [
      [answers, 'first visit', cold.figures, cold.longest.wall, cold.longest.cpu], [answers, 'next visit', warm.figures, warm.longest.wall, warm.longest.cpu],
      [answers, 'changes of the filter', null, changes.wall, changes.cpu], [answers, 'records behind a number', null, records.wall, records.cpu]
    ])))
  console.log('Without the brake of half the operating time: a portal that counts 0.05 s a page lets 96 requests (240,000 rows) pass in ten minutes.\n')
  console.log(table('Every record of the portal, beside the SDK\'s own list helper: 50 rows a request, one after another (– = not measured: minutes)',
    ['answers', 'rows', 'requests', 'ms', 'rows, SDK', 'requests, SDK', 'times as many', 'ms, SDK', 'ms, SDK, portal without latency'],
    reports.map(({ answers, everything, sdk, sdkAtOnce }) => [
      answers, everything.rows, everything.requests, everything.milliseconds, sdkAtOnce.rows, sdkAtOnce.requests, sdkAtOnce.requests / everything.requests,
      sdk?.milliseconds ?? null, sdkAtOnce.milliseconds
    ])))
  console.log(table('aggregate(), milliseconds: a change of the filter on the default view, and over forty other views; building its tables once after loading',
    ['answers', 'default view', 'median', 'worst', 'tables', 'longest slice'],
    aggregates.map(one => [one.answers, one.standard, one.median, one.worst, one.build, one.longestSlice])))
}

const measured = await measure()
if (values.json) console.log(JSON.stringify(measured))
else print(measured)
