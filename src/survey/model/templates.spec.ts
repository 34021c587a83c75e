import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkContent } from './check'
import { DEFINITION_LIMIT_BYTES, decodeDefinition, definitionBytes, definitionOf, encodeDefinition, LOGO_LIMIT } from './definition'
import { headlineQuestion, isMetric, type Lang, type Metric } from './survey'
import { TEMPLATE_IDS, TEMPLATE_LANGS, templateLang, type TemplateId, type TemplateText } from './template'
import { contentFromTemplate, TEMPLATES } from './templates'
import { afterDeal } from './templates/after-deal'

/** Every text of a template with its place, whatever it is called. */
function textsIn(value: object, path = ''): [place: string, text: TemplateText][] {
  return Object.entries(value).flatMap(([key, part]: [string, unknown]): [string, TemplateText][] => {
    if (part === null || typeof part !== 'object') return []
    return 'en' in part ? [[path + key, part as TemplateText]] : textsIn(part, `${path}${key}.`)
  })
}

const content = (id: TemplateId, langs: readonly Lang[] = TEMPLATE_LANGS): ReturnType<typeof contentFromTemplate> =>
  contentFromTemplate(id, { lang: langs[0] ?? '', langs, company: 'Acme' })
const rows = TEMPLATES.flatMap(template => textsIn(template).map(([place, text]): [string, TemplateText] => [`${template.id} ${place}`, text]))

/** English that is left in Indonesian or Spanish, and letters of another alphabet. */
const FOREIGN = /\b(the|you|your|we|our|is|was|what|how|with|thank|thanks|please|and|or|of|for|hello|feedback|survey)\b|\p{Script=Cyrillic}/iu

const others = TEMPLATE_LANGS.filter(lang => lang !== 'en')

it('there is one template for each id, in the order of the gallery', () => {
  expect(TEMPLATES.map(({ id }) => id)).toEqual(TEMPLATE_IDS)
})

describe.each(TEMPLATES)('$id', ({ id }) => {
  it.each([...TEMPLATE_LANGS.map(lang => [lang]), [...TEMPLATE_LANGS]])('may be published in %s', (...langs) => {
    expect(checkContent(content(id, langs))).toEqual([])
  })

  it('in all languages and with the biggest logo fits the hint', () => {
    const definition = definitionOf('x'.repeat(16), 9999, { ...content(id), logo: `data:image/png;base64,${'A'.repeat(LOGO_LIMIT)}`.slice(0, LOGO_LIMIT) })
    expect(definitionBytes(definition)).toBeLessThanOrEqual(DEFINITION_LIMIT_BYTES)
    expect(decodeDefinition(encodeDefinition(definition))).toEqual(definition)
  })

  it('asks few things, each metric at most once', () => {
    const { questions } = content(id)
    const metrics = questions.map(({ type }) => type).filter(isMetric)
    expect(questions.length).toBeLessThanOrEqual(5)
    expect(new Set(metrics).size).toBe(metrics.length)
  })

  it('begins with a required headline: its buttons stand in the mail', () => {
    const { questions } = content(id)
    expect(headlineQuestion({ questions })).toBe(questions[0])
    expect(questions[0]).toMatchObject({ required: true, low: expect.anything(), high: expect.anything() })
  })

  it('names both ends of every scale', () => {
    for (const question of content(id).questions.filter(({ type }) => isMetric(type))) {
      expect([question.low, question.high], question.id).not.toContain(undefined)
    }
  })

  it('greets by name, signs with who asks, and keeps the title of the deal inside', () => {
    const { mail } = content(id)
    for (const lang of TEMPLATE_LANGS) {
      expect(mail.body[lang]!.match(/\{\w+\}/g), lang).toEqual(['{client}', '{responsible}', '{company}'])
      expect(mail.body[lang], lang).toMatch(/\n\n\{responsible\}\n\{company\}$/)
      expect(mail.subject[lang]).not.toContain('{')
      expect(mail.subject[lang]!.length, 'a phone shows about fifty characters').toBeLessThanOrEqual(50)
    }
  })
})

it.each<[TemplateId, Metric, string[]]>([
  ['afterdeal', 'nps', ['nps']],
  ['support', 'csat', ['csat', 'yesno']],
  ['complaint', 'csat', ['csat', 'stars', 'nps', 'long', 'long']],
  ['onboarding', 'csat', ['csat', 'yesno', 'choices']],
  ['relationship', 'nps', ['nps', 'choices', 'long']],
  ['visit', 'csat', ['csat', 'choices', 'yesno']],
  ['effort', 'ces', ['ces', 'choice']],
  ['delivery', 'stars', ['stars', 'yesno', 'yesno']],
  ['winback', 'csat', ['csat', 'choice']]
])('%s is about %s', (id, headline, types) => {
  expect(headlineQuestion(content(id))?.type).toBe(headline)
  expect(content(id).questions.map(({ type }) => type)).toEqual(types)
})

it('the complaint asks the five questions of its case and none besides', () => {
  expect(content('complaint').questions.map(({ id }) => id)).toEqual(['decision', 'service', 'nps', 'improve', 'remarks'])
  expect(content('complaint').followUp.asked).toBe(false)
})

it('everybody who is to be won back may ask for a call, elsewhere the dissatisfied', () => {
  expect(TEMPLATE_IDS.filter(id => content(id).thankYou.callBack.join() !== 'low')).toEqual(['winback'])
  expect(content('winback').thankYou.callBack).toEqual(['high', 'middle', 'low'])
})

it('no two templates have the same name in a language', () => {
  for (const lang of TEMPLATE_LANGS) expect(new Set(TEMPLATES.map(({ name }) => name[lang])).size, lang).toBe(TEMPLATES.length)
})

