import { describe, expect, it } from 'vitest'
import { ID_PATTERN, MAX_QUESTIONS } from './definition'
import { addOption, duplicated, freshId, inserted, isTypeTaken, moved, newQuestion, pasteOptions, QUESTION_TYPES, removed, withType } from './question'
import { isMetric, type Option, type Question, type QuestionType } from './survey'

/** Numbers that look like chance and are the same in every run (Park and Miller's generator). */
function chance(seed = 1): () => number {
  let state = seed
  return () => (state = state * 48271 % 2147483647) / 2147483647
}
const stuck = (): number => 0

const text = { en: 'Why?', ru: 'Почему?' }
const question = (id: string, type: QuestionType, more: Partial<Question> = {}): Question => ({ id, type, text, required: false, ...more })
const options: Option[] = [{ id: 'a', text: { en: 'A', ru: 'А' } }, { id: 'b', text: { en: 'B' } }]

describe('a fresh id', () => {
  it('is valid, starts with a letter and is none of those taken, even when chance always says the same', () => {
    const taken: string[] = []
    for (let turn = 0; turn < 50; turn++) taken.push(freshId(taken, turn % 2 ? stuck : chance(turn + 1)))
    expect(new Set(taken).size).toBe(50)
    for (const id of taken) expect(id).toMatch(/^[a-z]/)
    for (const id of taken) expect(id).toMatch(ID_PATTERN)
  })
})

describe('a new question', () => {
  it.each(QUESTION_TYPES)('of type %s has what its type needs and nothing else', type => {
    const made = newQuestion(type, [], chance())
    expect(made).toMatchObject({ type, text: {}, required: isMetric(type) })
    expect(made.options?.length).toBe(type === 'choice' || type === 'choices' ? 2 : undefined)
    expect([made.points, made.easyIs]).toEqual(type === 'ces' ? [7, 'high'] : [undefined, undefined])
  })

  it('of a scored type is possible once', () => {
    const there = [question('n', 'nps'), question('y', 'yesno')]
    expect(QUESTION_TYPES.filter(type => isTypeTaken(there, type))).toEqual(['nps'])
    expect(isTypeTaken(there, 'nps', there[0])).toBe(false)
  })
})

describe('another type', () => {
  const scale = question('s', 'csat', { low: { en: 'bad' }, high: { en: 'good' }, required: true })
  const list = question('l', 'choice', { options })

  it.each<[string, Question, QuestionType, Partial<Question>]>([
    ['keeps the words at the ends between scales', scale, 'nps', { low: scale.low, high: scale.high, required: true }],
    ['gives an effort scale its points and direction', scale, 'ces', { low: scale.low, points: 7, easyIs: 'high' }],
    ['drops the ends where there are none', scale, 'short', { low: undefined, high: undefined }],
    ['keeps the options between lists', list, 'choices', { options }],
    ['drops options where there are none', list, 'yesno', { options: undefined }],
    ['drops points and direction', question('e', 'ces', { points: 5, easyIs: 'low' }), 'stars', { points: undefined, easyIs: undefined }]
  ])('%s', (_, before, type, kept) => {
    const after = withType(before, type, [before], chance())
    expect(after).toMatchObject({ type, text })
    for (const [key, value] of Object.entries(kept)) expect(after[key as keyof Question], key).toEqual(value)
  })

  it('gives two options where a list had none', () => expect(withType(scale, 'choice', [scale], chance()).options).toHaveLength(2))

  it('is another question to its answers, except between the two texts', () => {
    for (const from of QUESTION_TYPES) for (const to of QUESTION_TYPES) {
      const before = question('x', from)
      const isKept = from === to || (['short', 'long'].includes(from) && ['short', 'long'].includes(to))
      expect(withType(before, to, [before], chance()).id === 'x', `${from} → ${to}`).toBe(isKept)
    }
  })
})

describe('the list', () => {
  it('keeps all its questions whatever is moved where', () => {
    const random = chance(7)
    let list = ['a', 'b', 'c', 'd', 'e']
    for (let turn = 0; turn < 200; turn++) {
      const [from, to] = [Math.floor(random() * 7) - 1, Math.floor(random() * 7) - 1]
      const before = list
      list = moved(before, from, to)
      expect([...list].sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
      const isPossible = [from, to].every(place => place >= 0 && place < 5)
      if (isPossible) expect(list[to]).toBe(before[from])
      else expect(list).toEqual(before)
    }
  })

  it('puts in, takes out and puts back at the same place', () => {
    const list = ['a', 'b', 'c']
    for (const place of [0, 1, 2]) expect(inserted(removed(list, place), place, list[place]!)).toEqual(list)
    expect(inserted(list, 99, 'z')).toEqual(['a', 'b', 'c', 'z'])
    expect(removed(list, 9)).toEqual(list)
  })

  it('takes a copy beside its original, apart from it', () => {
    const list = [question('a', 'choice', { options }), question('b', 'long')]
    const copied = duplicated(list, 0, chance())
    expect(copied.map(({ type }) => type)).toEqual(['choice', 'choice', 'long'])
    expect(new Set(copied.map(({ id }) => id)).size).toBe(3)
    copied[1]!.options![0]!.text.en = 'other'
    expect(options[0]!.text.en).toBe('A')
  })

  it('takes no second scored question and no eleventh', () => {
    expect(duplicated([question('a', 'nps')], 0, chance())).toHaveLength(1)
    const full = Array.from({ length: MAX_QUESTIONS }, (_, index) => question(`q${index}`, 'short'))
    expect(duplicated(full, 3, chance())).toEqual(full)
  })
})

describe('options', () => {
  it('are added where they are wanted, empty and with an id of their own', () => {
    const added = addOption(options, 1, stuck)
    expect(added.map(({ text: words }) => words.en)).toEqual(['A', undefined, 'B'])
    expect(new Set(added.map(({ id }) => id)).size).toBe(3)
  })

  it.each<[string, number, string[], string, (string | undefined)[]]>([
    ['behind a text, as options of their own', 0, ['X', 'Y'], 'en', ['A', 'X', 'Y', 'B']],
    ['at the end', 1, ['X', 'Y'], 'en', ['A', 'B', 'X', 'Y']],
    ['blank lines are nothing', 1, [' ', 'X', '', ' Y '], 'en', ['A', 'B', 'X', 'Y']],
    ['of another language, into what is missing', 1, ['Два', 'Три'], 'ru', ['А', 'Два', 'Три']],
    ['behind a translation, into what is missing', 0, ['Два', 'Три'], 'ru', ['А', 'Два', 'Три']],
    ['no line changes nothing', 0, [''], 'en', ['A', 'B']]
  ])('pasted: %s', (_, place, lines, lang, texts) => {
    const pasted = pasteOptions(options, place, lines, lang, chance())
    expect(pasted.map(({ text: words }) => words[lang])).toEqual(texts)
    expect(new Set(pasted.map(({ id }) => id)).size).toBe(pasted.length)
  })

  it('keep their other languages when a translation is pasted', () => {
    expect(pasteOptions(options, 1, ['Два'], 'ru', chance()).map(({ text: words }) => words.en)).toEqual(['A', 'B'])
  })
})
