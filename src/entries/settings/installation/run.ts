import { planFromTemplate } from '@/plan/model/template-plans'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { runInstallation, type InstallationChoices, type Installed, type Step } from '@/portal/installation/installation'
import { updateForm, writeForm } from '@/survey/connection'
import { checkForm, verifyForm, type FormCheck, type FormTarget, type FormTexts, type Nonce, type PublishedSurvey } from '@/survey/form'
import { STORED_VERSION, type FormLink, type Lang, type Survey } from '@/survey/model/survey'
import { contentFromTemplate } from '@/survey/model/templates'
import { isRebuilt } from '@/survey/model/rebuilt'
import type { InCharge } from '@/plan/control'
import { rebuildSurveys } from '@/survey/rebuild'
import { addSurvey, loadSurveys, publishSurvey, type StoredSurvey } from '@/survey/store'
import { settleAutomation } from '../automation/automation'

/** What the administrator sees as one line of the installation, in this order. */
export const PARTS = ['rights', 'store', 'fields', 'stages', 'storages', 'widgets', 'duty', 'survey', 'form', 'check', 'automation'] as const
export type Part = typeof PARTS[number]

export interface PartReport {
  part: Part
  /** care: done another way than was chosen, `error` says why */
  state: 'running' | 'done' | 'care' | 'failed'
  error?: PortalError
}

export interface RunChoices extends InstallationChoices {
  /** who is to do the work: where the portal's processes cannot, the duty person does */
  inCharge: InCharge
}

/** Id of the survey that comes with the installation: fixed, so that a second run finds it. */
export const FIRST_SURVEY_ID = 'afterdeal'
const FIRST_TEMPLATE = 'afterdeal'

export interface FirstSurvey {
  company: string
  /** that customers read; those without texts in the template are left out */
  langs: Lang[]
  /** of who installs: gives the names of survey and tasks and, if it is among `langs`, the default language */
  lang: Lang
}

export interface RunTools {
  now: () => Date
  newNonce: () => Nonce
  formTexts: (lang: Lang) => Promise<FormTexts>
}

/**
 * `complete`: answers arrive. `byHand`: the portal lets the app make no form, everything else is done.
 * `mismatch`: the form is there and does not deliver what is needed.
 */
export type RunResult =
  | { state: 'complete', installed: Installed, survey: PublishedSurvey }
  | { state: 'byHand', installed: Installed, survey: PublishedSurvey, reason: PortalError }
  | { state: 'mismatch', installed: Installed, survey: PublishedSurvey, check: FormCheck }

/** Steps of the portal layer that are one line on the screen, and how many of them make up the line. */
const PART_OF: Record<Step, Part> = {
  rights: 'rights', store: 'store', fields: 'fields', stages: 'stages', addresses: 'stages', storages: 'storages',
  widgets: 'widgets', duty: 'duty', finish: 'duty'
}
const LAST_STEP: Partial<Record<Part, Step>> = { stages: 'addresses', duty: 'finish' }

/**
 * Installs, continues or repairs: the store and what belongs to it, then the first survey, its form, a test submission, and who does the work.
 * Every line may be repeated; a second run in a finished portal writes nothing.
 * @throws PortalError of the line that failed, after reporting it
 */
export async function runAll(
  portal: Portal, choices: RunChoices, first: FirstSurvey, tools: RunTools, report: (part: PartReport) => void
): Promise<RunResult> {
  const installed = await runInstallation(portal, choices, ({ step, state, error }) => {
    const part = PART_OF[step]
    const isEarlier = state === 'done' && LAST_STEP[part] !== undefined && LAST_STEP[part] !== step
    if (!isEarlier) report({ part, state, ...(error ? { error } : {}) })
  })

  async function run<T>(part: Part, work: () => Promise<T>): Promise<T> {
    report({ part, state: 'running' })
    try {
      const result = await work()
      report({ part, state: 'done' })
      return result
    } catch (thrown) {
      const error = thrown instanceof PortalError ? thrown : new PortalError('unexpected', { detail: String(thrown) })
      report({ part, state: 'failed', error })
      throw error
    }
  }

  const published = await run('survey', () => publishedSurvey(portal, installed, first, tools))
  const target: FormTarget = { survey: published, store: installed.store }
  report({ part: 'form', state: 'running' })
  const form = await connectedForms(portal, target, tools, [installed.duty.person]).catch((thrown: unknown) => {
    const error = thrown instanceof PortalError ? thrown : new PortalError('unexpected', { detail: String(thrown) })
    report({ part: 'form', state: 'failed', error })
    if (error.code !== 'formNotMade') throw error
    return error
  })
  if (form instanceof PortalError) return { state: 'byHand', installed, survey: published, reason: form }
  report({ part: 'form', state: 'done' })

  const survey: PublishedSurvey = { ...published, form }
  const check = await run('check', () => verified(portal, { ...target, survey }, form, tools))
  if (check.code !== null) {
    report({ part: 'check', state: 'failed', error: new PortalError(check.code) })
    return { state: 'mismatch', installed, survey, check }
  }
  // last: what the processes send leads to the form
  const place = { store: installed.store, base: installed.base, dutyId: installed.duty.person }
  const refusal = await run('automation', () => settleAutomation(portal, place, choices.inCharge))
  if (refusal) report({ part: 'automation', state: 'care', error: refusal })
  return { state: 'complete', installed, survey }
}

