import { expect, it } from 'vitest'
import type { Question } from '@/survey/model/survey'
import { commentOf, isCommentCopied } from './comment'

const question = (id: string, type: Question['type']): Question => ({ id, type, text: {}, required: false })
const texts = { high: {}, middle: {}, low: {} }
const complaint = { questions: [question('score', 'csat'), question('when', 'short'), question('what', 'long'), question('more', 'long')], followUp: { asked: false, text: texts } }
const withFollowUp = { ...complaint, followUp: { asked: true, text: texts } }
const posted = (values: object, comment = ''): { comment: string, answersJson: string } => ({ comment, answersJson: JSON.stringify(values) })

it.each([
  ['the posted comment', withFollowUp, posted({ what: 'Late' }, 'Slow'), 'Slow'],
  ['also where nothing asks for one', complaint, posted({ what: 'Late' }, 'Slow'), 'Slow'],
  ['the first long question where there is no open question', complaint, posted({ when: 'Monday', what: 'Late', more: 'And cold' }), 'Late'],
  ['not the second one', complaint, posted({ more: 'And cold' }), ''],
  ['nothing where the open question was left out', withFollowUp, posted({ what: 'Late' }), ''],
  ['blanks are no comment', complaint, posted({ what: 'Late' }, ' \n'), 'Late'],
  ['nothing in a damaged answer', complaint, { comment: '', answersJson: '{' }, ''],
  ['nothing in a survey without long questions', { ...complaint, questions: [question('score', 'nps')] }, posted({ score: '3' }), '']
])('%s', (_, content, answer, expected) => {
  expect(commentOf(answer, content)).toBe(expected)
})

it.each([
  ['as it was said', complaint, posted({ what: 'Late' }, 'Late'), true],
  ['with the line ends of the portal', complaint, posted({ what: 'Late\nand cold ' }, 'Late\r\nand cold'), true],
  ['another one', complaint, posted({ what: 'Late' }, 'Slow'), false],
  ['behind an open question it is a text of its own', withFollowUp, posted({ what: 'Late' }, 'Late'), false]
])('is it a copy: %s', (_, content, answer, expected) => {
  expect(isCommentCopied(answer, content)).toBe(expected)
})
