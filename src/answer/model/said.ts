import { parseScale, scaleRange } from '@/survey/model/scale'
import { isMetric, METRICS, textIn, type Group, type Lang, type Question, type SurveyContent } from '@/survey/model/survey'
import { readAnswersJson, type Answer } from './answer'
import { isCommentCopied } from './comment'

/** One question as it was asked and what was said, in words a person can read. */
export interface Said {
  questionId: string
  question: string
  /** '' = not answered */
  said: string
}

export interface SaidWords {
  yes: string
  no: string
  comment: string
  /** heading for a text that belongs to no question of the version */
  other: string
}

/**
 * All questions of the version in order, then the open follow-up, then whatever else was posted. Nothing is dropped; a comment that only repeats what
 * stands under a question is not said twice.
 * @param answer its `group` picks the words of the follow-up; before the handling has written it, put in the one of the verdict
 * @param content the version that the answer names
 */
export function saidLines(answer: Answer, content: Pick<SurveyContent, 'questions' | 'followUp' | 'defaultLang'>, lang: Lang, words: SaidWords): Said[] {
  const posted = readAnswersJson(answer.answersJson)
  const known = new Set(content.questions.map(question => question.id))
  const asked = new Set(content.questions.map(question => question.type))
  const lines = content.questions.map(question => ({
    questionId: question.id,
    question: textIn(question.text, lang, content.defaultLang),
    said: saidTo(question, posted?.[question.id], answer, content.defaultLang, lang, words)
  }))
  const comment = answer.comment.trim() === '' || isCommentCopied(answer, content)
    ? []
    : [{ questionId: 'comment', question: followUpText(content, answer.group, lang) || words.comment, said: answer.comment }]
  const other = [
    ...METRICS.filter(metric => !asked.has(metric) && answer.posted[metric] !== '').map(metric => `${metric}: ${answer.posted[metric]}`),
    ...posted === null
      ? [answer.answersJson].filter(text => text.trim() !== '')
      : Object.entries(posted).filter(([id]) => !known.has(id)).map(([id, value]) => `${id}: ${[value].flat().join(', ')}`)
  ]
  return [...lines, ...comment, ...other.map(said => ({ questionId: 'other', question: words.other, said }))]
}

function saidTo(question: Question, posted: string | string[] | undefined, answer: Answer, defaultLang: Lang, lang: Lang, words: SaidWords): string {
  if (isMetric(question.type)) {
    const raw = answer.posted[question.type] || [posted ?? ''].flat().join(', ')
    const scale = { ...question, type: question.type }
    return parseScale(scale, raw) === null ? raw : `${raw} / ${scaleRange(scale).max}`
  }
  const values = [posted ?? []].flat()
  if (question.type === 'yesno') return values.map(value => value === 'yes' ? words.yes : value === 'no' ? words.no : value).join(', ')
  if (question.type === 'choice' || question.type === 'choices') {
    return values.map(value => {
      const option = question.options?.find(candidate => candidate.id === value)
      return option ? textIn(option.text, lang, defaultLang) : value
    }).join(', ')
  }
  return values.join(', ')
}

function followUpText(content: Pick<SurveyContent, 'followUp' | 'defaultLang'>, group: Group | null, lang: Lang): string {
  return content.followUp.asked && group ? textIn(content.followUp.text[group], lang, content.defaultLang) : ''
}
