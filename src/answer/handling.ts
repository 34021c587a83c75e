import { answersToHandle, type Turn } from '@/answer/claims'
import type { Answer } from '@/answer/model/answer'
import { createSnapshotReader } from '@/answer/snapshots'
import { effectsFor, surroundings, type HandlingTools } from '@/answer/surroundings'
import { TAKEN, type InCharge } from '@/plan/control'
import { runEffects } from '@/plan/interpret/run-effects'
import { readPlan } from '@/plan/model/plan'
import { createPlanDirectory } from '@/plan/store'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { createPeople } from '@/portal/people'
import { cardPath, type RecordStore } from '@/portal/record-store'
import { livePlan, type Survey, type SurveyContent } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire, versionContent } from '@/survey/store'

interface Run extends HandlingTools {
  surveys: Survey[]
  /** content of an older version; null when it is gone */
  contentOf: (surveyId: string, version: number) => Promise<SurveyContent | null>
}

export interface HandlingReport {
  handled: number[]
  /** stayed unhandled, to be tried again */
  failed: { id: number, error: PortalError }[]
  /** of those handled, what the portal's processes should have handled and did not */
  taken: number[]
  /** left to the portal's processes, which may still be at it */
  left: number[]
  /** there were more than one page of new answers */
  more: boolean
  /** null = the portal has no processes of this installation */
  inCharge: InCharge | null
}

/**
 * Handles every answer that still stands in the first stage and is the app's to handle (see `answersToHandle`), oldest first. Meant to run in one
 * place at a time (Web Lock of the duty person); what another run, or a process, began is found by its keys and not repeated, and what another
 * browser is doing is left to it.
 * @param wait lets time pass, in milliseconds
 * @throws PortalError when the list itself cannot be read
 */
export async function handleNewAnswers(portal: Portal, store: RecordStore, now: () => Date, wait = pause): Promise<HandlingReport> {
  const { mine, left, more, inCharge } = await answersToHandle(portal, store, now(), wait)
  const report: HandlingReport = { handled: [], failed: [], taken: [], left, more, inCharge }
  if (mine.length === 0) return report
  const run = await openRun(portal, now)
  for (const turn of mine) {
    const { id, by } = turn
    try {
      if (!await handleAnswer(portal, store, turn, run)) continue
      report.handled.push(id)
      if (by === TAKEN) report.taken.push(id)
    } catch (error) {
      if (!(error instanceof PortalError)) throw error
      report.failed.push({ id, error })
    }
  }
  return report
}

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** What every answer of a run needs, in one batch. @throws PortalError */
async function openRun(portal: Portal, now: () => Date): Promise<Run> {
  const { app, me, surveys } = await portal.batch<{ app: { CODE: string }, me: { ID: string }, surveys: unknown }>({
    app: { method: 'app.info' },
    me: { method: 'user.current' },
    surveys: surveysCommand()
  })
  if (!app.ok) throw app.error
  if (!me.ok) throw me.error
  if (!surveys.ok) throw surveys.error
  return {
    now,
    people: createPeople(portal),
    directory: createPlanDirectory(portal),
    snapshots: createSnapshotReader(portal),
    appCode: app.result.CODE,
    handler: { id: Number(me.result.ID), mayCreateForAnybody: portal.context.isAdmin },
    surveys: readable(surveysFromWire(surveys.result)),
    contentOf: (surveyId, version) => versionContent(portal, surveyId, version)
  }
}

/** Handles one answer. @returns false when somebody has moved it on meanwhile or is at it; nothing was done then */
async function handleAnswer(portal: Portal, store: RecordStore, { id: answerId, by }: Turn, run: Run): Promise<boolean> {
  const around = await surroundings(portal, store, answerId)
  const { answer } = around
  if (answer.state !== 'new') return false
  const survey = run.surveys.find(candidate => candidate.id === answer.survey)
  const content = survey ? await contentFor(answer, survey, run) : null
  const plan = survey ? readPlan(livePlan(survey)) : null
  if (content === null || plan === null) throw new PortalError('surveyUnreadable', { detail: `${answer.survey} ${answer.version}` })
  const { effects } = await effectsFor(portal, store, around, content, plan, run)
  return runEffects(portal, store, { answerId, path: cardPath(store.entityTypeId, answerId), ledger: answer.ledger, now: run.now().toISOString(), by }, effects)
}

async function contentFor(answer: Answer, survey: Survey, run: Run): Promise<SurveyContent | null> {
  if (survey.published === null) return null
  const known = answer.version === survey.published.version || answer.version < 1
  return known ? survey.published.content : await run.contentOf(survey.id, answer.version) ?? survey.published.content
}
