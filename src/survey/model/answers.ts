import { isOnScale } from './scale'
import { isMetric, type Question } from './survey'

/**
 * One given answer: scored questions a whole number on their scale; yes/no `'yes'` or `'no'`; choice the id of the option;
 * choices the ids in the order of the options, at least one; texts the trimmed text, never empty.
 */
export type AnswerValue = number | string | string[]

/** By question id; a question that was not answered has no key. As JSON this is the content of FB_ANSWERS. */
export type Answers = Record<string, AnswerValue>

/**
 * What of a value may count as the answer to a question. Used on both ends: the page before it posts, the handling when it reads.
 * @returns null when it is no answer (missing, off the scale, unknown option, blank text).
 */
export function acceptAnswer(question: Question, value: unknown): AnswerValue | null {
  const { type } = question
  if (isMetric(type)) return isOnScale({ ...question, type }, value) ? value : null
  switch (type) {
    case 'yesno': return value === 'yes' || value === 'no' ? value : null
    case 'choice': return typeof value === 'string' && optionIds(question).includes(value) ? value : null
    case 'choices': {
      const chosen = Array.isArray(value) ? optionIds(question).filter(id => value.includes(id)) : []
      return chosen.length > 0 ? chosen : null
    }
    case 'short':
    case 'long': return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
  }
}

function optionIds(question: Question): string[] {
  return (question.options ?? []).map(option => option.id)
}
