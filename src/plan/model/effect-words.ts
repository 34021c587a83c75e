import { cutText, oneLine } from '@/survey/model/cut-text'
import type { PlanFacts } from './facts'
import { fillText, type PlanTexts } from './texts'

/** Titles of records and tasks have 255 characters in the portal. */
export const TITLE_LIMIT = 250

/**
 * Characters of the customer's words in a comment or a task: at six bytes a character, the worst that escaping makes of one,
 * they stay below the 64 KB of a text column. The answer itself keeps everything.
 */
const SAID_LIMIT = 10_000

/** "9/10 · Anna Petrova · Kitchen, Abay street" */
export function answerTitle(facts: PlanFacts, texts: PlanTexts): string {
  return cutText(oneLine([scoreOf(facts, texts), facts.contact?.name || facts.company?.name, facts.deal?.title].filter(Boolean).join(' · ')), TITLE_LIMIT)
}

/** Names and titles come from people outside: harmless in BB code before they are put into a text. */
export function wordsOf(facts: PlanFacts, texts: PlanTexts): Record<string, string> {
  const group = facts.group ? (facts.metric === 'nps' ? texts.npsGroups : texts.groups)[facts.group] : ''
  const flag = facts.flag ? texts.flags[facts.flag] : ''
  const score = scoreOf(facts, texts)
  const deal = facts.neutral(facts.deal?.title ?? '')
  return {
    client: facts.neutral(facts.contact?.name || facts.company?.name || texts.unknownClient),
    score,
    group,
    flag,
    grade: [[score, group].filter(Boolean).join(' – '), flag].filter(Boolean).join(' '),
    survey: facts.neutral(facts.surveyName),
    deal,
    inDeal: deal ? fillText(texts.inDeal, { deal }) : ''
  }
}

/** "9/10" */
function scoreOf(facts: PlanFacts, texts: PlanTexts): string {
  if (facts.flag === 'callback') return texts.callBack.title
  return facts.value === null ? texts.noScore : `${facts.value}/${facts.scaleMax}`
}

export function commentText(facts: PlanFacts, texts: PlanTexts): string {
  return [fillText(texts.comment, wordsOf(facts, texts)), saidText(facts, texts), cardLink(facts, texts)].filter(Boolean).join('\n')
}

/** What stands in the deal when its client wants no more mail. */
export function optOutText(facts: PlanFacts, texts: PlanTexts): string {
  return `${fillText(texts.optOut, wordsOf(facts, texts))}\n${cardLink(facts, texts)}`
}

/** Characters of phone and time. */
export const WISH_LIMIT = 200

/** Words of a wish to be called back. `lead` stands in the others for what has happened. */
export function callBackText(which: 'comment' | 'notice' | 'description', texts: PlanTexts, again: boolean): string {
  return texts.callBack[which].replace('{lead}', again ? texts.callBack.again : texts.callBack.lead)
}

function callBackWords(facts: PlanFacts, texts: PlanTexts): Record<string, string> {
  const wish = facts.neutral(cutText(oneLine(facts.callBack?.wish ?? ''), WISH_LIMIT)) || texts.callBack.noPhone
  return { ...wordsOf(facts, texts), wish: facts.invitation?.test ? `${wish} ${texts.flags.test}` : wish, link: inUrlTag(facts.answerLink) }
}

/** What is said where, when a client wants to be called back. */
export function callBackTexts(facts: PlanFacts, texts: PlanTexts): { comment: string, notice: string, title: string, description: string } {
  const words = callBackWords(facts, texts)
  const filled = (which: 'comment' | 'notice' | 'description'): string => fillText(callBackText(which, texts, facts.callBack?.again ?? false), words)
  return {
    comment: `${filled('comment')}\n${cardLink(facts, texts)}`,
    notice: filled('notice'),
    title: cutText(oneLine(fillText(texts.callBack.task, words)), TITLE_LIMIT),
    description: `${filled('description')}\n\n${cardLink(facts, texts)}`
  }
}

export function noticeText(facts: PlanFacts, texts: PlanTexts): string {
  return fillText(texts.notice, { ...wordsOf(facts, texts), link: inUrlTag(facts.answerLink) })
}

export function taskDescription(facts: PlanFacts, texts: PlanTexts): string {
  return [fillText(texts.taskLead, wordsOf(facts, texts)), saidText(facts, texts), cardLink(facts, texts)].filter(Boolean).join('\n\n')
}

/** What was said, question by question; unanswered questions are left out. */
function saidText(facts: PlanFacts, texts: PlanTexts): string {
  const text = facts.said.filter(line => line.said.trim() !== '').map(line => `${facts.neutral(line.question)}\n— ${facts.neutral(line.said)}`).join('\n')
  return text.length > SAID_LIMIT ? `${cutText(text, SAID_LIMIT)}\n${texts.cut}` : text
}

function cardLink(facts: PlanFacts, texts: PlanTexts): string {
  return `[URL=${inUrlTag(facts.cardLink)}]${texts.openCard}[/URL]`
}

/** A bracket in an address (`?params[answer]=7`) would end the tag. */
function inUrlTag(address: string): string {
  return address.replaceAll('[', '%5B').replaceAll(']', '%5D')
}
