import type { QuestionType, SurveyContent } from './survey'

/** A scale is read and tapped; an open question is thought about. Rough values of ours, rounded up to minutes for whoever reads them. */
const SECONDS: Record<QuestionType, number> = {
  nps: 8, csat: 8, ces: 8, stars: 8, yesno: 6, choice: 8, choices: 12, short: 15, long: 30
}
const FOLLOW_UP_SECONDS = 20

/** Minutes that answering takes at most for most people; 0 when nothing is asked. */
export function answeringMinutes({ questions, followUp }: Pick<SurveyContent, 'questions' | 'followUp'>): number {
  const seconds = questions.reduce((sum, { type }) => sum + SECONDS[type], 0)
  return questions.length === 0 ? 0 : Math.ceil((seconds + (followUp.asked ? FOLLOW_UP_SECONDS : 0)) / 60)
}