describe('texts', () => {
  it.each(rows)('%s', (_, text) => {
    expect(Object.keys(text).sort()).toEqual([...TEMPLATE_LANGS].sort())
    for (const lang of TEMPLATE_LANGS) {
      expect(text[lang], lang).not.toBe('')
      expect(text[lang], lang).toBe(text[lang].trim())
      expect(text[lang], lang).not.toMatch(/ {2}|[ \t]\n|\.{2}|[ ][.,!?:;]/)
    }
    expect(new Set(TEMPLATE_LANGS.map(lang => text[lang])).size, 'each language has its own words').toBe(TEMPLATE_LANGS.length)
    // an abbreviation and the names of placeholders are Latin everywhere
    for (const lang of ['ru', 'kz'] as const) expect(text[lang].replace(/\{\w+\}|NPS|CES/g, ''), lang).not.toMatch(/[A-Za-z]/)
    for (const lang of ['id', 'la'] as const) expect(text[lang].replace(/\{\w+\}/g, ''), lang).not.toMatch(FOREIGN)
    for (const lang of others) expect(/[?]$/.test(text[lang]), `${lang}: a question where English has one`).toBe(/[?]$/.test(text.en))
    expect(text.ru, 'letters that only Kazakh has').not.toMatch(/[әғқңөұүһі]/i)
    expect(text.la.match(/\?/g)?.length, 'opening marks').toBe(text.la.match(/¿/g)?.length)
    expect(text.la.match(/!/g)?.length, 'opening marks').toBe(text.la.match(/¡/g)?.length)
  })

  it('in Kazakh are Kazakh: nearly every text has a letter that Russian lacks', () => {
    const without = rows.filter(([, text]) => !/[әғқңөұүһі]/i.test(text.kz)).map(([, text]) => text.kz)
    expect(without.length / rows.length, without.join(' | ')).toBeLessThan(0.05)
  })
})

describe('contentFromTemplate', () => {
  const choose = (lang: Lang, langs: Lang[]): ReturnType<typeof contentFromTemplate> => contentFromTemplate('delivery', { lang, langs, company: 'Acme' })

  it.each<[string, Lang, Lang[], { langs: Lang[], defaultLang: Lang, name: string }]>([
    ['one language', 'ru', ['ru'], { langs: ['ru'], defaultLang: 'ru', name: 'Доставка' }],
    ['several, in the order wanted', 'la', ['en', 'la'], { langs: ['en', 'la'], defaultLang: 'la', name: 'Entrega' }],
    ['a language twice', 'en', ['en', 'id', 'en'], { langs: ['en', 'id'], defaultLang: 'en', name: 'Delivery' }],
    ['a language without texts', 'kz', ['de', 'kz'], { langs: ['kz'], defaultLang: 'kz', name: 'Жеткізу' }],
    ['only languages without texts', 'ru', ['de', 'fr'], { langs: ['ru'], defaultLang: 'ru', name: 'Доставка' }],
    ['nothing', 'de', [], { langs: ['en'], defaultLang: 'en', name: 'Delivery' }],
    ['own language not among the wanted ones', 'ru', ['id', 'en'], { langs: ['id', 'en'], defaultLang: 'id', name: 'Доставка' }]
  ])('%s', (_, lang, langs, expected) => {
    expect(choose(lang, langs)).toMatchObject({ ...expected, company: 'Acme' })
  })

  it('brings only texts that somebody will read', () => {
    const texts = textsOfContent(choose('ru', ['ru', 'kz']))
    expect(texts.length).toBeGreaterThan(10)
    for (const text of texts) expect(Object.keys(text).sort()).toEqual(['kz', 'ru'])
  })

  it('gives every survey its own copy', () => {
    const one = choose('en', ['en'])
    one.questions[0]!.text.en = 'Changed'
    one.mail.subject.en = 'Changed'
    one.thankYou.link.high = 'https://example.com'
    expect(JSON.stringify(choose('en', ['en']))).not.toMatch(/Changed|example/)
  })
})

function textsOfContent(value: object): Record<string, string>[] {
  return Object.values(value).flatMap((part: unknown): Record<string, string>[] => {
    if (part === null || typeof part !== 'object') return []
    return 'ru' in part ? [part as Record<string, string>] : textsOfContent(part)
  })
}

it.each([['ru', 'ru'], ['kz', 'kz'], ['de', 'en'], ['', 'en'], ['toString', 'en']])('who speaks %s reads %s', (lang, read) => {
  expect(templateLang(lang)).toBe(read)
})

it('the first survey of an installation is the after-deal template in English and Russian', () => {
  expect(afterDeal).toEqual(contentFromTemplate('afterdeal', { lang: 'en', langs: ['en', 'ru'], company: '' }))
})

const SRC = join(import.meta.dirname, '../..')

/** Every source that a file brings along, now or later. */
function broughtBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:from|import\(?) *'((?:@|\.)\/[^']+)'/g)) {
    const path = from!.startsWith('@/') ? join(SRC, from!.slice(2)) : join(dirname(file), from!)
    const source = [path, `${path}.ts`].find(candidate => /\.(ts|vue)$/.test(candidate) && existsSync(candidate))
    if (source) broughtBy(source, found)
  }
  return found
}

describe('texts in five languages', () => {
  const templatesIn = (entry: string): string[] => [...broughtBy(join(SRC, `entries/${entry}.ts`))].filter(file => /\/model\/(templates|template-plans)\b/.test(file))

  it.each(['tab', 'request', 'report', 'worker', 'survey'])('stay out of %s', entry => {
    expect(templatesIn(entry)).toEqual([])
  })

  it('are found where they are used', () => {
    expect(templatesIn('settings')).not.toEqual([])
  })
})
