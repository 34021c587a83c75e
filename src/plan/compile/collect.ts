import { fillText } from '@/plan/model/texts'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { documentTypeOf, hasVar, isVar, lacksVar, test, type Activity, type Condition } from './activity'
import { nativeCode } from './codes'
import { calc, doc, harmless, harmlessValue, NOW, ref, shortened, TODAY, userNumber, variable } from './expression'
import { documentId, openFrame, whileCurrent, type Frame } from './frame'
import { ENGINE, type CompiledSurvey, type CompileInput, type TemplateIds } from './input'
import type { Template } from './template'
import { own } from './words'

const VARIABLES = ['CONTACT_ID', 'COMPANY_ID', 'CLIENT', 'EMAIL', 'OPT_OUT', 'ASKED', 'TITLE', 'TOKEN', 'OPEN'] as const

/** T3: asks the client of a deal. An action that administrators put where they want it; it starts T1, so that there is one way of sending. */
export function collectTemplate(input: CompileInput, ids: TemplateIds): Template {
  const frame = openFrame(input, ids)
  const { a, engine, surveys } = frame
  const known = surveys.filter(({ form, versions }) => form !== null && versions.length > 0)
  const [usual] = known
  const nothing = [a.log('No survey', 'No survey can be sent.')]
  const branches = known.map(survey => ({ title: survey.id, condition: [[test('Template', 'SURVEY', '=', survey.id)]], then: surveyActivities(frame, survey) }))
  return {
    name: engine.names.collect,
    description: engine.descriptions.collect,
    document: documentTypeOf(DEAL),
    autoExecute: '0',
    parameters: {
      SURVEY: {
        title: engine.parameters.survey, type: 'select', default: usual?.id ?? '',
        options: Object.fromEntries(known.map(({ id, versions }) => [id, harmlessValue(versions[0]!.content.name)]))
      }
    },
    variables: { ...Object.fromEntries(VARIABLES.map(name => [name, { type: 'string' as const }])), NOT_BEFORE: { type: 'date' } },
    root: a.root(engine.names.collect, whileCurrent(frame, branches.length > 0 ? [a.choice('Survey', branches, nothing)] : nothing))
  }
}

function surveyActivities(frame: Frame, survey: CompiledSurvey): Activity[] {
  const { a, field, store } = frame
  const document = documentTypeOf(DEAL)
  const contact = a.card('Contact', 'CONTACT', doc('CONTACT_ID'),
    ['ID', 'NAME', 'LAST_NAME', 'EMAIL', nativeCode(CONTACT, 'FB_OPT_OUT'), nativeCode(CONTACT, 'FB_NOT_BEFORE')], document)
  const company = a.card('Company', 'COMPANY', doc('COMPANY_ID'),
    ['ID', 'TITLE', 'EMAIL', nativeCode(COMPANY, 'FB_OPT_OUT'), nativeCode(COMPANY, 'FB_NOT_BEFORE')], document)
  const consent = (name: string, type: typeof CONTACT | typeof COMPANY): Record<string, string> => ({
    EMAIL: ref(name, 'EMAIL'), OPT_OUT: ref(name, nativeCode(type, 'FB_OPT_OUT')), NOT_BEFORE: ref(name, nativeCode(type, 'FB_NOT_BEFORE'))
  })
  // Lists cannot be asked for: the stage tells that an invitation is still open.
  const open = a.find('Open invitation', store.entityTypeId, [
    { field: 'CATEGORY_ID', operator: '=', value: String(store.invitationCategoryId) },
    { field: 'STAGE_ID', operator: '=', value: store.invitationStages.open },
    { field: field('FB_DEAL'), operator: '=', value: doc('ID') }
  ], [{ field: 'ID', type: 'int' }, { field: field('FB_DEAL'), type: 'string' }])
  return [
    contact,
    a.when('Contact', [[test(contact.Name, 'ID', '!empty')]], [a.set('Contact', {
      CONTACT_ID: ref(contact.Name, 'ID'), CLIENT: calc(`trim(${ref(contact.Name, 'NAME')}&" "&${ref(contact.Name, 'LAST_NAME')})`), ...consent(contact.Name, CONTACT)
    })], [
      company,
      a.when('Company', [[test(company.Name, 'ID', '!empty')]], [a.set('Company', {
        COMPANY_ID: ref(company.Name, 'ID'), CLIENT: ref(company.Name, 'TITLE'), ...consent(company.Name, COMPANY)
      })])
    ]),
    open,
    a.set('Deal', { ASKED: calc(userNumber(doc('ASSIGNED_BY_ID'))), OPEN: ref(open.Name, field('FB_DEAL')) }),
    a.choice('May we ask?', [
      no(frame, survey, 'noClient', [[lacksVar('CONTACT_ID'), lacksVar('COMPANY_ID')]]),
      no(frame, survey, 'noEmail', [[lacksVar('EMAIL')]]),
      no(frame, survey, 'optedOut', ['Y', '1', 'true'].map(yes => [isVar('OPT_OUT', yes)])),
      no(frame, survey, 'alreadyInvited', [[hasVar('OPEN'), isVar('OPEN', doc('ID'))]]),
      no(frame, survey, 'askedRecently', [[hasVar('NOT_BEFORE'), test('Variable', 'NOT_BEFORE', '>', TODAY)]])
    ], invite(frame, survey))
  ]
}

