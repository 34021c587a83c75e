import type { Card } from '@/plan/model/plan'
import { COMPANY, CONTACT, DEAL, type NativeType } from '@/portal/fields'
import { documentTypeOf, test, type Activity } from './activity'
import { nativeCode, settingsOn } from './codes'
import { parameter } from './expression'
import { openFrame, type Frame } from './frame'
import type { CompileInput } from './input'
import type { Template } from './template'

/**
 * Helpers that run on a card: activities write only to the record that their process runs on, and the handling runs on an answer.
 * They do what their parameters say and have no guard of their own: who starts them has one, and without parameters they do nothing.
 */
const has = (name: string) => [[test('Template', name, '!empty')]]

const PARAMETERS = {
  deal: ['GROUP', 'SCORE', 'AT', 'SET', 'STAGE', 'COMMENT'],
  contact: ['GROUP', 'SCORE', 'AT', 'SET', 'NOT_BEFORE', 'OPT_OUT'],
  company: ['GROUP', 'SCORE', 'AT', 'SET', 'NOT_BEFORE', 'OPT_OUT']
} as const satisfies Record<Card, readonly string[]>

export type HelperParameter = typeof PARAMETERS[Card][number]

const TYPES: Record<Card, NativeType> = { deal: DEAL, contact: CONTACT, company: COMPANY }

/** T5 and T6. */
export function helperTemplate(card: Card, input: CompileInput): Template {
  const frame = openFrame(input, {})
  const { a, engine, facts } = frame
  const own = card === 'deal'
    ? [
        a.when('Stage', has('STAGE'), [a.setFields('Move the deal', { STAGE_ID: parameter('STAGE') })]),
        a.when('Comment', has('COMMENT'), [a.comment('Comment', parameter('COMMENT'), `user_${facts.dutyId}`)])
      ]
    : [
        a.when('Not before', has('NOT_BEFORE'), [a.setFields('Not before', { [nativeCode(TYPES[card], 'FB_NOT_BEFORE')]: parameter('NOT_BEFORE') })]),
        a.when('Wants no mail', has('OPT_OUT'), [a.setFields('Wants no mail', { [nativeCode(TYPES[card], 'FB_OPT_OUT')]: 'Y' })])
      ]
  return {
    name: engine.names[card],
    description: engine.descriptions[card],
    document: documentTypeOf(TYPES[card]),
    autoExecute: '0',
    parameters: Object.fromEntries(PARAMETERS[card].map(name => [name, { title: name, type: 'string' as const, default: '' }])),
    variables: {},
    root: a.root(engine.names[card], [...cardActivities(frame, card), ...own])
  }
}

function cardActivities({ a, surveys, facts }: Frame, card: Card): Activity[] {
  const type = TYPES[card]
  return [
    // The group tells whether there is a score: a score of 0 counts as empty.
    a.when('Last score', has('GROUP'), [a.setFields('Last score', {
      [nativeCode(type, 'FB_LAST_SCORE')]: parameter('SCORE'),
      [nativeCode(type, 'FB_LAST_GROUP')]: parameter('GROUP'),
      [nativeCode(type, 'FB_LAST_AT')]: parameter('AT')
    })]),
    ...settingsOn(card, surveys, facts).map(({ mark, code, value }) =>
      a.when(code, [[test('Template', 'SET', 'contain', mark)]], [a.setFields(code, { [code]: value })]))
  ]
}
