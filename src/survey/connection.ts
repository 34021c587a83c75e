import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { saveForm, type FormTarget, type FormTexts } from './form'
import type { FormLink } from './model/survey'
import { changeSurvey } from './store'

/** Notes the form of a survey. @throws PortalError 'surveyUnreadable' when the survey has gone meanwhile */
export function writeForm(portal: Portal, surveyId: string, form: FormLink | null): Promise<void> {
  return changeSurvey(portal, surveyId, survey => ({ ...survey, form }))
}

/**
 * Makes the form of a survey, or brings it up to the published version, and notes it. A form that has delivered a test answer
 * once need not do so again: what the app changes in it, it reads back.
 * @throws PortalError 'formNotMade' and whatever else `saveForm` runs into
 */
export async function updateForm(portal: Portal, target: FormTarget, texts: FormTexts, responsible: readonly number[]): Promise<FormLink> {
  const before = target.survey.form
  const saved = await saveForm(portal, target, texts, responsible)
  const form = before?.id === saved.id ? { ...saved, verifiedAt: before.verifiedAt, ...before.closed ? { closed: before.closed } : {} } : saved
  if (JSON.stringify(form) !== JSON.stringify(before)) await writeForm(portal, target.survey.id, form)
  return form
}

/**
 * Notes which shared links are closed, and puts it into the form, from which the page learns it. A form made by hand is left to the administrator, who
 * pastes what the survey's page shows; until then what comes over a closed link counts as late.
 * @param closed ids of all closed links of the survey
 * @throws PortalError 'formNotConnected', and whatever `saveForm` runs into
 */
export async function tellClosedLinks(
  portal: Portal, target: FormTarget, closed: readonly number[], texts: FormTexts, responsible: readonly number[]
): Promise<void> {
  const { survey } = target
  if (!survey.form) throw new PortalError('formNotConnected')
  const form = { ...survey.form, closed: [...closed].sort((a, b) => a - b) }
  if (form.made === 'api') await saveForm(portal, { ...target, survey: { ...survey, form } }, texts, responsible)
  await writeForm(portal, survey.id, form)
}
