import type { Browser } from 'playwright-core'
import { coldStart, type ColdStart } from './cold-start'
import { openDashboard } from './dashboard'
import { placesOf, type Place } from './places'
import { PROFILES, type Profile } from './profiles'
import { openScene } from './scene'
import { median } from './statistics'

/** A screen under one profile: medians of several cold starts. */
export interface Screen extends ColdStart { place: string; profile: Profile['name'] }

export interface ScreenOptions {
  runs: number
  profiles: readonly Profile['name'][]
  /** folder of the official dashboard template's build; measured in the same portal when given */
  dashboard: string | null
  progress: (text: string) => void
}

/** Answers in the portal in which the screens are measured. */
export const ANSWERS = 400

export async function measureScreens(browser: Browser, options: ScreenOptions): Promise<Screen[]> {
  const { demo, store } = await openScene(ANSWERS)
  try {
    const origins = { app: demo.appUrl, portal: demo.portalUrl }
    const screens = await measurePlaces(browser, await placesOf(demo, store), origins, options)
    if (options.dashboard === null) return screens
    const other = await openDashboard(options.dashboard)
    try {
      return [...screens, ...await measurePlaces(browser, [other.place], { app: other.demo.appUrl, portal: other.demo.portalUrl }, options)]
    } finally {
      await other.demo.close()
    }
  } finally {
    await demo.close()
  }
}

async function measurePlaces(browser: Browser, places: readonly Place[], origins: { app: string; portal: string }, options: ScreenOptions): Promise<Screen[]> {
  const screens: Screen[] = []
  for (const place of places) {
    // the host packs a file when it is first asked for
    await coldStart(browser, place, PROFILES[0]!, origins)
    for (const profile of PROFILES.filter(({ name }) => options.profiles.includes(name))) {
      options.progress(`${place.name}, ${profile.name}`)
      const runs: ColdStart[] = []
      for (let run = 0; run < options.runs; run++) runs.push(await coldStart(browser, place, profile, origins))
      screens.push({ place: place.name, profile: profile.name, ...medians(runs) })
    }
  }
  return screens
}

function medians(runs: readonly ColdStart[]): ColdStart {
  const of = (key: keyof ColdStart): number => median(runs.map(run => run[key] ?? Number.NaN))
  const orNone = (value: number): number | null => Number.isNaN(value) ? null : value
  return {
    paint: orNone(of('paint')), portal: orNone(of('portal')), data: of('data'), requests: of('requests'), kilobytes: of('kilobytes'),
    posts: of('posts'), preflights: of('preflights')
  }
}
