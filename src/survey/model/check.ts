import { DEFINITION_LIMIT_BYTES, ID_PATTERN, LOGO_LIMIT, LOGO_PATTERN, MAX_QUESTIONS, WEB_ADDRESS, definitionBytes, definitionOf } from './definition'
import { readSender } from './sender'
import { GROUPS, headlineQuestion, isMetric, type Lang, type Localized, type Metric, type Question, type SurveyContent } from './survey'

export type ProblemCode =
  | 'nameEmpty'
  | 'companyEmpty'
  /** params: bytes, limit */
  | 'logoTooBig'
  | 'logoInvalid'
  | 'langsEmpty'
  /** params: lang */
  | 'langTwice'
  /** params: lang */
  | 'defaultLangUndeclared'
  | 'noScoredQuestion'
  /** params: count, limit */
  | 'tooManyQuestions'
  /** params: metric */
  | 'metricTwice'
  /** params: id */
  | 'idInvalid'
  /** params: id */
  | 'idTwice'
  /** params: count, least */
  | 'optionsMissing'
  /** params: lang */
  | 'textMissing'
  /** params: lang, name: none of the mail's placeholders */
  | 'placeholderUnknown'
  /** params: lang, name: only mails know who reads; on the answer page the braces would stay */
  | 'placeholderOutsideMail'
  | 'linkInvalid'
  | 'senderInvalid'
  /** params: min, max */
  | 'daysOutOfRange'
  /** params: days; the link works no longer by then */
  | 'reminderTooLate'
  /** params: days of the one before */
  | 'reminderTooEarly'
  /** params: bytes, limit, over, longest (field paths, the longest text first) */
  | 'definitionTooBig'
  /** params: name; see `checkCrm` */
  | 'fieldGone'
  /** params: id; see `checkCrm` */
  | 'pipelineGone'
  /** params: id; see `checkCrm` */
  | 'stageGone'

/** Something that forbids publishing. */
export interface Problem {
  /** path in the content: `name`, `questions.2.text.ru`, `thankYou.link.high`, `questions` … */
  field: string
  code: ProblemCode
  params: Record<string, string | number | string[]>
}

/** Known to mails, see `fillPlaceholders`. */
export const PLACEHOLDERS: readonly string[] = ['client', 'deal', 'responsible', 'company']
/** Known to text messages, where the link may stand in the middle. */
export const SMS_PLACEHOLDERS: readonly string[] = [...PLACEHOLDERS, 'link']
export const EXPIRES_DAYS = { min: 1, max: 365 }
/** 0 = the same person may be asked again at once */
export const NOT_BEFORE_DAYS = { min: 0, max: 730 }
/** 0 = no rule for companies */
export const COMPANY_DAYS = { min: 0, max: 730 }
/** more than one mailbox sends anywhere on a day without being taken for advertising */
export const MAILS_PER_DAY = { min: 1, max: 2000 }

/** How many of the longest texts are named when the definition is too big. */
const LONGEST = 3

/** Everything that forbids publishing, in the order of the editor; empty when the content may go out. */
export function checkContent(content: SurveyContent): Problem[] {
  return [
    ...(isBlank(content.name) ? [problem('name', 'nameEmpty')] : []),
    ...(isBlank(content.company) ? [problem('company', 'companyEmpty')] : []),
    ...logoProblems(content.logo),
    ...langProblems(content),
    ...questionsProblems(content),
    ...content.questions.flatMap((question, index) => questionProblems(content, question, index)),
    ...pageTexts(content).flatMap(({ field, text, need }) => textProblems(content.langs, field, text, need)),
    ...[...pageTexts(content), ...optionTexts(content)].flatMap(({ field, text }) => placeholdersIn(text, field).filter(isPlaceholder)
      .map(({ path, lang, name }) => problem(path, 'placeholderOutsideMail', { lang, name }))),
    ...GROUPS.filter(group => !isBlank(content.thankYou.link[group]) && !WEB_ADDRESS.test(content.thankYou.link[group]))
      .map(group => problem(`thankYou.link.${group}`, 'linkInvalid')),
    ...mailProblems(content),
    ...daysProblems('expiresAfterDays', content.expiresAfterDays, EXPIRES_DAYS),
    ...daysProblems('notBeforeDays', content.notBeforeDays, NOT_BEFORE_DAYS),
    ...daysProblems('companyDays', content.companyDays, COMPANY_DAYS),
    ...daysProblems('mailsPerDay', content.mailsPerDay, MAILS_PER_DAY),
    ...askingProblems(content),
    ...sizeProblems(content)
  ]
}

