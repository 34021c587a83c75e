import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { addItem, deleteItem, itemsFromWire, listItems, listItemsCommand, updateItem, type StoredItem } from '@/portal/storage'
import { publish } from '@/survey/model/publish'
import { readContent, readSurvey, writeSurvey } from '@/survey/model/stored'
import type { Survey, SurveyContent } from '@/survey/model/survey'

/** A survey as the portal keeps it; one that cannot be read is shown, never overwritten. */
export interface StoredSurvey {
  itemId: number
  /** ISO 8601; changes with every write: tells whether somebody wrote meanwhile */
  updatedAt: string
  json: string
  survey: Survey | null
  /** why it cannot be read */
  trouble: 'surveyNewer' | 'surveyUnreadable' | null
}

export const surveyKeys = {
  root: ['surveys'] as const,
  version: (surveyId: string, version: number) => ['surveys', surveyId, version] as const
}

/** For batches; the result goes through `surveysFromWire`. */
export const surveysCommand = () => listItemsCommand('surveys')

/** One survey by its id, for batches; the result goes through `surveysFromWire`. */
export const surveyCommand = (id: string) => listItemsCommand('surveys', id)

export function surveysFromWire(result: unknown): StoredSurvey[] {
  return itemsFromWire(result).map(storedSurvey)
}

export async function loadSurveys(portal: Portal): Promise<StoredSurvey[]> {
  return (await listItems(portal, 'surveys')).map(storedSurvey)
}

/** Surveys that could be read. */
export function readable(stored: readonly StoredSurvey[]): Survey[] {
  return stored.flatMap(({ survey }) => survey ?? [])
}

function storedSurvey({ id, updatedAt, json }: StoredItem): StoredSurvey {
  const read = readSurvey(json)
  return read.ok
    ? { itemId: id, updatedAt, json, survey: read.survey, trouble: null }
    : { itemId: id, updatedAt, json, survey: null, trouble: read.reason === 'newer' ? 'surveyNewer' : 'surveyUnreadable' }
}

/**
 * Adds a survey, once: asked again with the same id – a lost reply, a second press – it finds what is there. Where the request was executed
 * twice, the later copy goes.
 * @returns the storage item's id
 */
export async function addSurvey(portal: Portal, survey: Survey): Promise<number> {
  const json = writeSurvey(survey)
  let found = await listItems(portal, 'surveys', survey.id)
  if (found.length === 0) {
    await addItem(portal, 'surveys', survey.id, json)
    found = await listItems(portal, 'surveys', survey.id)
  }
  const [first, ...doubles] = found
  if (first === undefined) throw new PortalError('unexpected', { detail: 'the survey was added and is not there' })
  // the first one counts everywhere; of the others only what nobody has written into
  for (const { id } of doubles.filter(double => double.json === json)) await deleteIfThere(portal, id)
  return first.id
}

/**
 * Deletes a survey that was never published, for good. One that is gone already is deleted.
 * @throws PortalError 'surveyChangedMeanwhile' when somebody has written or published since
 */
export async function deleteSurvey(portal: Portal, before: StoredSurvey): Promise<void> {
  if (before.survey === null || before.survey.published !== null) throw new PortalError('surveyChangedMeanwhile')
  const now = await listItems(portal, 'surveys', before.survey.id)
  if (now.some(({ json }) => json !== before.json)) throw new PortalError('surveyChangedMeanwhile')
  for (const { id } of now) await deleteIfThere(portal, id)
}

async function deleteIfThere(portal: Portal, id: number): Promise<void> {
  try {
    await deleteItem(portal, 'surveys', id)
  } catch (error) {
    if (!(error instanceof PortalError) || error.code !== 'notFound') throw error
  }
}

/** Adds a published survey that the storage has lost, its version first, as when it was published. @throws PortalError */
export async function restoreSurvey(portal: Portal, survey: Survey): Promise<void> {
  const { version, content } = survey.published!
  const name = versionName(survey.id, version)
  await keepVersion(portal, name, JSON.stringify(content), await listItems(portal, 'versions', name))
  await addSurvey(portal, survey)
}

/** A version that is there with other texts was left behind by a publishing that did not come to its end: nobody has answered to it. */
async function keepVersion(portal: Portal, name: string, json: string, [kept]: readonly StoredItem[]): Promise<void> {
  if (kept === undefined) await addItem(portal, 'versions', name, json)
  else if (kept.json !== json) await updateItem(portal, 'versions', kept.id, json)
}

/**
 * Writes a survey over the one that was read.
 * @throws PortalError 'surveyChangedMeanwhile' when somebody else has written since, 'surveyUnreadable' for one that could not be read
 */
export async function saveSurvey(portal: Portal, before: StoredSurvey, survey: Survey): Promise<void> {
  if (before.survey === null) throw new PortalError(before.trouble ?? 'surveyUnreadable')
  checkSame(before, await listItems(portal, 'surveys', before.survey.id))
  await updateItem(portal, 'surveys', before.itemId, writeSurvey(survey))
}

/** Changes a survey as it is now. @throws PortalError 'surveyUnreadable' when it is gone or damaged */
export async function changeSurvey(portal: Portal, id: string, change: (survey: Survey) => Survey): Promise<void> {
  const [now] = (await listItems(portal, 'surveys', id)).map(storedSurvey)
  if (!now?.survey) throw new PortalError(now?.trouble ?? 'surveyUnreadable')
  await updateItem(portal, 'surveys', now.itemId, writeSurvey(change(now.survey)))
}

function checkSame(before: StoredSurvey, items: readonly StoredItem[]): void {
  if (items.find(({ id }) => id === before.itemId)?.json !== before.json) throw new PortalError('surveyChangedMeanwhile')
}

/**
 * Makes the draft the next version. The version is kept first: an answer that names it must find its texts even if the second write never comes.
 * @param at ISO 8601
 * @returns the published survey
 */
export async function publishSurvey(
  portal: Portal, before: StoredSurvey, draft: Survey, at: string, by: number, options?: { paused?: boolean }
): Promise<Survey> {
  const published = publish(draft, at, by, options)
  const { version, content } = published.published!
  const name = versionName(published.id, version)
  const { kept, now } = await portal.batch<{ kept: unknown, now: unknown }>({ kept: listItemsCommand('versions', name), now: surveyCommand(published.id) })
  if (!kept.ok) throw kept.error
  if (!now.ok) throw now.error
  if (before.survey === null) throw new PortalError(before.trouble ?? 'surveyUnreadable')
  checkSame(before, itemsFromWire(now.result))
  await keepVersion(portal, name, JSON.stringify(content), itemsFromWire(kept.result))
  await updateItem(portal, 'surveys', before.itemId, writeSurvey(published))
  return published
}

/** Texts of an older version, for showing an answer as it was asked. @returns null when it is gone or cannot be read */
export async function versionContent(portal: Portal, surveyId: string, version: number): Promise<SurveyContent | null> {
  const [item] = await listItems(portal, 'versions', versionName(surveyId, version))
  return item === undefined ? null : readContent(item.json)
}

const versionName = (surveyId: string, version: number): string => `${surveyId}.${version}`
