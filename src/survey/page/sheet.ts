import { acceptAnswer, type Answers } from '@/survey/model/answers'
import { decodeDefinition } from '@/survey/model/definition'
import { groupOf, isOnScale } from '@/survey/model/scale'
import { headlineQuestion, isMetric, METRIC_FIELDS, type Definition, type Group, type Lang, type Localized, type Metric, type Question } from '@/survey/model/survey'
import { ANSWERS_FIELD, COMMENT_FIELD, fieldNamed, type FormConfig, type FormField } from './form-config'

/** The open question after the score. Question ids are a–z0–9, so this can be none of theirs. */
export const COMMENT_ID = '_comment'

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

/** Group of the headline score, null while it has none. */
export function groupNow(sheet: Sheet, answers: Answers): Group | null {
  const headline = headlineQuestion(sheet)
  const value = headline && answers[headline.id]
  return headline && isOnScale(headline, value) ? groupOf(headline, value) : null
}

/**
 * What is asked now, in order. The open question stands behind the headline score, in the words of its group, as soon as there is one;
 * where no score has to be given it is asked in the words of the middle group.
 */
export function askedNow(sheet: Sheet, answers: Answers): Question[] {
  const headline = headlineQuestion(sheet)
  const group = groupNow(sheet, answers) ?? (headline?.required ? null : 'middle')
  if (!sheet.followUp || !group) return sheet.questions
  const comment: Question = { id: COMMENT_ID, type: 'long', text: sheet.followUp[group], required: false }
  const place = headline ? sheet.questions.indexOf(headline) + 1 : sheet.questions.length
  return [...sheet.questions.slice(0, place), comment, ...sheet.questions.slice(place)]
}

/** Required questions without an answer, in order. */
export function unanswered(asked: readonly Question[], answers: Answers): Question[] {
  return asked.filter(question => question.required && acceptAnswer(question, answers[question.id]) === null)
}

export const SHORT_LIMIT = 250
const LONG_LIMIT = 4000
/** All long texts together have to fit the 64 KB of a text column, at three bytes a character and with room for the rest. */
const LONG_TOTAL = 20_000

/** Characters that the answer to a question may have. */
export function textLimit(sheet: Sheet, question: Question): number {
  if (question.type === 'short') return SHORT_LIMIT
  const inAnswers = sheet.questions.filter(({ type }) => type === 'long').length
  return question.id === COMMENT_ID || inAnswers === 0 ? LONG_LIMIT : Math.min(LONG_LIMIT, Math.floor(LONG_TOTAL / inAnswers))
}