function problem(field: string, code: ProblemCode, params: Problem['params'] = {}): Problem {
  return { field, code, params }
}

function logoProblems(logo: string | undefined): Problem[] {
  if (!logo) return []
  if (logo.length > LOGO_LIMIT) return [problem('logo', 'logoTooBig', { bytes: logo.length, limit: LOGO_LIMIT })]
  return LOGO_PATTERN.test(logo) ? [] : [problem('logo', 'logoInvalid')]
}

function langProblems({ langs, defaultLang }: SurveyContent): Problem[] {
  if (langs.length === 0) return [problem('langs', 'langsEmpty')]
  return [
    ...repeated(langs).map(index => problem(`langs.${index}`, 'langTwice', { lang: langs[index]! })),
    ...(langs.includes(defaultLang) ? [] : [problem('defaultLang', 'defaultLangUndeclared', { lang: defaultLang })])
  ]
}

function questionsProblems(content: SurveyContent): Problem[] {
  const { questions } = content
  const metrics = questions.map((question, index) => isMetric(question.type) ? question.type : `no metric ${index}`)
  return [
    ...(headlineQuestion(content) ? [] : [problem('questions', 'noScoredQuestion')]),
    ...(questions.length > MAX_QUESTIONS ? [problem('questions', 'tooManyQuestions', { count: questions.length, limit: MAX_QUESTIONS })] : []),
    ...repeated(metrics).map(index => problem(`questions.${index}.type`, 'metricTwice', { metric: questions[index]!.type as Metric })),
    ...idProblems('questions', questions)
  ]
}

/** One option may be ticked or left; choosing exactly one needs two. */
const LEAST_OPTIONS = { choice: 2, choices: 1 }

function questionProblems({ langs }: SurveyContent, question: Question, index: number): Problem[] {
  if (question.type !== 'choice' && question.type !== 'choices') return []
  const field = `questions.${index}.options`
  const options = question.options ?? []
  const least = LEAST_OPTIONS[question.type]
  return [
    ...(options.length < least ? [problem(field, 'optionsMissing', { count: options.length, least })] : []),
    ...idProblems(field, options),
    ...options.flatMap((option, place) => textProblems(langs, `${field}.${place}.text`, option.text, 'always'))
  ]
}

function idProblems(field: string, list: readonly { id: string }[]): Problem[] {
  const ids = list.map(({ id }) => id)
  return [
    ...ids.flatMap((id, index) => ID_PATTERN.test(id) ? [] : [problem(`${field}.${index}.id`, 'idInvalid', { id })]),
    ...repeated(ids).map(index => problem(`${field}.${index}.id`, 'idTwice', { id: ids[index]! }))
  ]
}

interface PageText {
  field: string
  text: Localized | undefined
  /** `whole`: in every language or in none */
  need: 'always' | 'whole'
}

/** What the answer page shows, without the options. */
function pageTexts({ questions, followUp, thankYou }: SurveyContent): PageText[] {
  return [
    ...questions.flatMap(({ text, low, high }, index): PageText[] => [
      { field: `questions.${index}.text`, text, need: 'always' },
      { field: `questions.${index}.low`, text: low, need: 'whole' },
      { field: `questions.${index}.high`, text: high, need: 'whole' }
    ]),
    ...followUp.asked ? GROUPS.map((group): PageText => ({ field: `followUp.text.${group}`, text: followUp.text[group], need: 'always' })) : [],
    ...GROUPS.map((group): PageText => ({ field: `thankYou.text.${group}`, text: thankYou.text[group], need: 'whole' }))
  ]
}

function optionTexts({ questions }: SurveyContent): { field: string, text: Localized }[] {
  return questions.flatMap((question, index) => (question.options ?? []).map(({ text }, place) => ({ field: `questions.${index}.options.${place}.text`, text })))
}

/** One problem for each declared language in which the text is missing. */
function textProblems(langs: readonly Lang[], field: string, text: Localized | undefined, need: PageText['need']): Problem[] {
  const missing = [...new Set(langs)].filter(lang => isBlank(text?.[lang]))
  if (need === 'whole' && Object.values(text ?? {}).every(isBlank)) return []
  return missing.map(lang => problem(`${field}.${lang}`, 'textMissing', { lang }))
}

function mailProblems({ langs, mail }: SurveyContent): Problem[] {
  const texts = (['subject', 'body'] as const).flatMap(part => [
    ...textProblems(langs, `mail.${part}`, mail[part], 'always'),
    ...unknownPlaceholders(mail[part], `mail.${part}`, PLACEHOLDERS)
  ])
  return mail.from === '' || readSender(mail.from) ? texts : [...texts, problem('mail.from', 'senderInvalid')]
}

