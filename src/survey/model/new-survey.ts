import { askedByHand, STORED_VERSION, USUAL_MAILS_PER_DAY, type Lang, type Survey, type SurveyContent } from './survey'
import { templateLang, type TemplateText } from './template'

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'

/** As many random bytes as an id has characters: 36¹⁰ ids, so that two administrators never make the same one. */
export const ID_BYTES = 10

/** Id of a new survey, a–z0–9. @param bytes random ones */
export function surveyIdFrom(bytes: Uint8Array): string {
  return [...bytes].map(byte => DIGITS[byte % DIGITS.length]).join('')
}

/** A survey that nobody has published: no version, no form. */
export function draftSurvey(id: string, draft: SurveyContent, plan: unknown): Survey {
  return { v: STORED_VERSION, id, status: 'draft', draft, published: null, form: null, plan }
}

const NEW_NAME: TemplateText = { en: 'New survey', ru: 'Новый опрос', kz: 'Жаңа сауалнама', id: 'Survei baru', la: 'Nueva encuesta' }

export interface EmptyChoice {
  /** of whoever makes the survey: gives its name and, if it is among `langs`, its default language */
  lang: Lang
  /** languages that the customers read, at least one */
  langs: readonly Lang[]
  company: string
}

/** A content without questions and texts; the periods are those of the after-deal template. */
export function emptyContent({ lang, langs, company }: EmptyChoice): SurveyContent {
  const none = () => ({ high: {}, middle: {}, low: {} })
  return {
    name: NEW_NAME[templateLang(lang)],
    company,
    langs: [...langs],
    defaultLang: langs.includes(lang) ? lang : langs[0] ?? lang,
    questions: [],
    followUp: { asked: false, text: none() },
    thankYou: { text: none(), link: { high: '', middle: '', low: '' }, callBack: [] },
    mail: { subject: {}, body: {}, scoreButtons: true, from: '' },
    expiresAfterDays: 30,
    notBeforeDays: 90,
    companyDays: 0,
    mailsPerDay: USUAL_MAILS_PER_DAY,
    snapshots: [],
    pipelines: [],
    asking: askedByHand()
  }
}

/** The name itself, or with the first number that makes it a new one: "Delivery (2)". */
export function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken.map(other => other.trim().toLowerCase()))
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} (${n})`
    if (!used.has(candidate.trim().toLowerCase())) return candidate
  }
}

const COPY: TemplateText = { en: 'copy', ru: 'копия', kz: 'көшірме', id: 'salinan', la: 'copia' }
const COPY_MARK = new RegExp(` \\((?:${Object.values(COPY).join('|')})(?: \\d+)?\\)$`)

/** "Delivery (copy)", then "Delivery (copy 2)", also for the copy of a copy. @param lang of whoever copies */
export function copyName(name: string, lang: Lang, taken: readonly string[]): string {
  const word = COPY[templateLang(lang)]
  const stem = name.replace(COPY_MARK, '')
  const used = new Set(taken.map(other => other.trim().toLowerCase()))
  for (let n = 1; ; n++) {
    const candidate = `${stem} (${n === 1 ? word : `${word} ${n}`})`
    if (!used.has(candidate.toLowerCase())) return candidate
  }
}

/** The draft with its plan under another id and name: not published, no form. Through JSON, because the survey may be a reactive proxy. */
export function duplicateOf(survey: Pick<Survey, 'draft' | 'plan'>, id: string, name: string): Survey {
  const { draft, plan } = JSON.parse(JSON.stringify({ draft: survey.draft, plan: survey.plan })) as Pick<Survey, 'draft' | 'plan'>
  return draftSurvey(id, { ...draft, name }, plan)
}
