import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkContent } from './check'
import {
  exchangeFileName, MAX_FILE_BYTES, readExchange, refusalOf, settleContent, writeExchange, type ContentWorld, type ExchangeFile
} from './exchange'
import { contentArbitrary } from './exchange.fixture'
import type { SurveyContent } from './survey'
import { TEMPLATE_IDS, TEMPLATE_LANGS } from './template'
import { contentFromTemplate } from './templates'
import { afterDeal } from './templates/after-deal'

const HERE = 'acme.example'
const world: ContentWorld = { portal: HERE, pipelines: new Set([0, 3]), stages: new Set(['WON', 'C3:WON']), fields: { deal: new Set(['ufCrm_1']), company: new Set() } }
const content: SurveyContent = { ...afterDeal, company: 'Acme' }
const plan = { v: 1, fallbackOwner: 5, rules: [] }

/** A file whose JSON somebody has edited. */
const edited = (edit: (json: Record<string, never>) => void): string => {
  const json = JSON.parse(writeExchange(HERE, content, plan)) as Record<string, never>
  edit(json)
  return JSON.stringify(json)
}
const fileOf = (text: string): ExchangeFile => {
  const read = readExchange(text)
  if (!read.ok) throw new Error(JSON.stringify(read))
  return read.file
}
const set = (target: unknown, path: string, value: unknown): void => {
  const keys = path.split('.')
  const last = keys.pop()!
  const parent = keys.reduce((at, key) => (at as Record<string, unknown>)[key], target) as Record<string, unknown>
  if (value === undefined) delete parent[last]
  else parent[last] = value
}

describe('a file that was exported', () => {
  it('gives the same content and plan, whatever they are', () => {
    fc.assert(fc.property(contentArbitrary, fc.jsonValue({ maxDepth: 2 }), (any, anyPlan) => {
      const [whole, carried] = JSON.parse(JSON.stringify([any, anyPlan])) as [SurveyContent, unknown]
      const read = readExchange(writeExchange(HERE, whole, carried))
      expect(read).toEqual({ ok: true, file: { portal: HERE, content: whole, plan: carried, unknown: [] } })
      const everything: ContentWorld = {
        portal: HERE, pipelines: new Set(whole.pipelines), stages: new Set(whole.asking.stages),
        fields: { deal: new Set(whole.snapshots.map(({ field }) => field)), company: new Set(whole.snapshots.map(({ field }) => field)) }
      }
      expect(settleContent(fileOf(writeExchange(HERE, whole, carried)), everything)).toEqual({ content: whole, notes: [] })
    }), { numRuns: 300 })
  })

  it.each(TEMPLATE_IDS)('of the template %s in all languages is small enough and without complaint', id => {
    const full = contentFromTemplate(id, { lang: 'ru', langs: TEMPLATE_LANGS, company: 'Acme' })
    expect(settleContent(fileOf(writeExchange(HERE, full, plan)), world)).toEqual({ content: full, notes: [] })
    expect(checkContent(full)).toEqual([])
  })

  it('without a plan has none', () => {
    expect(fileOf(writeExchange(HERE, content, undefined)).plan).toBeNull()
  })

  it('of an earlier version of the app is read too', () => {
    expect(fileOf(edited(json => set(json, 'format', 1))).content).toEqual(content)
  })

  it('may begin with a byte order mark, as some editors write it', () => {
    expect(fileOf(`\ufeff${writeExchange(HERE, content, plan)}`).content).toEqual(content)
  })
})

