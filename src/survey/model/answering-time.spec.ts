import { expect, it } from 'vitest'
import { answeringMinutes } from './answering-time'
import { contentFromTemplate, TEMPLATES } from './templates'
import { TEMPLATE_LANGS, type TemplateId, type TemplateLang } from './template'

const minutes = (id: TemplateId): number => answeringMinutes(contentFromTemplate(id, { lang: 'en', langs: ['en'], company: '' }))

it.each<[TemplateId, number]>([['afterdeal', 1], ['visit', 1], ['complaint', 2], ['relationship', 2]])('%s takes %i minutes at most', (id, most) => {
  expect(minutes(id)).toBe(most)
})

/** How the mails put it: "less than a minute", "two minutes at most". */
const PROMISES: Record<TemplateLang, { any: RegExp, one: RegExp }> = {
  en: { any: /minute|second/i, one: /less than a minute/ },
  ru: { any: /минут|секунд/i, one: /меньше минуты/ },
  kz: { any: /минут|секунд/i, one: /бір минут та кетпейді/i },
  id: { any: /menit|detik/i, one: /kurang dari satu menit/ },
  la: { any: /minuto|segundo/i, one: /menos de un minuto/ }
}

it.each(TEMPLATES.flatMap(template => TEMPLATE_LANGS.map(lang => [template.id, lang, template] as const)))('the mail of %s in %s promises no other time', (id, lang, { mail }) => {
  const text = `${mail.subject[lang]} ${mail.body[lang]}`
  const { any, one } = PROMISES[lang]
  expect({ any: any.test(text), one: one.test(text) }).toEqual({ any: id !== 'complaint', one: id !== 'complaint' && minutes(id) === 1 })
})

it('is nothing where nothing is asked', () => {
  expect(answeringMinutes({ questions: [], followUp: { asked: true, text: { high: {}, middle: {}, low: {} } } })).toBe(0)
})
