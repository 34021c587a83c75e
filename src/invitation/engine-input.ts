import { invitationMail } from '@/invitation/model/mail'
import { reminderContent } from '@/invitation/model/reminder'
import { smsText } from '@/invitation/model/sms'
import { MARKS, type CardFieldCode, type CompiledReminder, type CompiledSurvey } from '@/plan/compile/input'
import { CARDS, readPlan, type Card } from '@/plan/model/plan'
import { CARD_TYPES } from '@/plan/store'
import type { EngineInput } from '@/plan/templates-store'
import { BATCH_LIMIT, ref } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import { isOwnPipeline, type RecordStore } from '@/portal/record-store'
import { livePlan, type Lang, type Localized, type Reminder, type Survey, type SurveyContent } from '@/survey/model/survey'
import { loadSurveys, readable, versionContent } from '@/survey/store'

/** Older versions that processes read too: answers to what was published before them are read by the newest. */
const OLDER_VERSIONS = 5

export interface EngineSettings {
  store: RecordStore
  /** base address of links, with trailing slash */
  base: string
  /** who owns what nobody else does */
  dutyId: number
}

/**
 * Everything that the portal's processes are written from, as it is now: published surveys with their live plans, pipelines, fields of cards.
 * @throws PortalError 'surveyUnreadable' with the survey's id when a plan is damaged: half of the surveys is worse than none
 */
export async function loadEngineInput(portal: Portal, { store, base, dutyId }: EngineSettings): Promise<EngineInput> {
  const surveys = readable(await loadSurveys(portal)).filter(isPublished)
    // paused before it ever had a form: nobody is asked and nobody can answer
    .filter(({ form, status }) => form !== null || status !== 'paused')
  const compiled: CompiledSurvey[] = []
  for (const survey of surveys) compiled.push(await compiledSurvey(portal, survey, base))
  const { lang, appCode, dealStages, cardFields } = await portalFacts(portal, store, compiled)
  return {
    store, surveys: compiled,
    facts: { lang, appCode, dutyId, dealStages, cardFields }
  }
}

type Published = Survey & { published: NonNullable<Survey['published']> }

const isPublished = (survey: Survey): survey is Published => survey.published !== null

const hostOf = (portal: Portal): string => new URL(portal.context.origin).host

async function compiledSurvey(portal: Portal, survey: Published, base: string): Promise<CompiledSurvey> {
  const { version, content } = survey.published
  const plan = readPlan(livePlan(survey))
  if (plan === null) throw new PortalError('surveyUnreadable', { detail: survey.id })
  const older: CompiledSurvey['versions'] = []
  for (let one = version - 1; one >= Math.max(1, version - OLDER_VERSIONS); one--) {
    const before = await versionContent(portal, survey.id, one)
    if (before) older.push({ version: one, content: before })
  }
  // A paused survey is answered, but nobody is asked.
  const form = survey.status === 'active' ? survey.form : null
  const words = form ? wordsOf({ portal: hostOf(portal), formId: form.id, sec: form.sec }, base) : null
  return {
    id: survey.id, versions: [{ version, content }, ...older], plan, form,
    mails: words?.mails(content) ?? [], sms: words?.sms(content) ?? [],
    reminders: words ? content.asking.reminders.map(reminder => reminderOf(content, reminder, words)) : []
  }
}

interface Words {
  mails: (content: SurveyContent) => CompiledSurvey['mails']
  sms: (content: SurveyContent, words?: Localized) => CompiledSurvey['sms']
}

/** Mail and text message as the request screen would write them, with marks where an invitation puts its own. */
function wordsOf(form: { portal: string, formId: number, sec: string }, base: string): Words {
  const link = { ...form, invitationId: MARKS.invitation, token: MARKS.token, expires: MARKS.expires }
  const people = ({ company }: SurveyContent) => ({ client: MARKS.client, deal: MARKS.deal, responsible: MARKS.responsible, company })
  const langsOf = ({ langs, defaultLang }: SurveyContent): Lang[] => langs.length > 0 ? langs : [defaultLang]
  return {
    mails: content => langsOf(content).map(lang => {
      const { subject, html } = invitationMail(content, link, base, lang, people(content))
      return { lang, subject, html }
    }),
    sms: (content, words) => langsOf(content).map(lang => ({ lang, text: smsText(content, link, base, lang, people(content), words) }))
  }
}

