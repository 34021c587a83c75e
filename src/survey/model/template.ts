import { askedByHand, USUAL_MAILS_PER_DAY, type FollowUp, type Group, type Lang, type Localized, type Option, type Question, type SurveyContent } from './survey'

/** Every template has all its texts in each of these, named as the portal names them: kz is Kazakh, la is Spanish. */
export const TEMPLATE_LANGS = ['en', 'ru', 'kz', 'id', 'la'] as const
export type TemplateLang = typeof TEMPLATE_LANGS[number]
export type TemplateText = Record<TemplateLang, string>

export const TEMPLATE_IDS = ['afterdeal', 'support', 'complaint', 'onboarding', 'relationship', 'visit', 'effort', 'delivery', 'winback'] as const
export type TemplateId = typeof TEMPLATE_IDS[number]

type TemplateOption = Omit<Option, 'text'> & { text: TemplateText }
type TemplateQuestion = Omit<Question, 'text' | 'low' | 'high' | 'options'> & {
  text: TemplateText
  low?: TemplateText
  high?: TemplateText
  options?: TemplateOption[]
}

/** A survey for one moment in the life of a customer, ready to be sent. What happens with its answers is the plan's. */
export interface Template {
  id: TemplateId
  /** in the gallery, and of the survey that is made from it */
  name: TemplateText
  /** one sentence for the gallery: when to ask, and what is asked */
  description: TemplateText
  questions: TemplateQuestion[]
  followUp: Pick<FollowUp, 'asked'> & { text: Record<Group, TemplateText> }
  thankYou: Record<Group, TemplateText>
  /** who is offered to be called back; without it the dissatisfied */
  callBack?: Group[]
  mail: { subject: TemplateText, body: TemplateText }
  expiresAfterDays: number
  notBeforeDays: number
}

export interface TemplateChoice {
  /** of whoever makes the survey: gives its name and, if it is among `langs`, its default language */
  lang: Lang
  /** languages that the customers read; those without texts are left out */
  langs: readonly Lang[]
  company: string
}

/** The language itself where templates have texts in it, else English. */
export function templateLang(lang: Lang): TemplateLang {
  return TEMPLATE_LANGS.find(own => own === lang) ?? 'en'
}

/**
 * A new survey's content with the texts of the wanted languages only: a text that nobody reads would still travel with the definition.
 * When none of the wanted languages has texts, the language of `lang` (or English) is the only one.
 */
export function contentOf(template: Template, { lang, langs, company }: TemplateChoice): SurveyContent {
  const own = templateLang(lang)
  const wanted = [...new Set(langs)].flatMap(candidate => TEMPLATE_LANGS.filter(known => known === candidate))
  const kept = wanted.length > 0 ? wanted : [own]
  const inKept = (text: TemplateText): Localized => Object.fromEntries(kept.map(each => [each, text[each]]))
  const byGroup = (texts: Record<Group, TemplateText>): Record<Group, Localized> =>
    ({ high: inKept(texts.high), middle: inKept(texts.middle), low: inKept(texts.low) })
  const questions = template.questions.map(({ text, low, high, options, ...question }): Question => ({
    ...question,
    text: inKept(text),
    ...(low ? { low: inKept(low) } : {}),
    ...(high ? { high: inKept(high) } : {}),
    ...(options ? { options: options.map(option => ({ ...option, text: inKept(option.text) })) } : {})
  }))
  return {
    name: template.name[own],
    company,
    langs: kept,
    defaultLang: kept.find(each => each === lang) ?? kept[0] ?? own,
    questions,
    followUp: { asked: template.followUp.asked, text: byGroup(template.followUp.text) },
    thankYou: { text: byGroup(template.thankYou), link: { high: '', middle: '', low: '' }, callBack: [...template.callBack ?? ['low' as const]] },
    mail: { subject: inKept(template.mail.subject), body: inKept(template.mail.body), scoreButtons: true, from: '' },
    expiresAfterDays: template.expiresAfterDays,
    notBeforeDays: template.notBeforeDays,
    companyDays: 0,
    mailsPerDay: USUAL_MAILS_PER_DAY,
    snapshots: [],
    pipelines: [],
    asking: askedByHand()
  }
}
