import { MAX_QUESTIONS } from './definition'
import { isMetric, METRICS, type Lang, type Localized, type Option, type Question, type QuestionType } from './survey'

/** What an administrator does to the questions of a survey. Nothing is changed in place: each gives the next list or question back. */

/** In the order in which they are offered: with a score first. */
export const QUESTION_TYPES: readonly QuestionType[] = [...METRICS, 'yesno', 'choice', 'choices', 'short', 'long']

/** A number from 0 (included) to 1, as `Math.random` gives it. */
export type Random = () => number

/** Starts with a letter, because keys that are numbers lose their order in JSON. */
const ID_LENGTH = 6

/**
 * An id that none of `taken` is. By chance, not the next free number: answers are kept under the id, so the id of a question
 * that was taken out must not come back for another one.
 */
export function freshId(taken: readonly string[], random: Random): string {
  const letters = Array.from({ length: ID_LENGTH - 1 }, () => Math.floor(random() * 36).toString(36)).join('')
  for (let id = `q${letters}`, turn = 1; ; id = `q${letters}${turn.toString(36)}`, turn++) if (!taken.includes(id)) return id
}

/** Why a type cannot be chosen: there is one question of each scored type at most. `except`: a question whose own type is to change. */
export function isTypeTaken(questions: readonly Question[], type: QuestionType, except?: Question): boolean {
  return isMetric(type) && questions.some(question => question.type === type && question.id !== except?.id)
}

/** Two options to begin with; an effort scale is that of the Customer Effort Score 2.0. Scores are asked for, the rest may be left out. */
export function newQuestion(type: QuestionType, questions: readonly Question[], random: Random): Question {
  const question: Question = { id: freshId(idsOf(questions), random), type, text: {}, required: isMetric(type) }
  return completed(question, random)
}

/**
 * The question as another type with what both types have: the text always, words at the ends between scales, options between lists.
 * It gets a fresh id unless its answers stay of the same kind (short and long text): a score under the id of a text would be misread.
 */
export function withType(question: Question, type: QuestionType, questions: readonly Question[], random: Random): Question {
  if (question.type === type) return question
  const { id, text, required, options, low, high } = question
  const isSameKind = isText(type) && isText(question.type)
  return completed({
    id: isSameKind ? id : freshId(idsOf(questions), random),
    type, text, required,
    ...(hasOptions(type) && options ? { options } : {}),
    ...(isMetric(type) && low ? { low } : {}),
    ...(isMetric(type) && high ? { high } : {})
  }, random)
}

function completed(question: Question, random: Random): Question {
  if (hasOptions(question.type) && !question.options?.length) return { ...question, options: addOption(addOption([], 0, random), 1, random) }
  if (question.type === 'ces') return { ...question, points: question.points ?? 7, easyIs: question.easyIs ?? 'high' }
  return question
}

export function hasOptions(type: QuestionType): boolean {
  return type === 'choice' || type === 'choices'
}

function isText(type: QuestionType): boolean {
  return type === 'short' || type === 'long'
}

/** The same list when it is full or the question is scored: there is one of each. The copy stands after its original, under ids of its own. */
export function duplicated(questions: readonly Question[], place: number, random: Random): Question[] {
  const original = questions[place]
  if (!original || isMetric(original.type) || questions.length >= MAX_QUESTIONS) return [...questions]
  const copy: Question = { ...copyOf(original), id: freshId(idsOf(questions), random) }
  return inserted(questions, place + 1, copy)
}

/** Places beyond the ends mean the ends. */
export function inserted<T>(list: readonly T[], place: number, item: T): T[] {
  const at = Math.min(Math.max(place, 0), list.length)
  return [...list.slice(0, at), item, ...list.slice(at)]
}

export function removed<T>(list: readonly T[], place: number): T[] {
  return list.filter((_, index) => index !== place)
}

/** The same list when one of the places is none. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from]
  if (item === undefined || to < 0 || to >= list.length) return [...list]
  return inserted(removed(list, from), to, item)
}

export function addOption(options: readonly Option[], place: number, random: Random, text: Localized = {}): Option[] {
  return inserted(options, place, { id: freshId(options.map(({ id }) => id), random), text })
}

/**
 * Several lines pasted at an option: each fills the next option that has no text in this language yet – so a translation can be pasted
 * beside a list that is there – or becomes an option of its own. What stands there stays: behind a text the lines come after it.
 * Blank lines are left out.
 */
export function pasteOptions(options: readonly Option[], place: number, lines: readonly string[], lang: Lang, random: Random): Option[] {
  const isBlank = (option: Option | undefined): boolean => option !== undefined && !option.text[lang]?.trim()
  const first = isBlank(options[place]) ? place : place + 1
  return lines.map(line => line.trim()).filter(line => line !== '').reduce<Option[]>((result, line, index) => {
    const at = first + index
    const there = result[at]
    if (!there || !isBlank(there)) return addOption(result, at, random, { [lang]: line })
    return result.map((option, other) => other === at ? { ...option, text: { ...option.text, [lang]: line } } : option)
  }, [...options])
}

function idsOf(questions: readonly Question[]): string[] {
  return questions.map(({ id }) => id)
}

/** Through JSON, because the draft may be a reactive proxy, which cannot be cloned otherwise. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
