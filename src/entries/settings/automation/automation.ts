import type { Standstill } from '@/answer/standstill'
import { loadEngineInput } from '@/invitation/engine-input'
import type { TemplateKey } from '@/plan/compile/input'
import { putInCharge, readControl, retireFormer, type InCharge } from '@/plan/control'
import { countRunning, inspectTemplates, isRefusal, refusalOf, uploadTemplates, type TemplateFinding } from '@/plan/templates-store'
import type { Portal } from '@/portal/client'
import type { PortalError } from '@/portal/errors'
import { CONTACT, COMPANY, DEAL } from '@/portal/fields'
import type { RecordStore } from '@/portal/record-store'
import type { Settings } from '@/portal/settings-store'

/** Where the processes work: everything of the settings that they are written from. */
export interface Place {
  store: RecordStore
  /** base address of links, with trailing slash */
  base: string
  dutyId: number
}

/** @returns null while the installation has not come so far */
export function placeOf(settings: Pick<Settings, 'store' | 'base' | 'duty'> | undefined): Place | null {
  return settings?.store && settings.base && settings.duty ? { store: settings.store, base: settings.base, dutyId: settings.duty.person } : null
}

/** Who does the work, as everybody may know it: who was put in charge last. */
export function inChargeOf(settings: Pick<Settings, 'store' | 'engine'> | undefined): InCharge {
  return settings?.store && settings.engine === settings.store.generation ? 'engine' : 'duty'
}

/** Who does the work, and with what. */
export interface Automation {
  inCharge: InCharge
  /** every process that there should be; [] when none was ever uploaded, or they may not be looked at (`refusal`) */
  findings: TemplateFinding[]
  /** how many run on each */
  running: Partial<Record<TemplateKey, number>>
  /** why the portal's processes cannot do the work */
  refusal: PortalError | null
}

/**
 * Everything that an administrator can know about the portal's processes; reads only.
 * @throws PortalError 'surveyUnreadable' when a survey is damaged; when the portal does not answer
 */
export async function loadAutomation(portal: Portal, place: Place): Promise<Automation> {
  const [control, refusal] = [await readControl(portal, place.store), await refusalOf(portal)]
  const inCharge = control?.inCharge ?? 'duty'
  const isUploaded = control !== null && Object.keys(control.templates).length > 0
  if (refusal !== null || (!isUploaded && inCharge === 'duty')) return { inCharge, findings: [], running: {}, refusal }
  const findings = await inspectTemplates(portal, await loadEngineInput(portal, place))
  const present = Object.fromEntries(findings.flatMap(({ key, id }) => id === null ? [] : [[key, id]]))
  return { inCharge, findings, running: await countRunning(portal, present), refusal }
}

/** Uploads the processes and puts them in charge; nothing is uploaded twice. @throws PortalError as `uploadTemplates` */
export async function letPortalWork(portal: Portal, place: Place, report: (key: TemplateKey, isKeptEdit: boolean) => void): Promise<void> {
  await uploadTemplates(portal, await loadEngineInput(portal, place), { report })
  await putInCharge(portal, place.store, 'engine')
}

/**
 * What the installation does about it, on every run: processes of an installation before this one stop, and who was chosen is in charge.
 * @returns why the portal's processes were chosen and cannot do the work: the duty person does
 * @throws PortalError what another try may get over
 */
export async function settleAutomation(portal: Portal, place: Place, chosen: InCharge): Promise<PortalError | null> {
  await retireFormer(portal, place.store)
  if (chosen === 'engine') {
    try {
      await letPortalWork(portal, place, () => {})
      return null
    } catch (error) {
      if (!isRefusal(error)) throw error
      await putDutyInCharge(portal, place.store)
      return error
    }
  }
  await putDutyInCharge(portal, place.store)
  return null
}

/** Where no control record was ever made, the duty person is in charge already. @throws PortalError */
export async function putDutyInCharge(portal: Portal, store: RecordStore): Promise<void> {
  if (await readControl(portal, store)) await putInCharge(portal, store, 'duty')
}

/** Path of the portal's own editor of business processes (component crm.config.bp of the portal: CRM_<type>/edit/<id>/). */
export function designerPath(store: RecordStore, key: TemplateKey, id: number): string {
  return `${designerList(store, key)}edit/${id}/`
}

function designerList(store: RecordStore, key: TemplateKey): string {
  const NAMES: Record<number, string> = { [DEAL]: 'DEAL', [CONTACT]: 'CONTACT', [COMPANY]: 'COMPANY' }
  const type = { deal: DEAL, collect: DEAL, contact: CONTACT, company: COMPANY, send: store.entityTypeId, handle: store.entityTypeId }[key]
  return `/crm/configs/bp/CRM_${NAMES[type] ?? `DYNAMIC_${type}`}/`
}

/** `failed`: invitations or answers may be left standing. */
export function markOfAutomation(found: Automation): 'done' | 'care' | 'failed' {
  const trouble = troubleOf(found)
  if (trouble === 'refused' || trouble === 'missing') return 'failed'
  return trouble === null ? 'done' : 'care'
}

/** What somebody should do about the processes, the most urgent first. */
export type Trouble = 'refused' | 'missing' | 'outdated' | 'edited' | 'idle'

/** @returns null when all is as it was chosen */
export function troubleOf({ inCharge, findings, refusal }: Automation): Trouble | null {
  if (inCharge === 'duty') return findings.some(({ state }) => state !== 'missing') ? 'idle' : null
  if (refusal !== null) return 'refused'
  for (const state of ['missing', 'outdated', 'edited'] as const) if (findings.some(finding => finding.state === state)) return state
  return null
}

/** What was taken over is done; somebody should know why it had to be. */
export function markOfStandstill(found: Standstill | null): 'done' | 'care' | 'failed' {
  if (!found) return 'done'
  if (found.answers.length + found.invitations.length > 0) return 'failed'
  return found.taken.length > 0 ? 'care' : 'done'
}
