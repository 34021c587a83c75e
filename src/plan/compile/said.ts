import { groupOf, rescale, scaleRange, scaleValues, type Scale } from '@/survey/model/scale'
import { GROUPS, headlineQuestion, isMetric, METRIC_FIELDS, textIn, type Group, type Question, type SurveyContent } from '@/survey/model/survey'
import { hasVar, isVar, test, type Activity } from './activity'
import { before, behind, calc, customerWords, doc, replaced, variable } from './expression'
import type { Frame } from './frame'
import { own } from './words'

/** Stand for a backslash and a quotation mark of an answer while its JSON is taken apart: private signs, which nobody types. */
const BACKSLASH = '\uE001'
const QUOTE = '\uE000'

/** Most characters of the customer's words in a comment or a task, as in the plan's own texts. */
const SAID_LIMIT = 10_000

/**
 * Reads what was posted: value, score, group and coefficient, and `SAID`, every question with what was said to it – each on lines of its own,
 * a line break before each. Answers to questions without a score are taken out of their JSON by its marks; once escaped signs are replaced, every
 * quotation mark in it is one of the JSON's own.
 */
export function readAnswer(frame: Frame, content: SurveyContent): Activity[] {
  const { a, field, texts } = frame
  const headline = headlineQuestion(content)
  const scored = content.questions.filter(({ type }) => isMetric(type))
  const hasOthers = scored.length < content.questions.length
  return [
    a.set('Nothing read yet', { HEAD: 'none', GRADE: own(texts.noScore), SCORE_TEXT: own(texts.noScore) }),
    ...hasOthers
      ? [a.set('Answers without escapes', { ANSWERS: calc(replaced(replaced(doc(field('FB_ANSWERS')), '\\\\', BACKSLASH), '\\"', QUOTE)) })]
      : [],
    ...content.questions.flatMap(question => questionActivities(frame, question, content, question.id === headline?.id, scored.length > 1)),
    ...scored.length > 1
      ? [a.when('Coefficient', [[hasVar('COUNT')]], [a.set('Coefficient', { COEFFICIENT: calc(`${variable('SUM')}/${variable('COUNT')}`) })])]
      : [],
    ...commentActivities(frame, content),
    a.set('Length of the words', { LENGTH: calc(`strlen(${variable('SAID')})`) }),
    a.when('Too long', [[test('Variable', 'LENGTH', '>', String(SAID_LIMIT))]], [
      a.set('Cut', { SAID: calc(`substr(${variable('SAID')},0,${SAID_LIMIT})&"…"`) }),
      a.set('Say so', { SAID: `${variable('SAID')}\n${own(texts.cut)}` })
    ])
  ]
}

function questionActivities(frame: Frame, question: Question, content: SurveyContent, isHeadline: boolean, hasSeveral: boolean): Activity[] {
  const { a, facts, texts } = frame
  const asked = own(textIn(question.text, facts.lang, content.defaultLang))
  const saidPart = [a.when('Answered', [[test('Variable', 'PART', '!=')]], [
    a.set('Said', { SAID: `${variable('SAID')}\n${asked}\n— ${variable('PART')}`, GAP: '\n' })
  ])]
  const optionText = (text: Question['text']): string => own(textIn(text, facts.lang, content.defaultLang))
  const contains = (name: string, text: string) => [[test('Variable', name, 'contain', text)]]
  if (isMetric(question.type)) return [...scoreActivities(frame, { ...question, type: question.type }, isHeadline, hasSeveral), ...saidPart]
  switch (question.type) {
    case 'yesno':
    case 'choice': {
      const options = question.type === 'yesno'
        ? [{ id: 'yes', text: own(texts.yes) }, { id: 'no', text: own(texts.no) }]
        : (question.options ?? []).map(({ id, text }) => ({ id, text: optionText(text) }))
      if (options.length === 0) return []
      return [
        a.set(question.id, { PART: variable('NOTHING') }),
        a.choice(question.id, options.map(({ id, text }) => ({
          title: id, condition: contains('ANSWERS', `"${question.id}":"${id}"`), then: [a.set(id, { PART: text })]
        }))),
        ...saidPart
      ]
    }
    case 'choices': {
      const mark = `"${question.id}":[`
      return [a.when(question.id, contains('ANSWERS', mark), [
        a.set('Chosen', { PART: calc(before(behind(variable('ANSWERS'), mark), ']')), CHOSEN: '' }),
        ...(question.options ?? []).map(({ id, text }) =>
          a.when(id, contains('PART', `"${id}"`), [a.set(id, { CHOSEN: `${variable('CHOSEN')}, ${optionText(text)}` })])),
        a.set('Without the first comma', { PART: calc(`substr(${variable('CHOSEN')},2)`) }),
        ...saidPart
      ])]
    }
    case 'short':
    case 'long': {
      const mark = `"${question.id}":"`
      const restored = [['\\n', '\n'], ['\\t', ' '], ['\\r', ''], [BACKSLASH, '\\'], [QUOTE, '"']]
        .reduce((inner, [from, to]) => replaced(inner, from!, to!), before(behind(variable('ANSWERS'), mark), '"'))
      return [a.when(question.id, contains('ANSWERS', mark), [
        a.set('Text', { PART: calc(customerWords(restored)), ...question.id === insteadOfComment(content)?.id ? { INSTEAD: calc(restored) } : {} }),
        ...saidPart
      ])]
    }
  }
}

