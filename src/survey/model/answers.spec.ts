import { describe, expect, it } from 'vitest'
import { acceptAnswer } from './answers'
import type { Question } from './survey'

const question = (type: Question['type'], more: Partial<Question> = {}): Question => ({ id: 'q', type, text: { en: 'Q' }, required: false, ...more })
const options = ['a', 'b', 'c'].map(id => ({ id, text: { en: id } }))

describe('acceptAnswer', () => {
  it.each<[Question, unknown, unknown]>([
    [question('nps'), 0, 0],
    [question('nps'), 11, null],
    [question('nps'), '9', null],
    [question('ces', { points: 7 }), 7, 7],
    [question('ces'), 7, null],
    [question('yesno'), 'no', 'no'],
    [question('yesno'), true, null],
    [question('choice', { options }), 'b', 'b'],
    [question('choice', { options }), 'x', null],
    [question('choice'), 'a', null],
    [question('choices', { options }), ['c', 'x', 'a', 'a'], ['a', 'c']],
    [question('choices', { options }), [], null],
    [question('choices', { options }), 'a', null],
    [question('short'), '  fine ', 'fine'],
    [question('long'), ' \n ', null],
    [question('long'), { length: 3 }, null],
    [question('long'), undefined, null]
  ])('%o, %o → %o', (asked, value, accepted) => {
    expect(acceptAnswer(asked, value)).toEqual(accepted)
  })
})