describe('a file that is none of ours', () => {
  it.each<[string, { size: number, type: string }, string | null]>([
    ['a picture', { size: 100, type: 'image/png' }, 'image'],
    ['a big picture', { size: 5_000_000, type: 'image/jpeg' }, 'image'],
    ['five megabytes', { size: 5_000_000, type: 'application/json' }, 'tooBig'],
    ['one byte too many', { size: MAX_FILE_BYTES + 1, type: '' }, 'tooBig'],
    ['just small enough', { size: MAX_FILE_BYTES, type: '' }, null]
  ])('%s is told before it is read', (_, file, refusal) => {
    expect(refusalOf(file)).toBe(refusal)
  })

  it.each<[string, string, string]>([
    ['a picture without its type', '\ufffdPNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR', 'notText'],
    ['a text of two bytes a character', '\ufffd\ufffd{\u0000"\u0000', 'notText'],
    ['too much text', `"${'x'.repeat(MAX_FILE_BYTES)}"`, 'tooBig'],
    ['nothing', '', 'notJson'],
    ['half a file', writeExchange(HERE, content, plan).slice(0, 300), 'notJson'],
    ['a web page', '<!doctype html><title>Login</title>', 'notJson'],
    ['null', 'null', 'notOurs'],
    ['a number', '42', 'notOurs'],
    ['other JSON', '{"name":"x"}', 'notOurs'],
    ['a list', '[]', 'notOurs'],
    ['another app', edited(json => set(json, 'app', 'other')), 'notOurs'],
    ['a format that is none', edited(json => set(json, 'format', 'one')), 'notOurs'],
    ['a later format', edited(json => set(json, 'format', 5)), 'newer'],
    ['a later format of another shape', '{"app":"feedback-for-bitrix24","format":7}', 'newer'],
    ['texts too long to be stored', edited(json => set(json, 'content.mail.body.en', 'x'.repeat(40_000))), 'tooLong']
  ])('%s is refused', (_, text, refusal) => {
    expect(readExchange(text)).toEqual({ ok: false, refusal })
  })
})

describe('a value that cannot be understood', () => {
  it.each<[string, unknown, string]>([
    ['portal', undefined, 'missing'],
    ['content', undefined, 'missing'],
    ['content.name', 5, 'wrongType'],
    ['content.langs', 'en', 'wrongType'],
    ['content.questions', {}, 'wrongType'],
    ['content.questions.0.type', 'file', 'notAllowed'],
    ['content.questions.0.text.en', null, 'wrongType'],
    ['content.questions.0.required', undefined, 'missing'],
    ['content.followUp.text.low', undefined, 'missing'],
    ['content.notBeforeDays', '90', 'wrongType'],
    ['content.snapshots', [{ card: 'contact', field: 'x', title: 'x' }], 'notAllowed']
  ])('%s = %j is named', (path, value, code) => {
    const read = readExchange(edited(json => set(json, path, value)))
    expect(read).toMatchObject({ ok: false, refusal: 'shape', faults: [{ code }] })
    expect(!read.ok && read.refusal === 'shape' && read.faults[0]!.path.startsWith(path)).toBe(true)
  })

  it('all of them at once', () => {
    const read = readExchange(edited(json => {
      set(json, 'content.name', 1)
      set(json, 'content.questions.0.type', 'x')
      set(json, 'content.mail.subject', undefined)
    }))
    expect(read).toMatchObject({ faults: [{ path: 'content.name' }, { path: 'content.questions.0.type' }, { path: 'content.mail.subject' }] })
  })

  it('a number without end is not written back as nothing', () => {
    const text = writeExchange(HERE, content, plan).replace('"notBeforeDays": 90', '"notBeforeDays": 1e999')
    expect(readExchange(text)).toMatchObject({ ok: false, faults: [{ path: 'content.notBeforeDays', code: 'wrongType' }] })
  })
})

