import { fillText } from '@/plan/model/texts'
import { COMPANY, CONTACT, DEAL, type NativeType } from '@/portal/fields'
import { tagOf } from '@/survey/model/language'
import type { Lang, Localized } from '@/survey/model/survey'
import { documentTypeOf, hasVar, isDoc, isOneOf, isVar, lacksVar, test, type Activity, type Condition } from './activity'
import { nativeCode } from './codes'
import { calc, doc, harmless, harmlessValue, NOW, ref, shortened, userNumber, variable } from './expression'
import { documentId, openFrame, whileCurrent, type Frame } from './frame'
import { ENGINE, type CompiledSurvey, type CompileInput, type TemplateIds } from './input'
import { consentFields, consentOf, firmFrom, firmRests, noteUntil, PAUSE_VARIABLES, PAUSES, whyWith } from './pauses'
import type { Template } from './template'
import { own } from './words'

const VARIABLES = ['CONTACT_ID', 'COMPANY_ID', 'CLIENT', 'EMAIL', 'PHONE', 'CHANNEL', 'ASKED', 'TITLE', 'TOKEN', 'OPEN', 'LANG', 'SPEAKS'] as const

/**
 * T3: asks the client of a deal. An action that administrators put where they want it; it starts T1, so that there is one way of sending.
 * Where surveys have stages it also starts by itself whenever somebody changes a deal, without its parameter, and asks at the stages.
 */
export function collectTemplate(input: CompileInput, ids: TemplateIds): Template {
  const frame = openFrame(input, ids)
  const { a, engine, onDeals, store, surveys } = frame
  const known = surveys.filter(({ form, versions }) => form !== null && versions.length > 0)
  const atStages = known.filter(({ versions }) => versions[0]!.content.asking.stages.length > 0)
  const [usual] = known
  const nothing = [a.log('No survey', 'No survey can be sent.')]
  const branches = known.map(survey => ({
    title: survey.id, condition: [[test('Template', 'SURVEY', '=', survey.id)]], then: surveyActivities(frame, survey, false)
  }))
  const byItself = atStages.length > 0 ? atStages.flatMap(survey => stageRule(frame, survey)) : nothing
  const body = whileCurrent(frame, branches.length > 0 ? [a.choice('Survey', branches, byItself)] : nothing)
  return {
    name: engine.names.collect,
    description: engine.descriptions.collect,
    document: documentTypeOf(DEAL),
    autoExecute: atStages.length > 0 ? '2' : '0',
    parameters: {
      SURVEY: {
        // what starts by itself comes without a survey
        title: engine.parameters.survey, type: 'select', default: atStages.length > 0 ? '' : usual?.id ?? '',
        options: Object.fromEntries(known.map(({ id, versions }) => [id, harmlessValue(versions[0]!.content.name)]))
      }
    },
    variables: { ...Object.fromEntries(VARIABLES.map(name => [name, { type: 'string' as const }])), ...PAUSE_VARIABLES },
    root: a.root(engine.names.collect, onDeals
      ? [a.when('A deal of a customer', [[store.invitationCategoryId, store.answerCategoryId].map(id => test('Document', 'CATEGORY_ID', '!=', String(id)))], body)]
      : body)
  }
}

/**
 * Once each time that a deal comes to the stage, however often it is changed there. Processes do not learn what was changed, nor when a deal
 * came to its stage; so the record that this rule leaves behind – an invitation, or a skipped one – names the stage, and forgets it when
 * the deal is seen at another.
 */
function stageRule(frame: Frame, survey: CompiledSurvey): Activity[] {
  const { a, field, ids, store } = frame
  const about = [
    { field: 'CATEGORY_ID', operator: '=' as const, value: String(store.invitationCategoryId) },
    { field: field('FB_DEAL'), operator: '=' as const, value: doc('ID') },
    { field: field('FB_SURVEY'), operator: '=' as const, value: survey.id }
  ]
  const stage = field('FB_STAGE')
  const id = [{ field: 'ID', type: 'int' as const }]
  const elsewhere = a.find('Asked at another stage', store.entityTypeId, [
    ...about, { field: stage, operator: '!empty', value: '' }, { field: stage, operator: '!=', value: doc('STAGE_ID') }
  ], id)
  const here = a.find('Asked at this stage', store.entityTypeId, [...about, { field: stage, operator: '=', value: doc('STAGE_ID') }], id)
  return [
    elsewhere,
    a.when('It has left', [[test(elsewhere.Name, 'ID', '!empty')]], [a.start('Forget', ids.send ?? 0, documentId(frame, ref(elsewhere.Name, 'ID')), { FORGET: 'Y' })]),
    a.when('At its stages', survey.versions[0]!.content.asking.stages.map(one => [isDoc('STAGE_ID', harmlessValue(one))]), [
      here,
      a.when('Not asked here yet', [[test(here.Name, 'ID', 'empty')]], surveyActivities(frame, survey, true))
    ])
  ]
}