/** A branch for every value of the scale: as posted and with a letter before it, so that "07", "9.0" or "" is none of them. */
function scoreActivities({ a, field, texts }: Frame, scale: Question & Scale, isHeadline: boolean, hasSeveral: boolean): Activity[] {
  const posted = doc(field(METRIC_FIELDS[scale.type]))
  const { max } = scaleRange(scale)
  const values = scaleValues(scale).map(value => {
    const score = String(rescale(scale, value))
    const group = groupOf(scale, value)
    const groupText = own((scale.type === 'nps' ? texts.npsGroups : texts.groups)[group])
    return {
      title: String(value),
      condition: [[isVar('POSTED', `v${value}`)]],
      then: [a.set(String(value), {
        PART: `${value} / ${max}`,
        ...(isHeadline
          ? {
              HEAD: `v${value}`, VALUE: String(value), SCORE: score, GROUP: group, GROUP_TEXT: groupText, SCORE_TEXT: `${value}/${max}`,
              GRADE: `${value}/${max} – ${groupText}`
            }
          : {}),
        ...(hasSeveral ? { SUM: calc(`${variable('SUM')}+${score}`), COUNT: calc(`${variable('COUNT')}+1`) } : { COEFFICIENT: score })
      })]
    }
  })
  const invalid = isHeadline ? [a.set('Not on the scale', { INVALID: 'Y' })] : []
  return [
    a.set('As posted', { POSTED: `v${posted}`, PART: '' }),
    a.choice(scale.id, values, [
      ...isHeadline && scale.required ? invalid : [],
      a.when('Something else', [[test('Variable', 'POSTED', '!=', 'v')]], [
        ...isHeadline && !scale.required ? invalid : [],
        a.set('Rubbish', { PART: calc(customerWords(posted)) })
      ])
    ])
  ]
}

/** Where no open question is asked after the score, the first long one stands for the comment. */
const insteadOfComment = ({ followUp, questions }: SurveyContent): Question | undefined => followUp.asked ? undefined : questions.find(({ type }) => type === 'long')

/** The open question after the score; its words depend on the group. */
function commentActivities({ a, facts, field, texts }: Frame, content: SurveyContent): Activity[] {
  const { followUp, defaultLang } = content
  const heading = (group: Group): string => (followUp.asked && textIn(followUp.text[group], facts.lang, defaultLang)) || texts.commentHeading
  const words = doc(field('FB_COMMENT'))
  return [
    a.set('Comment', {
      PART: calc(customerWords(words)), BLANK: calc(`trim(${words})`), HEADING: own(texts.commentHeading),
      ...insteadOfComment(content) ? { INSTEAD_WORDS: calc(`trim(${variable('INSTEAD')})`) } : {}
    }),
    // what only repeats an answer is not said twice
    a.when('Not blank', [[test('Variable', 'BLANK', '!='), ...insteadOfComment(content) ? [test('Variable', 'BLANK', '!=', variable('INSTEAD_WORDS'))] : []]], [
      ...followUp.asked
        ? [a.choice('Words of the question', GROUPS.map(group => ({
            title: group, condition: [[isVar('GROUP', group)]], then: [a.set(group, { HEADING: own(heading(group)) })]
          })))]
        : [],
      a.set('Said', { SAID: `${variable('SAID')}\n${variable('HEADING')}\n— ${variable('PART')}`, GAP: '\n' })
    ])
  ]
}
