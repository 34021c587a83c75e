import { acceptAnswer, type Answers } from './answers'
import { groupOf, isOnScale } from './scale'
import { headlineQuestion, type Group, type Localized, type Question } from './survey'

/** What is asked, in which order, and what has to be said: the same on the answer page and for who writes down what a customer says. */
export interface Asked {
  questions: Question[]
  /** null: not asked */
  followUp: Record<Group, Localized> | null
}

/** The open question after the score. Question ids are a–z0–9, so this can be none of theirs. */
export const COMMENT_ID = '_comment'

/** Group of the headline score, null while it has none. */
export function groupNow(asked: Pick<Asked, 'questions'>, answers: Answers): Group | null {
  const headline = headlineQuestion(asked)
  const value = headline && answers[headline.id]
  return headline && isOnScale(headline, value) ? groupOf(headline, value) : null
}

/**
 * What is asked now, in order. The open question stands behind the headline score, in the words of its group, as soon as there is one;
 * where no score has to be given it is asked in the words of the middle group.
 */
export function askedNow(asked: Asked, answers: Answers): Question[] {
  const headline = headlineQuestion(asked)
  const group = groupNow(asked, answers) ?? (headline?.required ? null : 'middle')
  if (!asked.followUp || !group) return asked.questions
  const comment: Question = { id: COMMENT_ID, type: 'long', text: asked.followUp[group], required: false }
  const place = headline ? asked.questions.indexOf(headline) + 1 : asked.questions.length
  return [...asked.questions.slice(0, place), comment, ...asked.questions.slice(place)]
}

/** Required questions without an answer, in order. */
export function unanswered(asked: readonly Question[], answers: Answers): Question[] {
  return asked.filter(question => question.required && acceptAnswer(question, answers[question.id]) === null)
}

const SHORT_LIMIT = 250
const LONG_LIMIT = 4000
/** All long texts together have to fit the 64 KB of a text column, at three bytes a character and with room for the rest. */
const LONG_TOTAL = 20_000

/** Characters that the answer to a question may have. */
export function textLimit(asked: Pick<Asked, 'questions'>, question: Question): number {
  if (question.type === 'short') return SHORT_LIMIT
  const inAnswers = asked.questions.filter(({ type }) => type === 'long').length
  return question.id === COMMENT_ID || inAnswers === 0 ? LONG_LIMIT : Math.min(LONG_LIMIT, Math.floor(LONG_TOTAL / inAnswers))
}
