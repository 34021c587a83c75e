import { describe, expect, it } from 'vitest'
import type { Question } from '@/survey/model/survey'
import type { Answer } from './answer'
import { saidLines } from './said'

type Said = Parameters<typeof saidLines>[0]
const words = { yes: 'yes', no: 'no', comment: 'Comment', other: 'Also said' }
const question = (type: Question['type'], more: Partial<Question> = {}): Question =>
  ({ id: type, type, text: { en: `${type}?`, ru: `${type} по-русски?` }, required: false, ...more })
const options = [{ id: 'a', text: { en: 'Alpha', ru: 'Альфа' } }, { id: 'b', text: { en: 'Beta', ru: '' } }]
const followUp = { asked: true, text: { high: { en: 'Why so good?' }, middle: { en: 'What is missing?' }, low: { en: 'Why?' } } }
const blank = { nps: '', csat: '', ces: '', stars: '' }

const lines = (questions: Question[], change: Partial<Answer>, lang = 'en', more: Partial<{ followUp: typeof followUp }> = {}): string[] =>
  saidLines({ posted: blank, comment: '', answersJson: '', group: null, ...change } as Said, { questions, followUp, defaultLang: 'en', ...more }, lang, words)
    .map(({ questionId, question: asked, said }) => `${questionId} | ${asked} | ${said}`)

describe('saidLines', () => {
  it.each<[Question, Partial<Answer>, string]>([
    [question('nps'), { posted: { ...blank, nps: '9' } }, '9 / 10'],
    [question('nps'), { posted: { ...blank, nps: '0' } }, '0 / 10'],
    [question('nps'), { posted: { ...blank, nps: '11' } }, '11'],
    [question('nps'), { posted: { ...blank, nps: '9 maybe' } }, '9 maybe'],
    [question('nps'), { answersJson: '{"nps":8}' }, '8 / 10'],
    [question('nps'), {}, ''],
    [question('csat'), { posted: { ...blank, csat: '4' } }, '4 / 5'],
    [question('ces', { points: 7 }), { posted: { ...blank, ces: '6' } }, '6 / 7'],
    [question('stars'), { posted: { ...blank, stars: '5' } }, '5 / 5'],
    [question('yesno'), { answersJson: '{"yesno":"yes"}' }, 'yes'],
    [question('yesno'), { answersJson: '{"yesno":"no"}' }, 'no'],
    [question('yesno'), { answersJson: '{"yesno":"perhaps"}' }, 'perhaps'],
    [question('choice', { options }), { answersJson: '{"choice":"a"}' }, 'Alpha'],
    [question('choice', { options }), { answersJson: '{"choice":"zz"}' }, 'zz'],
    [question('choices', { options }), { answersJson: '{"choices":["b","a","zz"]}' }, 'Beta, Alpha, zz'],
    [question('choices'), { answersJson: '{"choices":["a"]}' }, 'a'],
    [question('short'), { answersJson: '{"short":"[B]<b>x"}' }, '[B]<b>x'],
    [question('long'), { answersJson: '{"long":"two\\nlines"}' }, 'two\nlines'],
    [question('long'), {}, '']
  ])('%o, %o → %s', (asked, change, said) => {
    expect(lines([asked], change)).toEqual([`${asked.type} | ${asked.type}? | ${said}`])
  })

  it('speaks the language asked for, the default where a text is missing', () => {
    expect(lines([question('choices', { options })], { answersJson: '{"choices":["a","b"]}' }, 'ru')).toEqual(['choices | choices по-русски? | Альфа, Beta'])
  })

  it('keeps the order of the survey, then the comment, then the rest', () => {
    expect(lines([question('short'), question('nps')], { posted: { ...blank, nps: '3', csat: '2' }, comment: 'Late', group: 'low', answersJson: '{"gone":["x","y"],"short":"s","nps":3}' })).toEqual([
      'short | short? | s', 'nps | nps? | 3 / 10', 'comment | Why? | Late', 'other | Also said | csat: 2', 'other | Also said | gone: x, y'
    ])
  })

  it.each<[string, Partial<Answer>, Partial<{ followUp: typeof followUp }>, string[]]>([
    ['in the words of the group', { comment: 'c', group: 'high' }, {}, ['comment | Why so good? | c']],
    ['without a group', { comment: 'c', group: null }, {}, ['comment | Comment | c']],
    ['that was not asked', { comment: 'c', group: 'high' }, { followUp: { ...followUp, asked: false } }, ['comment | Comment | c']],
    ['of blanks', { comment: ' \n' }, {}, []]
  ])('comment %s', (_, change, more, expected) => {
    expect(lines([], change, 'en', more)).toEqual(expected)
  })

  it('of a version that nobody knows shows all that was posted', () => {
    expect(lines([], { posted: { ...blank, nps: '9', stars: '4' }, comment: 'c', answersJson: '{"q1":"yes","q2":{"x":1}}' })).toEqual([
      'comment | Comment | c', 'other | Also said | nps: 9', 'other | Also said | stars: 4', 'other | Also said | q1: yes', 'other | Also said | q2: {"x":1}'
    ])
  })

  it('does not say twice what stands for the comment; a comment of its own is kept', () => {
    const silent = { followUp: { ...followUp, asked: false } }
    expect(lines([question('long')], { comment: 'Late', answersJson: '{"long":"Late"}' }, 'en', silent)).toEqual(['long | long? | Late'])
    expect(lines([question('long')], { comment: 'Slow', answersJson: '{"long":"Late"}' }, 'en', silent)).toEqual(['long | long? | Late', 'comment | Comment | Slow'])
  })

  it('shows a damaged text as it stands', () => {
    expect(lines([question('long')], { answersJson: '{"long":"cut off' })).toEqual(['long | long? | ', 'other | Also said | {"long":"cut off'])
  })
})
