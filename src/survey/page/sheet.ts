import { COMMENT_ID } from '@/survey/model/asked'
import { decodeDefinition } from '@/survey/model/definition'
import { isMetric, METRIC_FIELDS, type Definition, type Group, type Lang, type Localized, type Metric, type Question } from '@/survey/model/survey'
import { ANSWERS_FIELD, COMMENT_FIELD, fieldNamed, type FormConfig, type FormField } from './form-config'

export interface Sheet {
  company: string
  logo: string
  langs: Lang[]
  defaultLang: Lang
  questions: Question[]
  /** null: not asked, or the form has no field for it and what is written would be lost */
  followUp: Record<Group, Localized> | null
  thankYou: Definition['thankYou'] | null
  /** of the published definition; 0 = the plain form */
  version: number
  /** field of the form by question id; of a plain form all, of a definition the scores and the comment */
  fields: Record<string, string>
  /** gets all answers as JSON; '' on the plain form, where each question has its own field */
  answersField: string
}

/** What the page shows: the published definition, or, when it cannot be read, the form's own fields. */
export function sheetOf(config: FormConfig): Sheet {
  const answers = fieldNamed(config.fields, ANSWERS_FIELD)
  const definition = decodeDefinition(answers?.hint)
  return answers && definition ? definedSheet(config.fields, definition, answers.name) : plainSheet(config)
}

function definedSheet(formFields: FormField[], definition: Definition, answersField: string): Sheet {
  const comment = fieldNamed(formFields, COMMENT_FIELD)
  const fields: Record<string, string> = comment ? { [COMMENT_ID]: comment.name } : {}
  for (const question of definition.questions) {
    const field = isMetric(question.type) ? fieldNamed(formFields, METRIC_FIELDS[question.type]) : undefined
    if (field) fields[question.id] = field.name
  }
  return {
    company: definition.company,
    logo: definition.logo ?? '',
    langs: definition.langs,
    defaultLang: definition.defaultLang,
    questions: definition.questions,
    followUp: definition.followUp.asked && comment ? definition.followUp.text : null,
    thankYou: definition.thankYou,
    version: definition.version,
    fields,
    answersField
  }
}

function plainSheet(config: FormConfig): Sheet {
  const lang = config.language || 'en'
  const drawn = config.fields
    .filter(field => field.visible && !field.name.endsWith(`_${ANSWERS_FIELD}`))
    .flatMap((field, index) => {
      const question = plainQuestion(field, `f${index}`, lang)
      return question ? [{ question, name: field.name }] : []
    })
  return {
    company: config.title,
    logo: '',
    langs: [lang],
    defaultLang: lang,
    questions: drawn.map(({ question }) => question),
    followUp: null,
    thankYou: null,
    version: 0,
    fields: Object.fromEntries(drawn.map(({ question, name }) => [question.id, name])),
    answersField: ''
  }
}

/** Scores are known by the end of the field's name; an effort scale without a definition has no known length and stays a text. */
const PLAIN_SCORES: readonly Metric[] = ['nps', 'csat', 'stars']
const ONE_OF = ['list', 'radio', 'checkbox']
const TEXTS = ['string', 'typed_string', 'email', 'phone', 'integer', 'double', 'money', 'date', 'datetime', 'name', 'last-name', 'second-name', 'company-name']

/** @returns null for what this page cannot ask: files, products, bookings, layout. */
function plainQuestion(field: FormField, id: string, lang: Lang): Question | null {
  const question = { id, text: { [lang]: field.label || field.name }, required: field.required }
  const metric = PLAIN_SCORES.find(type => field.name.endsWith(`_${METRIC_FIELDS[type]}`))
  if (metric) return { ...question, type: metric }
  if (ONE_OF.includes(field.type)) {
    const several = field.multiple || field.type === 'checkbox'
    const options = field.items.filter(item => item.value !== '').map(item => ({ id: item.value, text: { [lang]: item.label } }))
    return { ...question, type: several ? 'choices' : 'choice', options }
  }
  if (field.type === 'bool') return { ...question, type: 'yesno' }
  if (field.type === 'text') return { ...question, type: 'long' }
  return TEXTS.includes(field.type) ? { ...question, type: 'short' } : null
}