function reminderOf(content: SurveyContent, reminder: Reminder, words: Words): CompiledReminder {
  const { afterDays, channel, text } = reminder
  return {
    afterDays, channel,
    mails: channel === 'email' ? words.mails(reminderContent(content, reminder)) : [],
    sms: channel === 'sms' ? words.sms(content, text) : []
  }
}

interface Facts {
  /** of the portal, not of who is looking: two administrators must not find each other's templates outdated */
  lang: string
  appCode: string
  dealStages: Record<number, string[]>
  cardFields: Record<Card, Record<string, CardFieldCode>>
}

/** Sources: app.info, crm.category.list, crm.status.list, crm.item.fields, userfieldconfig.list and .get (XML_IDs of lists). */
async function portalFacts(portal: Portal, store: RecordStore, surveys: readonly CompiledSurvey[]): Promise<Facts> {
  const found = await portal.batch<{ app: { CODE: unknown, LANGUAGE_ID: unknown }, pipelines: { categories: unknown } } & Record<Card, { fields: unknown }>>({
    app: { method: 'app.info' },
    pipelines: { method: 'crm.category.list', params: { entityTypeId: DEAL } },
    deal: fieldsOf('deal'), contact: fieldsOf('contact'), company: fieldsOf('company')
  })
  const pipelines = listOf(resultOf(found.pipelines).categories).map(row => Number(mapOf(row).id)).filter(id => !isOwnPipeline(store, id)).slice(0, BATCH_LIMIT)
  const stages = pipelines.length === 0 ? {} : await portal.batch<Record<string, unknown>>(Object.fromEntries(pipelines.map(id => [`p${id}`, stagesOf(id)])))
  const cardFields = Object.fromEntries(CARDS.map(card => [card, Object.fromEntries(Object.entries(mapOf(resultOf(found[card]).fields))
    .map(([name, value]) => ({ name, field: mapOf(value) })).filter(({ field }) => field.isReadOnly !== true)
    .map(({ name, field }): [string, CardFieldCode] => [name, { code: String(field.upperName ?? ''), type: String(field.type ?? '') }]))])) as Facts['cardFields']
  return {
    lang: String(resultOf(found.app).LANGUAGE_ID || portal.context.lang),
    appCode: String(resultOf(found.app).CODE ?? ''),
    dealStages: Object.fromEntries(pipelines.map(id => [id, listOf(resultOf(stages[`p${id}`])).map(row => String(mapOf(row).STATUS_ID))])),
    cardFields: await withXmlIds(portal, cardFields, surveys)
  }
}

const fieldsOf = (card: Card): Command => ({ method: 'crm.item.fields', params: { entityTypeId: CARD_TYPES[card] } })

const stagesOf = (pipeline: number): Command => ({
  method: 'crm.status.list', params: { order: { SORT: 'ASC' }, filter: { ENTITY_ID: pipeline === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${pipeline}` } }
})

/** Plans name values of lists by their ids, processes by XML_IDs; asked for where a plan sets a list. */
async function withXmlIds(portal: Portal, fields: Facts['cardFields'], surveys: readonly CompiledSurvey[]): Promise<Facts['cardFields']> {
  const set = surveys.flatMap(({ plan }) => plan.rules).flatMap(({ effects }) => effects).flatMap(effect => effect.kind === 'setField' ? [effect] : [])
  const lists = [...new Map(set.flatMap(({ card, field }) => {
    const known = fields[card][field]
    return known?.type === 'enumeration' ? [[`${card}.${field}`, { card, field, code: known.code }] as const] : []
  })).values()].slice(0, BATCH_LIMIT / 2)
  if (lists.length === 0) return fields
  const found = await portal.batch<Record<string, { field: unknown }>>(Object.fromEntries(lists.flatMap(({ code }, index): [string, Command][] => [
    [`id${index}`, { method: 'userfieldconfig.list', params: { moduleId: 'crm', select: { 0: 'id', 1: 'fieldName' }, filter: { fieldName: code } } }],
    [`list${index}`, { method: 'userfieldconfig.get', params: { moduleId: 'crm', id: ref(`id${index}`, 'fields', 0, 'id') } }]
  ])))
  const result = structuredClone(fields)
  for (const [index, { card, field }] of lists.entries()) {
    const rows = listOf(mapOf(resultOf(found[`list${index}`]).field).enum).map(mapOf)
    // a value without an XML_ID is known by its words
    result[card][field]!.xmlIds = Object.fromEntries(rows.map(({ id, xmlId, value }) => [String(id), String(xmlId || value)]))
  }
  return result
}

function resultOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome?.ok) return outcome.result
  throw outcome?.error ?? new PortalError('unreadable')
}
