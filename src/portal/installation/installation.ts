import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { keepsDeals, type RecordStore } from '@/portal/record-store'
import { parseSettings, readSettings, writeSetting, type Duty, type Settings } from '@/portal/settings-store'
import { fieldAddresses, inspectFields, makeFields } from './fields'
import type { Finding } from './finding'
import { hasDealStore, inspectDealPipelines, makeDealPipelines } from './deal-pipelines'
import { checkRights, type Rights } from './rights'
import { inspectStages, makeStages, stageAddresses } from './stages'
import { inspectStorages, makeStorages } from './storages'
import { findType, inspectStore, makePipelines, makeType } from './store'
import type { StorePlace } from './store-place'
import { bindWidgets, inspectWidgets } from './widgets'
import { workersOf } from './duty'

/** In this order; each is safe to repeat. The survey with its form comes after them, then the screen calls installFinish. */
export const STEPS = ['rights', 'store', 'fields', 'stages', 'addresses', 'storages', 'widgets', 'duty', 'finish'] as const
export type Step = typeof STEPS[number]

export interface StepReport {
  step: Step
  state: 'running' | 'done' | 'failed'
  error?: PortalError
}

/** What keeps invitations and answers. */
export type StoreKind = 'smartProcess' | 'deals'

export interface InstallationChoices {
  /** counts where no earlier installation has made either: it is never changed afterwards */
  keepIn: StoreKind
  /** everybody with access to the CRM sees answers; else CRM roles decide. Counts when the store is made; of deals the roles always decide. */
  everyone: boolean
  /** who handles answers; null = keep who is named already, else who is installing */
  duty: Duty | null
  /** address of the app's own files, ending with /: handlers of widgets */
  appBase: string
  /** address of the answer page in links; null = keep, else the app's own */
  linkBase: string | null
  /** a new random name of this installation; an unfinished one keeps its own */
  generation: string
}

export interface Installed {
  rights: Rights
  store: RecordStore
  duty: Duty
  /** address of the answer page in links */
  base: string
}

/**
 * Installs, repairs or continues an installation that was broken off at any request: everything is looked for before it is made.
 * A second run in the same portal writes nothing.
 * @param report gets each step as it starts and ends
 * @throws PortalError of the step that failed, after reporting it; what is done stays
 */
export async function runInstallation(portal: Portal, choices: InstallationChoices, report: (step: StepReport) => void): Promise<Installed> {
  async function step<T>(name: Step, run: () => Promise<T>): Promise<T> {
    report({ step: name, state: 'running' })
    try {
      const result = await run()
      report({ step: name, state: 'done' })
      return result
    } catch (error) {
      const known = error instanceof PortalError ? error : new PortalError('unexpected', { detail: String(error) })
      report({ step: name, state: 'failed', error: known })
      throw known
    }
  }

  const rights = await step('rights', () => checkRights(portal))
  const { langs, options } = rights
  const lang = langs[0] ?? 'en'
  const settings = usableSettings(options)
  const place = await step('store', async () => {
    const stored = storedKind(settings.store)
    const found = stored === 'deals' ? null : await findType(portal, settings.store)
    const kind = stored ?? (found ? 'smartProcess' : await hasDealStore(portal) ? 'deals' : choices.keepIn)
    if (kind === 'deals') return await makeDealPipelines(portal, settings.store, lang)
    const type = await makeType(portal, found, { lang, everyone: choices.everyone })
    return await makePipelines(portal, type, settings.store, lang)
  })
  await step('fields', () => makeFields(portal, place, langs))
  await step('stages', () => makeStages(portal, place, lang))
  const store = await step('addresses', async () => {
    const addresses = await readAddresses(portal, place, settings.store?.generation ?? choices.generation)
    await writeChanged(portal, options, 'store', addresses)
    return addresses
  })
  await step('storages', () => makeStorages(portal))
  const duty = choices.duty ?? settings.duty ?? { person: rights.userId, deputy: null }
  await step('widgets', () => bindWidgets(portal, { base: choices.appBase, workers: workersOf(duty) }, langs))
  await step('duty', () => writeChanged(portal, options, 'duty', duty))
  const base = choices.linkBase ?? settings.base ?? choices.appBase
  await step('finish', async () => {
    await writeChanged(portal, options, 'base', base)
    await writeChanged(portal, options, 'installed', store.generation)
  })
  return { rights, store, duty, base }
}

/** @returns null without a store */
export function storedKind(store: RecordStore | null): StoreKind | null {
  return store && (keepsDeals(store) ? 'deals' : 'smartProcess')
}

/** What an earlier installation has made in this portal and nobody noted; null = nothing. @throws PortalError */
export async function madeKind(portal: Portal): Promise<StoreKind | null> {
  if (await findType(portal, null)) return 'smartProcess'
  return await hasDealStore(portal) ? 'deals' : null
}

/**
 * Everything that the portal decides about our names and ids, read from it.
 * @throws PortalError 'storeIncomplete' when a field or list value is missing
 */
export async function readAddresses(portal: Portal, place: StorePlace, generation: string): Promise<RecordStore> {
  return { version: 1, ...place, generation, ...await fieldAddresses(portal, place), ...stageAddresses(place) }
}

/**
 * Reads only: everything that *Repair* (`runInstallation`) would put right, and fields of a wrong type, which it cannot.
 * @param appBase address of the app's own files, ending with /
 * @returns [] when the installation is whole
 */
export async function inspectInstallation(portal: Portal, appBase: string): Promise<Finding[]> {
  const { store, duty } = await readSettings(portal)
  const kind = storedKind(store) ?? await madeKind(portal)
  const { place, findings } = kind === 'deals' ? await inspectDealPipelines(portal, store) : await inspectStore(portal, store)
  return [
    ...findings,
    ...place ? await inspectFields(portal, place) : [],
    ...place ? await inspectStages(portal, place) : [],
    ...store && place && store.entityTypeId === place.entityTypeId ? [] : [{ what: 'addressesMissing', name: 'store' } as const],
    ...await inspectStorages(portal),
    ...await inspectWidgets(portal, { base: appBase, workers: duty ? workersOf(duty) : [] }),
    ...duty ? [] : [{ what: 'dutyMissing', name: 'duty' } as const]
  ]
}

/** Settings that cannot be read count as not written: an installation makes them anew. */
function usableSettings(options: Readonly<Record<string, string>>): Settings {
  const read = (key: keyof Settings): Settings => {
    try {
      return parseSettings({ [key]: options[key] })
    } catch (error) {
      if (error instanceof PortalError && error.code === 'storeIncomplete') return parseSettings({})
      throw error
    }
  }
  return {
    store: read('store').store, duty: read('duty').duty, base: read('base').base, installed: read('installed').installed, access: read('access').access,
    engine: read('engine').engine
  }
}

/** @param options app.option as it was when the run began */
async function writeChanged<K extends keyof Settings>(
  portal: Portal, options: Readonly<Record<string, string>>, key: K, value: NonNullable<Settings[K]>
): Promise<void> {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (options[key] !== text) await writeSetting(portal, key, value)
}