/** Texts that are optional, and the days of the reminders: each after the one before it, and while the link still works. */
function askingProblems({ langs, asking, expiresAfterDays }: SurveyContent): Problem[] {
  return [
    ...textProblems(langs, 'asking.sms', asking.sms, 'whole'),
    ...unknownPlaceholders(asking.sms, 'asking.sms', SMS_PLACEHOLDERS),
    ...textProblems(langs, 'asking.chat', asking.chat, 'whole'),
    ...unknownPlaceholders(asking.chat, 'asking.chat', SMS_PLACEHOLDERS),
    ...textProblems(langs, 'asking.script', asking.script, 'whole'),
    ...unknownPlaceholders(asking.script, 'asking.script', PLACEHOLDERS),
    ...asking.reminders.flatMap(({ afterDays, channel, subject, text }, index) => {
      const field = `asking.reminders.${index}`
      const before = asking.reminders[index - 1]?.afterDays ?? 0
      const wrong = daysProblems(`${field}.afterDays`, afterDays, EXPIRES_DAYS)
      const days = wrong.length > 0 ? wrong
        : afterDays >= expiresAfterDays ? [problem(`${field}.afterDays`, 'reminderTooLate', { days: expiresAfterDays })]
          : afterDays <= before ? [problem(`${field}.afterDays`, 'reminderTooEarly', { days: before })] : []
      const mail = channel === 'email'
        ? [...textProblems(langs, `${field}.subject`, subject, 'whole'), ...unknownPlaceholders(subject, `${field}.subject`, PLACEHOLDERS)]
        : []
      return [
        ...days, ...mail, ...textProblems(langs, `${field}.text`, text, 'whole'),
        ...unknownPlaceholders(text, `${field}.text`, channel === 'sms' ? SMS_PLACEHOLDERS : PLACEHOLDERS)
      ]
    })
  ]
}

function unknownPlaceholders(text: Localized, field: string, known: readonly string[]): Problem[] {
  return placeholdersIn(text, field).filter(({ name }) => !known.includes(name)).map(({ path, lang, name }) => problem(path, 'placeholderUnknown', { lang, name }))
}

interface FoundPlaceholder {
  path: string
  lang: Lang
  name: string
}

function isPlaceholder({ name }: FoundPlaceholder): boolean {
  return PLACEHOLDERS.includes(name)
}

function placeholdersIn(text: Localized | undefined, field: string): FoundPlaceholder[] {
  return Object.entries(text ?? {}).flatMap(([lang, words]) =>
    [...new Set([...words.matchAll(/\{([^{}]*)\}/g)].map(match => match[1]!))].map(name => ({ path: `${field}.${lang}`, lang, name })))
}

/** Whole numbers. */
function daysProblems(field: string, days: number, { min, max }: { min: number, max: number }): Problem[] {
  return Number.isInteger(days) && days >= min && days <= max ? [] : [problem(field, 'daysOutOfRange', { min, max })]
}

/** Longer than any id and version will be: the size must not depend on which survey it is. */
const LONGEST_ID = 'x'.repeat(16)
const HIGHEST_VERSION = 9999

/** Bytes of what would travel with the next version; the limit is `DEFINITION_LIMIT_BYTES`. */
export function contentBytes(content: SurveyContent): number {
  return definitionBytes(definitionOf(LONGEST_ID, HIGHEST_VERSION, content))
}

function sizeProblems(content: SurveyContent): Problem[] {
  const bytes = contentBytes(content)
  if (bytes <= DEFINITION_LIMIT_BYTES) return []
  const options = optionTexts(content)
  const texts = [...pageTexts(content), ...options].flatMap(({ field, text }) => content.langs.map(lang => ({ path: `${field}.${lang}`, words: text?.[lang] ?? '' })))
  const longest = [...texts, { path: 'logo', words: content.logo ?? '' }]
    .map(({ path, words }) => ({ path, bytes: new TextEncoder().encode(words).length }))
    .filter(({ bytes: own }) => own > 0).sort((a, b) => b.bytes - a.bytes).slice(0, LONGEST).map(({ path }) => path)
  return [problem('questions', 'definitionTooBig', { bytes, limit: DEFINITION_LIMIT_BYTES, over: bytes - DEFINITION_LIMIT_BYTES, longest })]
}

/** Places at which something stands that already stood before. */
function repeated(list: readonly string[]): number[] {
  return list.flatMap((item, index) => list.indexOf(item) < index ? [index] : [])
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === ''
}