function no(
  { a, engine, facts }: Frame, { versions }: CompiledSurvey, why: keyof Frame['engine']['why'], condition: Condition
): { title: string, condition: Condition, then: Activity[] } {
  const text = fillText(harmless(engine.notAsked), { survey: own(versions[0]!.content.name), why: own(engine.why[why]) })
  return {
    title: why,
    condition,
    then: [
      a.comment(why, text, `user_${facts.dutyId}`),
      ...why === 'noEmail' || why === 'noClient' ? [a.notify(why, `user_${facts.dutyId}`, `user_${variable('ASKED')}`, text)] : []
    ]
  }
}

function invite(frame: Frame, { id, versions }: CompiledSurvey): Activity[] {
  const { a, facts, field, ids, onDeals, store } = frame
  const { version, content } = versions[0]!
  const fields = {
    TITLE: variable('TITLE'), CATEGORY_ID: String(store.invitationCategoryId), STAGE_ID: store.invitationStages.open,
    ASSIGNED_BY_ID: `user_${variable('ASKED')}`, CONTACT_ID: variable('CONTACT_ID'), COMPANY_ID: variable('COMPANY_ID'),
    ...onDeals ? {} : { PARENT_ID_2: doc('ID') },
    [field('FB_TOKEN')]: variable('TOKEN'), [field('FB_BY')]: ENGINE, [field('FB_SURVEY')]: id, [field('FB_VERSION')]: String(version),
    [field('FB_CHANNEL')]: 'email', [field('FB_STATE')]: 'to_send', [field('FB_ASKED_BY')]: `user_${variable('ASKED')}`, [field('FB_DEAL')]: doc('ID'),
    [field('FB_EXPIRES_AT')]: calc(`dateadd(${NOW},"${content.expiresAfterDays}d")`), [field('FB_LANG')]: content.langs.includes(facts.lang) ? facts.lang : content.defaultLang
  }
  const invitation = onDeals ? a.createDeal('Invitation', fields) : a.createRecord('Invitation', store.entityTypeId, fields)
  const made = onDeals ? 'DealId' : 'ItemId'
  return [
    // One case only: a database may compare without.
    a.set('Token', { TOKEN: calc('strtolower(randstring(32))'), TITLE: `${variable('CLIENT')} · ${doc('TITLE')}` }),
    a.set('Title', { TITLE: calc(shortened(variable('TITLE'), 250)) }),
    invitation,
    a.when('Made', [[test(invitation.Name, made, '!empty')]], [
      a.start('Send', ids.send ?? 0, documentId(frame, ref(invitation.Name, made)), {})
    ])
  ]
}

