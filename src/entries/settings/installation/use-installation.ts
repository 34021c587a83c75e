import { useQueryCache } from '@pinia/colada'
import { computed, reactive, ref, shallowRef } from 'vue'
import { PortalError } from '@/portal/errors'
import { writeForm } from '@/survey/connection'
import type { FormLink } from '@/survey/model/survey'
import { formTextsIn } from '@/survey/ui/form-texts'
import { newNonce } from '@/survey/ui/new-nonce'
import { useFrame, usePortal } from '@/ui/portal'
import { PARTS, runAll, type FirstSurvey, type Part, type PartReport, type RunChoices, type RunResult } from './run'

export interface PartState {
  part: Part
  state: 'waiting' | PartReport['state']
  error?: PortalError
}

/**
 * The installation as the screen sees it: which line runs, what failed, what came of it.
 * A repeated run goes through everything again, but a line that was done stays done: there it only looks.
 */
export function useInstallation() {
  const portal = usePortal()
  const frame = useFrame()
  const cache = useQueryCache()
  const parts = reactive<PartState[]>(PARTS.map(part => ({ part, state: 'waiting' })))
  const phase = ref<'choosing' | 'running' | 'stopped' | 'finishing' | 'done'>('choosing')
  const result = shallowRef<RunResult | null>(null)
  const done = computed(() => parts.filter(({ state }) => state === 'done' || state === 'care').length)
  let last: { choices: RunChoices, first: FirstSurvey } | null = null

  function report({ part, state, error }: PartReport): void {
    const row = parts.find(candidate => candidate.part === part)
    if (!row || (row.state === 'done' && state === 'running')) return
    row.state = state
    if (error) row.error = error
    else delete row.error
  }

  async function start(choices: RunChoices, first: FirstSurvey): Promise<void> {
    last = { choices, first }
    await again()
  }

  /** Goes on where the last run stopped. */
  async function again(): Promise<void> {
    if (last === null || phase.value === 'running') return
    phase.value = 'running'
    result.value = null
    try {
      result.value = await runAll(portal, last.choices, last.first, { now: () => new Date(), newNonce, formTexts: formTextsIn }, report)
    } catch (error) {
      phase.value = 'stopped'
      if (!(error instanceof PortalError)) throw error
      return
    }
    if (result.value.state === 'complete') await finish()
    else phase.value = 'stopped'
  }

  /** Other answers to the questions; what is made is found again. */
  function backToChoices(): void {
    phase.value = 'choosing'
  }

  /** The portal reloads the page when the installation is reported for the first time. */
  async function finish(): Promise<void> {
    phase.value = 'finishing'
    await frame.installFinish()
    await cache.invalidateQueries()
    phase.value = 'done'
  }

  /** Takes the form that the administrator made and goes on with it. */
  async function useForm(form: FormLink): Promise<void> {
    if (result.value === null) return
    await writeForm(portal, result.value.survey.id, form)
    await again()
  }

  return { parts, phase, result, done, start, again, backToChoices, finish, useForm }
}
