import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { listOf, mapOf } from '@/portal/php-array'
import { readPublicForm } from '@/portal/public-form'
import { formFieldName, userFieldName, type RecordStore } from '@/portal/record-store'
import { codeInOptions, FORM_NAME_MARK, readableForm } from './form'
import { decodeDefinition } from './model/definition'
import { NOBODY } from './model/rebuilt'
import { STORED_VERSION, type Definition, type FormLink, type Lang, type Survey, type SurveyContent } from './model/survey'
import { contentOf, type TemplateId } from './model/template'
import { TEMPLATES } from './model/templates'
import { restoreSurvey, versionContent } from './store'

/**
 * The portal drops the app's storages when the app is removed; its forms stay, and carry what was published last. Surveys are made again from
 * them: id, version, questions and texts as the customer sees them. What a form does not carry comes from the template that the survey was made
 * from, or from the after-deal one: mail, periods, plan; the CRM fields and pipelines are empty. Such a survey is paused: nobody is asked in words that
 * nobody has looked at, while answers to earlier invitations are handled.
 */

export interface RebuildTools {
  now: () => Date
  /** language of whoever installs, for texts that people of the company read */
  lang: Lang
  planFor: (template: TemplateId, lang: Lang) => unknown
}

/** Forms that do not carry our mark in their name are looked at only where there are records that somebody may miss, and no more than these. */
const OTHERS = 60

/**
 * Makes the surveys again whose forms are still there, and keeps their newest versions; older versions are gone. For a storage that is empty, or that
 * an earlier run did not finish.
 * @param present ids of the surveys that are there
 * @returns what was made, oldest form first; [] where there is nothing, or the portal does not let the app list forms (undocumented methods)
 * @throws PortalError when the portal cannot be reached or the storages cannot be written
 */
export async function rebuildSurveys(portal: Portal, store: RecordStore, present: readonly string[], tools: RebuildTools): Promise<Survey[]> {
  const forms = await listForms(portal)
  const marked = forms.filter(({ name }) => FORM_NAME_MARK.test(name))
  const others = forms.filter(form => !marked.includes(form))
  const found = await published(portal, store, marked)
  if (others.length > 0 && await hasRecords(portal, store)) found.push(...await published(portal, store, others.slice(0, OTHERS)))

  const surveys: Survey[] = []
  for (const one of newestOfEach(found.filter(({ definition }) => !present.includes(definition.survey))).sort((a, b) => a.form.id - b.form.id)) {
    const { survey: id, version } = one.definition
    const kept = await versionContent(portal, id, version)
    const survey = rebuilt(one, kept, tools)
    await restoreSurvey(portal, survey)
    surveys.push(survey)
  }
  return surveys
}

interface ListedForm { id: number, name: string, sec: string, active: boolean }

interface PublishedForm {
  definition: Definition
  name: string
  form: FormLink
}

/** Newest first. Source: crm.webform.list, which tells the code of a form too. */
async function listForms(portal: Portal): Promise<ListedForm[]> {
  try {
    return listOf(await portal.call('crm.webform.list', { GET_INACTIVE: 'Y' })).map(mapOf)
      .map(row => ({ id: Number(row.ID), name: String(row.NAME ?? ''), sec: String(row.SECURITY_CODE ?? ''), active: row.ACTIVE === 'Y' }))
      .filter(({ id }) => id > 0).sort((a, b) => b.id - a.id)
  } catch (error) {
    if (error instanceof PortalError && ['methodMissing', 'noRight', 'badRequest'].includes(error.code)) return []
    throw error
  }
}

async function hasRecords(portal: Portal, store: RecordStore): Promise<boolean> {
  const { items } = mapOf(await portal.call('crm.item.list', { entityTypeId: store.entityTypeId, select: ['id'], start: -1 }))
  return listOf(items).length > 0
}

/** Those of the forms that carry a definition of ours into this store. */
async function published(portal: Portal, store: RecordStore, forms: readonly ListedForm[]): Promise<PublishedForm[]> {
  const found: PublishedForm[] = []
  for (const { id, name, sec, active } of forms) {
    const options = await readableForm(portal, id)
    const fields = options
      ? listOf(mapOf(options.data).fields).map(mapOf)
      : active ? (await readPublicForm(portal.context.origin, { id, sec }))?.fields ?? [] : []
    const definition = decodeDefinition(String(fields.find(field => field.name === formFieldName(store, 'FB_ANSWERS'))?.hint ?? ''))
    if (!definition || (options && surveyIn(options, store) !== definition.survey)) continue
    const code = sec || (options ? codeInOptions(options) : null)
    // A form that the app may read, it may change as well; what it cannot read, a person looks after.
    if (code) found.push({ definition, name, form: { id, sec: code, made: options ? 'api' : 'hand', verifiedAt: null } })
  }
  return found
}

/** The survey that a form's preset names. */
function surveyIn(options: Record<string, unknown>, store: RecordStore): string {
  return String(listOf(options.presetFields).map(mapOf).find(({ fieldName }) => fieldName === userFieldName(store, 'FB_SURVEY'))?.value ?? '')
}

/** Somebody may have copied a form: the one with the newest version, of equals the older form. */
function newestOfEach(found: readonly PublishedForm[]): PublishedForm[] {
  const best = new Map<string, PublishedForm>()
  for (const one of found) {
    const other = best.get(one.definition.survey)
    const [mine, its] = [one.definition.version, other?.definition.version ?? 0]
    if (mine > its || (mine === its && one.form.id < (other?.form.id ?? Infinity))) best.set(one.definition.survey, one)
  }
  return [...best.values()]
}

/** @param kept content of this version, where the storage of versions has survived: then nothing has to be guessed but the plan */
function rebuilt({ definition, name, form }: PublishedForm, kept: SurveyContent | null, { now, lang, planFor }: RebuildTools): Survey {
  const template = TEMPLATES.find(({ id, questions }) => id === definition.survey && isLike(questions, definition))
    ?? TEMPLATES.find(({ questions }) => isLike(questions, definition)) ?? TEMPLATES[0]!
  const { company, logo, langs, defaultLang, questions, followUp, thankYou } = definition
  const content: SurveyContent = kept ?? {
    ...contentOf(template, { lang, langs, company }),
    name: name.replace(FORM_NAME_MARK, '').trim() || company,
    langs, defaultLang, questions, followUp, thankYou, ...(logo ? { logo } : {})
  }
  const plan = planFor(template.id, lang)
  return {
    v: STORED_VERSION, id: definition.survey, status: 'paused', draft: content, plan, form,
    published: { version: definition.version, at: now().toISOString(), by: NOBODY, content, plan }
  }
}

/** Made from this template: the same questions under the same ids, whatever their words are by now. */
function isLike(questions: readonly Definition['questions'][number][], definition: Pick<Definition, 'questions'>): boolean {
  const shape = (of: readonly Definition['questions'][number][]): string => of.map(({ id, type }) => `${id} ${type}`).join()
  return shape(questions) === shape(definition.questions)
}
