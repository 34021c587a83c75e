import type { Survey } from './survey'

/** `published.by` of a survey that nobody has published since it was made again from its form: no user has this id. */
export const NOBODY = 0

/** Its mail, periods and plan are those of a template: somebody should look at them. Over when the survey is published again. */
export function isRebuilt(survey: Pick<Survey, 'published'>): boolean {
  return survey.published?.by === NOBODY
}