describe('what does not come along', () => {
  const notesOf = (text: string, from: Partial<ContentWorld> = {}) => settleContent(fileOf(text), { ...world, ...from })

  it('keys that nobody knows, wherever they stand', () => {
    const text = edited(json => {
      set(json, 'comment', 'x')
      set(json, 'content.colour', 'red')
      set(json, 'content.questions.0.logic', {})
      set(json, 'content.mail.__proto__x', 1)
    })
    const { content: settled, notes } = notesOf(text)
    expect(notes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      ['unknownKey comment', 'unknownKey content.questions.0.logic', 'unknownKey content.mail.__proto__x', 'unknownKey content.colour'].sort((a, b) => notes.findIndex(({ path }) => a.endsWith(` ${path}`)) - notes.findIndex(({ path }) => b.endsWith(` ${path}`))))
    expect(settled).toEqual(content)
  })

  it('what only another portal knows', () => {
    const text = writeExchange('other.example', {
      ...content, pipelines: [0, 3], mail: { ...content.mail, from: 'Ann <ann@other.example>' }, asking: { ...content.asking, stages: ['WON', 'C3:WON', 'UC_1'] },
      snapshots: [{ card: 'deal', field: 'title', title: 'Title' }, { card: 'deal', field: 'ufCrm_1', title: 'Region' }]
    }, plan)
    const { content: settled, notes } = notesOf(text)
    expect(settled).toMatchObject({ pipelines: [0], asking: { stages: ['WON'] }, mail: { from: '' }, snapshots: [{ field: 'title' }] })
    expect(notes.map(({ kind, about }) => [kind, about])).toEqual([
      ['pipelineDropped', '3'], ['stageDropped', 'C3:WON'], ['stageDropped', 'UC_1'], ['snapshotDropped', 'Region'], ['senderDropped', 'Ann <ann@other.example>']
    ])
  })

  it('what this portal has no more', () => {
    const { content: settled, notes } = notesOf(writeExchange(HERE, {
      ...content, pipelines: [3, 9], mail: { ...content.mail, from: 'a@b.example' }, asking: { ...content.asking, stages: ['C3:WON', 'LOSE'] },
      snapshots: [{ card: 'deal', field: 'ufCrm_1', title: 'Region' }, { card: 'company', field: 'ufCrm_1', title: '' }]
    }, plan))
    expect(settled).toMatchObject({ pipelines: [3], asking: { stages: ['C3:WON'] }, mail: { from: 'a@b.example' }, snapshots: [{ title: 'Region' }] })
    expect(notes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['pipelineDropped content.pipelines.1', 'stageDropped content.asking.stages.1', 'snapshotDropped content.snapshots.1'])
  })

  it('ids that cannot be ones or stand twice get new ones, which no other has', () => {
    const question = content.questions[0]!
    const options = [{ id: 'o2', text: {} }, { id: 'Ä', text: {} }, { id: 'o2', text: {} }]
    const questions = [{ ...question, id: 'q2' }, { ...question, id: 'q2' }, { ...question, id: '' }, { ...question, id: 'c', type: 'choice' as const, options }]
    const { content: settled, notes } = notesOf(writeExchange(HERE, { ...content, questions }, plan))
    expect(settled.questions.map(({ id }) => id)).toEqual(['q2', 'q3', 'q4', 'c'])
    expect(settled.questions[3]?.options?.map(({ id }) => id)).toEqual(['o2', 'o3', 'o4'])
    expect(notes.map(({ kind, path, about }) => `${kind} ${path} ${about}`)).toEqual([
      'idReplaced content.questions.1.id q2', 'idReplaced content.questions.2.id ', 'idReplaced content.questions.3.options.1.id Ä', 'idReplaced content.questions.3.options.2.id o2'
    ])
    expect(checkContent(settled).filter(({ code }) => code === 'idInvalid' || code === 'idTwice')).toEqual([])
  })

  it.each(['data:text/html,<script>', 'https://example.com/logo.png', `data:image/png;base64,${'A'.repeat(9000)}`])('a logo that is none: %.20s', logo => {
    const { content: settled, notes } = notesOf(writeExchange(HERE, { ...content, logo }, plan))
    expect(settled).toEqual(content)
    expect(notes).toEqual([{ kind: 'logoDropped', path: 'content.logo', about: '' }])
  })

  it('nothing that the editor can mend', () => {
    const odd: SurveyContent = { ...content, name: '', langs: ['en', 'en'], defaultLang: 'xx', questions: Array.from({ length: 11 }, (_, n) => ({ ...content.questions[0]!, id: `q${n}` })) }
    expect(notesOf(writeExchange(HERE, odd, plan))).toEqual({ content: odd, notes: [] })
    expect(checkContent(odd).map(({ code }) => code)).toEqual(expect.arrayContaining(['nameEmpty', 'langTwice', 'tooManyQuestions', 'metricTwice']))
  })
})

it.each([['After a deal', 'After a deal.json'], ['a/b: "c"?', 'a-b- -c.json'], ['..', 'survey.json'], ['', 'survey.json'], ['Опрос', 'Опрос.json']])('the file of %s is called %s', (name, file) => {
  expect(exchangeFileName(name)).toBe(file)
})