/** The template with all its texts in the chosen languages and its plan, as an unpublished survey. */
export function newFirstSurvey({ company, langs, lang }: FirstSurvey): Survey {
  return {
    v: STORED_VERSION, id: FIRST_SURVEY_ID, status: 'draft', published: null, form: null,
    draft: contentFromTemplate(FIRST_TEMPLATE, { lang, langs, company: company.trim() }), plan: planFromTemplate(FIRST_TEMPLATE, lang)
  }
}

/**
 * Any published survey will do: whoever installs again keeps the one of the first time; from a portal that has dropped the storages with the app,
 * those whose forms are still there (see `rebuildSurveys`). @throws PortalError when there are only damaged ones
 */
async function publishedSurvey(portal: Portal, { store, rights: { userId } }: Installed, first: FirstSurvey, tools: RunTools): Promise<PublishedSurvey> {
  const before = await loadSurveys(portal)
  // true of none, and of those that a run has made again which did not come to its end
  const isLost = before.every(({ survey }) => survey !== null && isRebuilt(survey))
  const present = before.flatMap(({ survey }) => survey?.id ?? [])
  const rebuilt = isLost ? await rebuildSurveys(portal, store, present, { now: tools.now, lang: first.lang, planFor: planFromTemplate }) : []
  if (before.length + rebuilt.length === 0) await addSurvey(portal, newFirstSurvey(first))
  const stored = isLost ? await loadSurveys(portal) : before
  const ready = stored.map(({ survey }) => survey).find(isPublished)
  if (ready) return ready
  const head = stored.find((item): item is StoredSurvey & { survey: Survey } => item.survey !== null)
  if (!head) throw new PortalError(stored[0]?.trouble ?? 'surveyUnreadable')
  const survey = await publishSurvey(portal, head, head.survey, tools.now().toISOString(), userId)
  if (!isPublished(survey)) throw new PortalError('unexpected', { detail: 'nothing was published' })
  return survey
}

export function isPublished(survey: Survey | null): survey is PublishedSurvey {
  return survey !== null && survey.published !== null
}

/** The form of the survey, after those of all others that the app has made are as they were published: somebody may have edited or deleted them. */
async function connectedForms(portal: Portal, target: FormTarget, tools: RunTools, responsible: number[]): Promise<FormLink> {
  for (const { survey } of await loadSurveys(portal)) {
    if (!isPublished(survey) || survey.id === target.survey.id || survey.form?.made !== 'api') continue
    await connectedForm(portal, { ...target, survey }, tools, responsible)
  }
  return connectedForm(portal, target, tools, responsible)
}

/** Made by the app, or the one that the survey has already. A form that was made by hand is never touched. */
async function connectedForm(portal: Portal, target: FormTarget, tools: RunTools, responsible: number[]): Promise<FormLink> {
  const { survey } = target
  if (survey.form && (survey.form.made === 'hand' || (await checkForm(portal, target, survey.form)).code === null)) return survey.form
  return await updateForm(portal, target, await tools.formTexts(survey.published.content.defaultLang), responsible)
}

/** Sends a test submission, once per form and publishing. */
async function verified(portal: Portal, target: FormTarget, form: FormLink, tools: RunTools): Promise<FormCheck> {
  if (form.verifiedAt !== null) return await checkForm(portal, target, form)
  const check = await verifyForm(portal, target, form, tools.newNonce())
  if (check.code === null) await writeForm(portal, target.survey.id, { ...form, verifiedAt: tools.now().toISOString() })
  return check
}