/** @param byStage nobody is there who could read an answer at once: what was decided is kept as a record */
function surveyActivities(frame: Frame, survey: CompiledSurvey, byStage: boolean): Activity[] {
  const { a, field, store } = frame
  const { asking } = survey.versions[0]!.content
  const document = documentTypeOf(DEAL)
  const contact = a.card('Contact', 'CONTACT', doc('CONTACT_ID'), ['ID', 'NAME', 'LAST_NAME', 'EMAIL', 'PHONE', ...consentFields(CONTACT), ...saysLang(frame, CONTACT)], document)
  const company = a.card('Company', 'COMPANY', doc('COMPANY_ID'), ['ID', 'TITLE', 'EMAIL', 'PHONE', ...consentFields(COMPANY), ...saysLang(frame, COMPANY)], document)
  const reached = (name: string, type: NativeType): Record<string, string> => ({
    EMAIL: ref(name, 'EMAIL'), PHONE: ref(name, 'PHONE'), ...Object.fromEntries(saysLang(frame, type).map(code => ['SPEAKS', calc(plainLang(ref(name, code)))]))
  })
  // Lists cannot be asked for: the stage tells that an invitation is still open.
  const open = a.find('Open invitation', store.entityTypeId, [
    { field: 'CATEGORY_ID', operator: '=', value: String(store.invitationCategoryId) },
    { field: 'STAGE_ID', operator: '=', value: store.invitationStages.open },
    { field: field('FB_DEAL'), operator: '=', value: doc('ID') },
    { field: field('FB_EXPIRES_AT'), operator: '>', value: NOW }
  ], [{ field: 'ID', type: 'int' }, { field: field('FB_DEAL'), type: 'string' }])
  const no = refusal(frame, survey, byStage)
  return [
    // one process may ask about several surveys
    a.set('From the beginning', { CONTACT_ID: '', COMPANY_ID: '', CLIENT: '', EMAIL: '', PHONE: '', OPT_OUT: '', NOT_BEFORE: '', FIRM: '', FIRM_OUT: '', FIRM_NOT_BEFORE: '', SPEAKS: '', CHANNEL: 'email' }),
    contact,
    company,
    a.when('Contact', [[test(contact.Name, 'ID', '!empty')]], [a.set('Contact', {
      CONTACT_ID: ref(contact.Name, 'ID'), CLIENT: calc(`trim(${ref(contact.Name, 'NAME')}&" "&${ref(contact.Name, 'LAST_NAME')})`), 
      ...reached(contact.Name, CONTACT), ...consentOf(contact, CONTACT)
    })], [
      a.when('Company', [[test(company.Name, 'ID', '!empty')]], [a.set('Company', {
        COMPANY_ID: ref(company.Name, 'ID'), CLIENT: ref(company.Name, 'TITLE'), ...reached(company.Name, COMPANY), ...consentOf(company, COMPANY)
      })])
    ]),
    a.when('With a company', [[test(company.Name, 'ID', '!empty')]], [firmFrom(frame, company)]),
    ...firmRests(frame, survey.versions[0]!.content, false),
    ...hasWords(asking.sms) ? [a.when('By phone', [[lacksVar('EMAIL'), hasVar('PHONE')]], [a.set('By phone', { CHANNEL: 'sms' })])] : [],
    open,
    a.set('Deal', {
      ASKED: calc(userNumber(doc('ASSIGNED_BY_ID'))), OPEN: ref(open.Name, field('FB_DEAL')), TITLE: `${variable('CLIENT')} · ${doc('TITLE')}`
    }),
    a.set('Title', { TITLE: calc(shortened(variable('TITLE'), 250)) }),
    a.choice('May we ask?', [
      no('noClient', [[lacksVar('CONTACT_ID'), lacksVar('COMPANY_ID')]]),
      no('noEmail', [[lacksVar('EMAIL'), isVar('CHANNEL', 'email')]]),
      ...PAUSES.filter(({ until }) => until === null).map(({ why, condition }) => no(why, condition)),
      no('alreadyInvited', [[hasVar('OPEN'), isVar('OPEN', doc('ID'))]]),
      ...PAUSES.filter(({ until }) => until !== null).map(({ why, condition, until }) => no(why, condition, until))
    ], invite(frame, survey, byStage))
  ]
}

