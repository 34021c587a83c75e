import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '@/portal/errors'
import { LOCALES, type Messages } from '@/ui/i18n'

const ROOT = join(import.meta.dirname, '..')
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
const folders = sources.filter(path => /(^|\/)locales\/en\.json$/.test(path)).map(path => path.replace(/\/en\.json$/, ''))

const read = (folder: string, locale: string): Messages => JSON.parse(readFileSync(join(ROOT, folder, `${locale}.json`), 'utf8')) as Messages

function flat(tree: Messages, path = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`))
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}|@:[\w.]+/g))].sort()

/** Forms of a plural; a `|` written as {'|'} is text. */
const forms = (text: string): number => text.replaceAll('{\'|\'}', '').split('|').length

describe.each(folders)('%s', folder => {
  const [english, russian] = LOCALES.map(locale => flat(read(folder, locale)))
  const inRussian = new Map(russian)

  it('has the same keys in every language', () => {
    expect(russian!.map(([key]) => key).sort()).toEqual(english!.map(([key]) => key).sort())
  })

  it('has the same placeholders in every language', () => {
    for (const [key, text] of english!) expect(placeholders(inRussian.get(key) ?? ''), key).toEqual(placeholders(text))
  })

  it('has a text for every key, without blanks at its ends', () => {
    for (const [key, text] of [...english!, ...russian!]) expect(text.trim() === text && text !== '', key).toBe(true)
  })

  it('has three or four Russian forms where English has two or three', () => {
    for (const [key, text] of english!) {
      if (forms(text) > 1) expect([3, 4], `${key}: forms`).toContain(forms(inRussian.get(key) ?? ''))
      else expect(forms(inRussian.get(key) ?? ''), `${key}: forms`).toBe(1)
    }
  })
})

it('no two nouns use the same key at the root', () => {
  const roots = folders.flatMap(folder => Object.keys(read(folder, 'en')))
  expect(roots.filter((root, index) => roots.indexOf(root) !== index)).toEqual([])
})

it.each(LOCALES)('every error of the catalogue has both texts in %s, and nothing else has', locale => {
  const { errors } = read('ui/locales', locale) as { errors: Record<string, { what: string, todo: string }> }
  expect(Object.keys(errors).sort()).toEqual([...ERROR_CODES].sort())
  for (const code of ERROR_CODES) expect(Object.keys(errors[code]!), code).toEqual(['what', 'todo'])
})

it('every key written in a component or a composable exists', () => {
  const known = new Set(folders.flatMap(folder => flat(read(folder, 'en')).map(([key]) => key)))
  const inUi = sources.filter(path => /(^|\/)(ui|entries)\//.test(path) && /\.(vue|ts)$/.test(path) && !path.endsWith('.spec.ts'))
  const unknown = inUi.flatMap(path => [...readFileSync(join(ROOT, path), 'utf8').matchAll(/(?<![\w.])\$?t\(\s*'([\w.]+)'/g)]
    .map(([, key]) => key!).filter(key => !known.has(key)).map(key => `${path}: ${key}`))
  expect(unknown).toEqual([])
})

/** Texts of problems are called by the place of the field in the content: `question.text`. */
const CALLED_BY_PATH = ['survey.field.']

it('every text is asked for by some source', () => {
  const texts = folders.flatMap(folder => flat(read(folder, 'en')))
  const keys = texts.map(([key]) => key)
  const roots = [...new Set(keys.map(key => key.split('.')[0]!))].join('|')
  const code = sources.filter(path => /\.(vue|ts|js)$/.test(path) && !/\.(spec|fixture)\.ts$/.test(path)).map(path => readFileSync(join(ROOT, path), 'utf8')).join('\n')
  // a key as it is written, or one that is put together: t(`settings.duty.${role}`)
  const written = [...code.matchAll(new RegExp(`['"\`]((?:${roots})(?:\\.|\\w|\\$\\{[^{}\`]*\\})+)`, 'g'))].map(([, key]) => key!)
  const linked = texts.flatMap(([, text]) => [...text.matchAll(/@:([\w.]+)/g)].map(([, key]) => key!))
  const isCalled = new RegExp(`^(?:${[...new Set([...written, ...linked])].map(key => {
    const parts = key.split(/\$\{[^{}]*\}/).map(part => part.replaceAll('.', '\\.'))
    return parts.join(CALLED_BY_PATH.some(path => key.startsWith(path)) ? '[\\w.]+' : '\\w+')
  }).join('|')})$`)
  expect(keys.filter(key => !isCalled.test(key))).toEqual([])
})
