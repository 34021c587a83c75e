import type { SurveyContent } from '@/survey/model/survey'
import { readAnswersJson, type Answer } from './answer'

/**
 * What counts as the comment of an answer: what was said to the open question behind the score; in a survey that asks none, what was said to its
 * first long question. Handling writes it to the answer, so that lists of the portal and the report have it without knowing the survey.
 * @param content the version that the answer names
 * @returns '' when there is none
 */
export function commentOf(answer: Pick<Answer, 'comment' | 'answersJson'>, content: Pick<SurveyContent, 'questions' | 'followUp'>): string {
  return answer.comment.trim() === '' ? saidInstead(answer, content) : answer.comment
}

/** Is the comment only what stands under a question already? */
export function isCommentCopied(answer: Pick<Answer, 'comment' | 'answersJson'>, content: Pick<SurveyContent, 'questions' | 'followUp'>): boolean {
  return words(answer.comment) === words(saidInstead(answer, content))
}

function saidInstead({ answersJson }: Pick<Answer, 'answersJson'>, { questions, followUp }: Pick<SurveyContent, 'questions' | 'followUp'>): string {
  const question = followUp.asked ? undefined : questions.find(({ type }) => type === 'long')
  return question ? [readAnswersJson(answersJson)?.[question.id] ?? []].flat().join(', ') : ''
}

/** A text field of the portal may change line ends and blanks at the edges. */
const words = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ')