/** Fields in which a card says the language to ask in; none before the installation has made them. */
const saysLang = ({ store }: Frame, type: NativeType): string[] => store.native[type].names.FB_ASK_LANG ? [nativeCode(type, 'FB_ASK_LANG')] : []

const plainLang = (said: string): string => `strtolower(trim(${said}))`

/** As the portal calls it, and as browsers and people do: kz, kk. */
const namesOfLang = (lang: Lang): string[] => [...new Set([lang, tagOf(lang).toLowerCase(), tagOf(lang).toLowerCase().split('-')[0]!])]

const hasWords = (text: Localized): boolean => Object.values(text).some(words => words.trim() !== '')

type Why = keyof Frame['engine']['why']

/** Branches that ask nobody and say why. */
function refusal(
  frame: Frame, survey: CompiledSurvey, byStage: boolean
): (why: Why, condition: Condition, until?: string | null) => { title: string, condition: Condition, then: Activity[] } {
  const { a, engine, facts, field, store } = frame
  const { name } = survey.versions[0]!.content
  return (why, condition, until = null) => {
    const text = fillText(harmless(engine.notAsked), { survey: own(name), why: fillText(own(engine.why[why]), { until: variable(until ?? 'UNTIL') }) })
    return {
      title: why,
      condition,
      then: [
        ...byStage && until !== null ? [noteUntil(frame, until)] : [],
        ...byStage ? [record(frame, survey, byStage, {
          STAGE_ID: store.invitationStages.stopped, [field('FB_STATE')]: 'skipped', [field('FB_WHY')]: whyWith(why, until)
        })] : [],
        a.comment(why, text, `user_${facts.dutyId}`),
        ...why === 'noEmail' || why === 'noClient' ? [a.notify(why, `user_${facts.dutyId}`, `user_${variable('ASKED')}`, text)] : []
      ]
    }
  }
}

/** A record of the invitations' pipeline about this deal. */
function record(frame: Frame, { id, versions }: CompiledSurvey, byStage: boolean, values: Record<string, string>): Activity {
  const { a, field, onDeals, store } = frame
  const fields = {
    TITLE: variable('TITLE'), CATEGORY_ID: String(store.invitationCategoryId),
    ASSIGNED_BY_ID: `user_${variable('ASKED')}`, CONTACT_ID: variable('CONTACT_ID'), COMPANY_ID: variable('FIRM'),
    ...onDeals ? {} : { PARENT_ID_2: doc('ID') },
    [field('FB_BY')]: ENGINE, [field('FB_SURVEY')]: id, [field('FB_VERSION')]: String(versions[0]!.version), [field('FB_CHANNEL')]: variable('CHANNEL'),
    [field('FB_ASKED_BY')]: `user_${variable('ASKED')}`, [field('FB_DEAL')]: doc('ID'),
    ...byStage ? { [field('FB_STAGE')]: doc('STAGE_ID') } : {},
    ...values
  }
  return onDeals ? a.createDeal('Invitation', fields) : a.createRecord('Invitation', store.entityTypeId, fields)
}

function invite(frame: Frame, survey: CompiledSurvey, byStage: boolean): Activity[] {
  const { a, facts, field, ids, onDeals, store } = frame
  const { content } = survey.versions[0]!
  const invitation = record(frame, survey, byStage, {
    STAGE_ID: store.invitationStages.open, [field('FB_TOKEN')]: variable('TOKEN'), [field('FB_STATE')]: 'to_send',
    [field('FB_EXPIRES_AT')]: calc(`dateadd(${NOW},"${content.expiresAfterDays}d")`), [field('FB_LANG')]: variable('LANG')
  })
  const made = onDeals ? 'DealId' : 'ItemId'
  return [
    // One case only: a database may compare without.
    a.set('Token', { TOKEN: calc('strtolower(randstring(32))'), LANG: content.langs.includes(facts.lang) ? facts.lang : content.defaultLang }),
    // The client's card says it before the deal does, and both before the portal.
    ...saysLang(frame, CONTACT).length === 0 ? [] : [a.when('Client says nothing', [[lacksVar('SPEAKS')]], [
      a.set('Deal says', Object.fromEntries(saysLang(frame, DEAL).map(code => ['SPEAKS', calc(plainLang(doc(code)))])))
    ]), a.choice('Language', content.langs.map(lang => ({
      title: lang, condition: isOneOf('SPEAKS', namesOfLang(lang)), then: [a.set(lang, { LANG: lang })]
    })))],
    invitation,
    a.when('Made', [[test(invitation.Name, made, '!empty')]], [
      a.start('Send', ids.send ?? 0, documentId(frame, ref(invitation.Name, made)), {})
    ])
  ]
}
