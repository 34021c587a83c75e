import { COMPANY, CONTACT } from '@/portal/fields'
import type { SurveyContent } from '@/survey/model/survey'
import { hasVar, isVar, lacksVar, test, type Activity, type Condition } from './activity'
import { nativeCode, WANTS_NO_MAIL } from './codes'
import { calc, doc, NOW, ref, TODAY, variable } from './expression'
import type { EngineTexts } from './engine-texts'
import type { Frame } from './frame'
import type { Variable } from './template'

/**
 * The fatigue rule of `invitation/model/request.ts` as far as processes can follow it: wishes and dates on the cards of person and company, and the
 * company's pause. A pause is days of the portal's calendar there and here. No activity can count, so the mails of a mailbox are not limited here.
 */
export const PAUSE_VARIABLES: Record<string, Variable> = {
  OPT_OUT: { type: 'string' }, NOT_BEFORE: { type: 'date' }, FIRM: { type: 'string' }, FIRM_OUT: { type: 'string' }, FIRM_NOT_BEFORE: { type: 'date' },
  SINCE: { type: 'string' }, UNTIL: { type: 'string' }, REST_UNTIL: { type: 'date' }
}

const CONSENT = ['FB_OPT_OUT', 'FB_NOT_BEFORE'] as const

/** What is read of a contact's or company's card about being asked. */
export const consentFields = (type: typeof CONTACT | typeof COMPANY): string[] => CONSENT.map(field => nativeCode(type, field))

/** What the card of who is asked says. */
export const consentOf = (card: Activity, type: typeof CONTACT | typeof COMPANY): Record<string, string> =>
  ({ OPT_OUT: ref(card.Name, nativeCode(type, 'FB_OPT_OUT')), NOT_BEFORE: ref(card.Name, nativeCode(type, 'FB_NOT_BEFORE')) })

/** What the company says counts for its people. */
export const firmFrom = ({ a }: Pick<Frame, 'a'>, company: Activity): Activity => a.set('The company', {
  FIRM: ref(company.Name, 'ID'),
  FIRM_OUT: ref(company.Name, nativeCode(COMPANY, 'FB_OPT_OUT')), FIRM_NOT_BEFORE: ref(company.Name, nativeCode(COMPANY, 'FB_NOT_BEFORE'))
})

export const FIRM_WANTS_NO_MAIL: Condition = ['Y', '1', 'true'].map(yes => [isVar('FIRM_OUT', yes)])

/**
 * Somebody of the company was asked so lately that it rests, though its card does not say so: who asked may not have been allowed to write there.
 * @param self where this runs on an invitation: it is not compared with itself, and gives way to an earlier one that is about to be sent
 */
export function firmRests({ a, field, store }: Frame, { companyDays }: Pick<SurveyContent, 'companyDays'>, self: boolean): Activity[] {
  if (companyDays === 0) return []
  const about = [
    { field: 'CATEGORY_ID', operator: '=' as const, value: String(store.invitationCategoryId) },
    { field: 'COMPANY_ID', operator: '=' as const, value: variable('FIRM') }
  ]
  const fields = [{ field: 'ID', type: 'int' as const }, { field: field('FB_SENT_AT'), type: 'datetime' as const }, { field: field('FB_FLAG'), type: 'string' as const }]
  const lately = a.find('Asked lately', store.entityTypeId, [
    ...about, { field: field('FB_SENT_AT'), operator: '>', value: variable('SINCE') },
    ...self ? [{ field: 'ID', operator: '!=' as const, value: doc('ID') }] : []
  ], fields)
  const now = a.find('Being asked', store.entityTypeId, [
    ...about, { field: 'STAGE_ID', operator: '=', value: store.invitationStages.open }, { field: field('FB_SENT_AT'), operator: 'empty', value: '' },
    { field: field('FB_EXPIRES_AT'), operator: '>', value: NOW }, ...self ? [{ field: 'ID', operator: '<' as const, value: doc('ID') }] : []
  ], fields)
  const rests = (found: Activity, from: string): Activity => a.when('It rests', [
    [test(found.Name, 'ID', '!empty'), test(found.Name, field('FB_FLAG'), '!=', 'test'), lacksVar('FIRM_NOT_BEFORE')],
    [test(found.Name, 'ID', '!empty'), test(found.Name, field('FB_FLAG'), '!=', 'test'), test('Variable', 'FIRM_NOT_BEFORE', '<=', TODAY)]
  ], [a.set('It rests', { FIRM_NOT_BEFORE: calc(`dateadd(${from},"${companyDays}d")`) })])
  return [a.when('With a company', [[hasVar('FIRM')]], [
    a.set('Since', { SINCE: calc(`dateadd(${TODAY},"-${companyDays - 1}d")`) }),
    lately, rests(lately, ref(lately.Name, field('FB_SENT_AT'))), now, rests(now, NOW)
  ])]
}

type Why = keyof EngineTexts['why']

/** Why nobody is asked, and the variable with the day from which it is possible again. */
export const PAUSES: { why: Why, until: string | null, condition: Condition }[] = [
  { why: 'optedOut', until: null, condition: WANTS_NO_MAIL },
  { why: 'companyOptedOut', until: null, condition: FIRM_WANTS_NO_MAIL },
  { why: 'askedRecently', until: 'NOT_BEFORE', condition: [[hasVar('NOT_BEFORE'), test('Variable', 'NOT_BEFORE', '>', TODAY)]] },
  { why: 'companyAskedRecently', until: 'FIRM_NOT_BEFORE', condition: [[hasVar('FIRM_NOT_BEFORE'), test('Variable', 'FIRM_NOT_BEFORE', '>', TODAY)]] }
]

/** Notes in `UNTIL` the day of a date variable, yyyy-mm-dd: for FB_WHY. */
export const noteUntil = ({ a }: Pick<Frame, 'a'>, until: string): Activity => a.set('From when', { UNTIL: calc(`date("Y-m-d",${variable(until)})`) })

/** FB_WHY of what was not sent: the code, and from when it is possible; `reasonIn` of the app reads it. */
export const whyWith = (why: Why, until: string | null): string => until === null ? why : `${why} from ${variable('UNTIL')}`

/** Days on the cards after sending; a later one that stands there is not made earlier. */
export function restAfterwards({ a, ids }: Frame, { notBeforeDays, companyDays }: SurveyContent): Activity[] {
  const rest = (name: 'contact' | 'company', id: string, days: number, until: string): Activity[] => [
    a.set('Until', { REST_UNTIL: calc(`dateadd(${TODAY},"${days}d")`) }),
    a.when(name, [[hasVar(id), lacksVar(until)], [hasVar(id), test('Variable', until, '<', variable('REST_UNTIL'))]], [
      a.start('Not before', ids[name] ?? 0, `${name.toUpperCase()}_${variable(id)}`, { NOT_BEFORE: variable('REST_UNTIL') })
    ])
  ]
  return [
    a.when('A person', [[hasVar('CONTACT_ID')]], [
      ...rest('contact', 'CONTACT_ID', notBeforeDays, 'NOT_BEFORE'),
      ...companyDays > 0 ? rest('company', 'FIRM', companyDays, 'FIRM_NOT_BEFORE') : []
    ], rest('company', 'COMPANY_ID', Math.max(notBeforeDays, companyDays), 'NOT_BEFORE'))
  ]
}
