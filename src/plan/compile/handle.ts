import { callBackText, TITLE_LIMIT, WISH_LIMIT } from '@/plan/model/effect-words'
import type { Plan } from '@/plan/model/plan'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { cardPath, taskLinkOf } from '@/portal/record-store'
import { CALL_BACK_FILL, OPT_OUT_FILL } from '@/survey/model/fill-kind'
import { GROUPS, type SurveyContent } from '@/survey/model/survey'
import { documentTypeOf, hasVar, isDoc, isVar, lacksVar, test, type Activity, type Condition, type Test } from './activity'
import { nativeCode, WANTS_NO_MAIL } from './codes'
import { calc, customerWords, doc, ref, replaced, shortened, userNumber, variable, wholeValue } from './expression'
import { createdField, documentId, openFrame, whileCurrent, type Frame } from './frame'
import type { HelperParameter } from './on-card'
import { ENGINE, type CompiledSurvey, type CompileInput, type TemplateIds } from './input'
import {
  answerLink, CALL_BACK, commentActivities, done, flagWords, ledgerWith, mailActivities, noticeActivities, refusalActivities,
  responsibleActivities, ruleActivities, ruleName, saveLedger, settingActivities, stageActivities, supervisorActivities, taskActivities,
  taskVariables, type Branch
} from './rules'
import { readAnswer } from './said'
import type { Template, Variable } from './template'
import { inDealText, own, runningText } from './words'

const TEXT_VARIABLES = [
  // the match
  'MATCHED', 'BY', 'FOUND_KEY', 'EARLIER_KEY', 'DOUBLE_KEY', 'QUIET', 'FLAG', 'FLAG_TEXT',
  // what was said
  'ANSWERS', 'PART', 'BLANK', 'CHOSEN', 'HEADING', 'POSTED', 'INVALID', 'SAID', 'GAP', 'LENGTH', 'INSTEAD', 'INSTEAD_WORDS',
  'HEAD', 'VALUE', 'SCORE', 'GROUP', 'GROUP_TEXT', 'SCORE_TEXT', 'GRADE', 'SUM', 'COUNT', 'COEFFICIENT',
  // what it is about
  'CHANNEL', 'LANG', 'ASKED', 'ASKED_USER', 'DEAL_ID', 'DEAL_TITLE', 'DEAL_SAFE', 'IN_DEAL', 'STAGE', 'PIPELINE', 'CURRENCY', 'CONTACT_ID', 'COMPANY_ID', 'LINKED',
  'CLIENT', 'CLIENT_SAFE', 'EMAIL', 'OPT_OUT', 'TITLE', 'CARD_LINK',
  // people
  'NOTHING', 'OWNER', 'DEAL_OWNER', 'SUPERVISOR', 'BOSS', 'RESPONSIBLE', 'OWNER_NAME', 'OWNER_EMAIL', 'OWNER_HTML', 'CLIENT_HTML', 'FROM',
  // what is done
  'LEDGER', 'LAST_GROUP', 'SET_DEAL', 'SET_CONTACT', 'SET_COMPANY', 'MOVE', 'COMMENT', 'TOLD', 'HANDED', 'TASK_TITLE', 'SUBJECT',
  // the wish to be called back
  'WISH', 'AGAIN', CALL_BACK,
  // the case
  'CASE', 'CASE_OPEN'
] as const

/** T2: what happens with an answer, from the moment it arrives. Started by every new record of the type. */
export function handleTemplate(input: CompileInput, ids: TemplateIds): Template {
  const frame = openFrame(input, ids)
  const { a, engine, field, store, surveys } = frame
  // Started late, it may find that the app has taken the answer over: that is marked before anything is done.
  const isNewAnswer: Condition = [[
    isDoc('CATEGORY_ID', String(store.answerCategoryId)), isDoc('STAGE_ID', store.answerStages.new), test('Document', field('FB_BY'), 'empty')
  ]]
  const branches = surveys.map(survey => ({
    title: survey.id, condition: [[isDoc(field('FB_SURVEY'), survey.id)]], then: versionActivities(frame, survey)
  }))
  // A survey that this template does not know: the answer stays where it is, and says so to whoever looks.
  const unknown = [a.setFields('Survey unknown', { [field('FB_LEDGER')]: '{"survey":"surveyUnreadable"}' })]
  return {
    name: engine.names.handle,
    description: engine.descriptions.handle,
    document: documentTypeOf(store.entityTypeId),
    autoExecute: '1',
    parameters: {},
    variables: variablesOf(surveys.map(({ plan }) => plan)),
    root: a.root(engine.names.handle, [
      a.when('New answer', isNewAnswer, whileCurrent(frame, branches.length > 0 ? [a.choice('Survey', branches, unknown)] : unknown))
    ])
  }
}

function variablesOf(plans: readonly Plan[]): Record<string, Variable> {
  const rules = Math.max(0, ...plans.map(plan => plan.rules.length))
  return {
    ...Object.fromEntries([...TEXT_VARIABLES, ...Array.from({ length: rules }, (_, index) => ruleName(index)), ...taskVariables(plans)].map(name => [name, { type: 'string' as const }])),
    POSTED_KEY: { type: 'string', default: '-' },
    MONEY: { type: 'double' },
    LINKS: { type: 'string', multiple: true }
  }
}

/** Versions that are read alike share a branch; an answer that names none of them is read by the newest. */
function versionActivities(frame: Frame, survey: CompiledSurvey): Activity[] {
  const { a, field } = frame
  const [newest, ...older] = survey.versions
  if (!newest) return [a.setFields('Survey unknown', { [field('FB_LEDGER')]: '{"survey":"surveyUnreadable"}' })]
  const key = ({ content: { questions, followUp, defaultLang, name, company, langs } }: { content: SurveyContent }): string =>
    JSON.stringify([questions, followUp, defaultLang, name, company, langs])
  const others = older.filter(one => key(one) !== key(newest))
  const groups = [...new Set(others.map(key))].map(read => others.filter(one => key(one) === read))
  const body = (content: SurveyContent): Activity[] => answerActivities({ frame, survey, content })
  if (groups.length === 0) return body(newest.content)
  return [a.choice('Version', groups.map(versions => ({
    title: versions.map(({ version }) => version).join(', '),
    condition: versions.map(({ version }) => [isDoc(field('FB_VERSION'), String(version))]),
    then: body(versions[0]!.content)
  })), body(newest.content))]
}

function answerActivities(branch: Branch): Activity[] {
  const { frame } = branch
  const { a } = frame
  const invitation = findInvitation(frame)
  return [
    ...invitation.activities,
    // An invitation that the duty person sent is the duty person's, and so is its answer.
    a.when('Somebody else\'s', [[isVar('MATCHED', 'Y'), test('Variable', 'BY', '!=', ENGINE)]], [], [
      // First of all: the app waits after its own mark and looks again, so one of the two always sees the other's.
      a.setFields('Mine', { [frame.field('FB_BY')]: ENGINE }),
      ...readAnswer(frame, branch.content),
      ...aroundActivities(frame, invitation.name),
      ...flagActivities(branch, invitation.name),
      ...ownerActivities(branch),
      ...ownFields(branch, invitation.name),
      ...supervisorActivities(branch),
      a.when('Not silent', [[test('Variable', 'QUIET', '!=', 'Y'), ...['unmatched', 'optout', 'callback'].map(flag => test('Variable', 'FLAG', '!=', flag))]], [
        ...ruleActivities(branch), ...refusalActivities(branch), ...settingActivities(branch), ...stageActivities(branch), ...commentActivities(branch)
      ]),
      ...optOutActivities(branch, invitation.name),
      ...callBackActivities(branch, invitation.name),
      ...cardActivities(frame, invitation.name),
      ...noticeActivities(branch),
      ...callBackNotice(branch),
      ...taskActivities(branch, [...mailActivities(branch), ...responsibleActivities(branch), ...handOver(frame)])
    ])
  ]
}

/** By id and token, compared once more, letter by letter: a filter that the portal does not understand finds anything, a database may not see case. */
function findInvitation({ a, field, store }: Frame): { name: string, activities: Activity[] } {
  const texts = ['FB_TOKEN', 'FB_BY', 'FB_STATE', 'FB_WHY', 'FB_FLAG', 'FB_CHANNEL', 'FB_LANG', 'FB_ASKED_BY', 'FB_DEAL'] as const
  const moments = ['FB_SENT_AT', 'FB_EXPIRES_AT'] as const
  const found = a.find('Invitation', store.entityTypeId, [
    { field: 'ID', operator: '=', value: doc(field('FB_INVITATION')) },
    { field: field('FB_TOKEN'), operator: '=', value: doc(field('FB_TOKEN')) },
    { field: 'CATEGORY_ID', operator: '=', value: String(store.invitationCategoryId) }
  ], [
    { field: 'ID', type: 'int' }, { field: 'STAGE_ID', type: 'string' }, { field: 'CONTACT_ID', type: 'string' }, { field: 'COMPANY_ID', type: 'string' },
    ...texts.map(one => ({ field: field(one), type: 'string' as const })), ...moments.map(one => ({ field: field(one), type: 'datetime' as const }))
  ])
  const of = (one: Parameters<typeof field>[0]): string => ref(found.Name, field(one))
  return {
    name: found.Name,
    activities: [a.when('Token', [[test('Document', field('FB_TOKEN'), '!empty'), test('Document', field('FB_INVITATION'), '!empty')]], [
      found,
      a.set('Compare', {
        FOUND_KEY: `${ref(found.Name, 'ID')}/${of('FB_TOKEN')}`, POSTED_KEY: `${doc(field('FB_INVITATION'))}/${doc(field('FB_TOKEN'))}`
      }),
      a.when('Matched', [[isVar('FOUND_KEY', variable('POSTED_KEY'))]], [
        a.set('Matched', { MATCHED: 'Y', BY: of('FB_BY'), CHANNEL: of('FB_CHANNEL'), ASKED: calc(userNumber(of('FB_ASKED_BY'))), LANG: of('FB_LANG') }),
        // A shared link outlives who was in charge when it was made.
        a.when('Shared link', [[test(found.Name, field('FB_FLAG'), '=', 'shared')]], [a.set('Whoever is in charge', { BY: ENGINE })])
      ])
    ])]
  }
}

/** The deal, the client, and answers that came before with the same token. */
function aroundActivities(frame: Frame, invitation: string): Activity[] {
  const { a, field, store, texts } = frame
  const document = documentTypeOf(store.entityTypeId)
  const deal = a.card('Deal', 'DEAL', ref(invitation, field('FB_DEAL')),
    ['ID', 'TITLE', 'STAGE_ID', 'CATEGORY_ID', 'OPPORTUNITY', 'CURRENCY_ID', 'ASSIGNED_BY_ID', 'COMPANY_ID'], document)
  const contact = a.card('Contact', 'CONTACT', ref(invitation, 'CONTACT_ID'), ['ID', 'NAME', 'LAST_NAME', 'EMAIL', 'COMPANY_ID', nativeCode(CONTACT, 'FB_OPT_OUT')], document)
  const company = a.card('Company', 'COMPANY', variable('LINKED'), ['ID', 'TITLE', 'EMAIL', nativeCode(COMPANY, 'FB_OPT_OUT')], document)
  const [ofDeal, ofContact, ofCompany] = [deal, contact, company].map(({ Name }) => (name: string) => ref(Name, name)) as [Of, Of, Of]
  const link = (prefix: string, id: string): Activity => a.set('Link', { LINKS: calc(`merge(${variable('LINKS')},"${prefix}"&${variable(id)})`) })
  return [
    a.set('Links', {
      CARD_LINK: `[URL=${cardPath(store.entityTypeId, 0).replace('/0/', `/${doc('ID')}/`)}]${own(texts.openCard)}[/URL]`,
      LINKS: [taskLinkOf(store, 0).replace(/0$/, doc('ID'))],
      CLIENT_SAFE: own(texts.unknownClient)
    }),
    a.when('Language', [[test('Document', field('FB_LANG'), '!empty')]], [a.set('Language', { LANG: doc(field('FB_LANG')) })]),
    a.when('Asked by', [[hasVar('ASKED')]], [a.set('Asked by', { ASKED_USER: `user_${variable('ASKED')}` })]),
    a.when('Around', [[isVar('MATCHED', 'Y')]], [
      deal,
      a.when('Deal', [[test(deal.Name, 'ID', '!empty')]], [
        a.set('Deal', {
          DEAL_ID: ofDeal('ID'), DEAL_TITLE: ofDeal('TITLE'), STAGE: ofDeal('STAGE_ID'), PIPELINE: `p${ofDeal('CATEGORY_ID')}`,
          CURRENCY: ofDeal('CURRENCY_ID'), MONEY: calc(`${ofDeal('OPPORTUNITY')}+0`),
          DEAL_OWNER: calc(userNumber(ofDeal('ASSIGNED_BY_ID'))), DEAL_SAFE: calc(customerWords(ofDeal('TITLE')))
        }),
        a.when('Title', [[test('Variable', 'DEAL_SAFE', '!=')]], [a.set('Sentence', { IN_DEAL: inDealText(texts) })]),
        link('D_', 'DEAL_ID')
      ]),
      contact,
      a.when('Contact', [[test(contact.Name, 'ID', '!empty')]], [
        a.set('Contact', {
          CONTACT_ID: ofContact('ID'), CLIENT: calc(`trim(${ofContact('NAME')}&" "&${ofContact('LAST_NAME')})`), EMAIL: ofContact('EMAIL'),
          OPT_OUT: ofContact(nativeCode(CONTACT, 'FB_OPT_OUT'))
        }),
        link('C_', 'CONTACT_ID')
      ]),
      // Who asked may not have been allowed to read the company: then it is the deal's, else the contact's.
      a.set('Company', { LINKED: ref(invitation, 'COMPANY_ID') }),
      ...[deal, contact].map(({ Name }) => a.when('Company not named', [[lacksVar('LINKED'), test(Name, 'COMPANY_ID', '!empty')]], [
        a.set('Company', { LINKED: ref(Name, 'COMPANY_ID') })
      ])),
      company,
      a.when('Company', [[test(company.Name, 'ID', '!empty')]], [
        a.set('Company', { COMPANY_ID: ofCompany('ID') }),
        a.when('No name yet', [[lacksVar('CLIENT')]], [a.set('Name', { CLIENT: ofCompany('TITLE') })]),
        a.when('Company was asked', [[lacksVar('CONTACT_ID')]], [
          a.set('Address', { EMAIL: ofCompany('EMAIL'), OPT_OUT: ofCompany(nativeCode(COMPANY, 'FB_OPT_OUT')) })
        ]),
        link('CO_', 'COMPANY_ID')
      ]),
      a.when('Client', [[hasVar('CLIENT')]], [a.set('Client', { CLIENT_SAFE: calc(customerWords(variable('CLIENT'))) })])
    ])
  ]
}

type Of = (name: string) => string

/** Which answers stay out of the numbers, and why; the first reason that holds. */
function flagActivities(branch: Branch, invitation: string): Activity[] {
  const { frame } = branch
  const { a, field, store, texts } = frame
  const sameToken = [
    { field: field('FB_TOKEN'), operator: '=' as const, value: doc(field('FB_TOKEN')) },
    { field: 'CATEGORY_ID', operator: '=' as const, value: String(store.answerCategoryId) },
    { field: 'ID', operator: '<' as const, value: doc('ID') },
    ...[OPT_OUT_FILL, CALL_BACK_FILL].map(wish => ({ field: field('FB_ANSWERS'), operator: '!=' as const, value: wish }))
  ]
  const returned = [{ field: 'ID', type: 'int' as const }, ...(['FB_TOKEN', 'FB_SUBMISSION'] as const).map(one => ({ field: field(one), type: 'string' as const }))]
  const earlier = a.find('Earlier answer', store.entityTypeId, sameToken, returned)
  const double = a.find('Same filling-in', store.entityTypeId, [...sameToken, { field: field('FB_SUBMISSION'), operator: '=', value: doc(field('FB_SUBMISSION')) }], returned)
  const flag = (title: Parameters<typeof flagWords>[1], condition: Condition) => ({ title, condition, then: [a.set(title, flagWords(branch, title))] })
  const of = (name: Parameters<typeof field>[0]) => (operator: Parameters<typeof test>[2], value = '') => test(invitation, field(name), operator, value)
  const expires = of('FB_EXPIRES_AT')
  const answered = isVar('EARLIER_KEY', `t${doc(field('FB_TOKEN'))}`)
  const called = flag('callback', [[isDoc(field('FB_ANSWERS'), CALL_BACK_FILL)]])
  return [
    a.when('Earlier answers', [[isVar('MATCHED', 'Y')]], [
      earlier,
      a.set('Compare', { EARLIER_KEY: `t${ref(earlier.Name, field('FB_TOKEN'))}` })
    ]),
    // The same filling-in twice is kept in silence.
    a.when('Twice?', [[answered, test('Document', field('FB_SUBMISSION'), '!empty'), ...[OPT_OUT_FILL, CALL_BACK_FILL].map(wish => test('Document', field('FB_ANSWERS'), '!=', wish))]], [
      double,
      a.set('Compare', { DOUBLE_KEY: `s${ref(double.Name, field('FB_SUBMISSION'))}` }),
      a.when('Twice', [[isVar('DOUBLE_KEY', `s${doc(field('FB_SUBMISSION'))}`)]], [a.set('Quiet', { QUIET: 'Y' })])
    ]),
    a.choice('Flag', [
      flag('unmatched', [[test('Variable', 'MATCHED', '!=', 'Y')]]),
      flag('optout', [[isDoc(field('FB_ANSWERS'), OPT_OUT_FILL)]]),
      // late or cancelled, he wants to be called all the same
      { ...called, then: [...called.then, a.set('Instead of a score', { SCORE_TEXT: own(texts.callBack.title) })] },
      // a shared link is answered by one person after the other
      flag('repeat', [[answered, of('FB_FLAG')('!=', 'shared')], [isVar('QUIET', 'Y')]]),
      flag('late', [
        [of('FB_STATE')('=', 'cancelled'), of('FB_WHY')('!=', 'optedOut')],
        [expires('empty'), of('FB_STATE')('=', 'expired')],
        [expires('!empty'), test('Document', createdField(frame), '>', ref(invitation, field('FB_EXPIRES_AT')))]
      ]),
      flag('invalid', [[isVar('INVALID', 'Y')]]),
      flag('test', [[of('FB_FLAG')('=', 'test')]]),
      flag('shared', [[of('FB_FLAG')('=', 'shared')]])
    ])
  ]
}

/** Who asked and the deal's responsible in the order of the plan, whoever still works here → the survey's fallback → the duty person. */
function ownerActivities({ frame: { a, facts }, survey: { plan } }: Branch): Activity[] {
  const candidate = (title: string, id: string, known: readonly Test[] = []): Activity => {
    const found = a.activePerson(title, `user_${id}`, variable('NOTHING'))
    return a.when(title, [[lacksVar('OWNER'), ...known]], [found, a.set(title, { OWNER: calc(userNumber(ref(found.Name, 'GetUser'))) })])
  }
  const asked = (): Activity => candidate('Who asked', variable('ASKED'), [hasVar('ASKED')])
  const responsible = (): Activity => candidate('Responsible for the deal', variable('DEAL_OWNER'), [hasVar('DEAL_OWNER')])
  return [
    ...plan.owner === 'responsible' ? [responsible(), asked()] : [asked(), responsible()],
    ...plan.fallbackOwner === null ? [] : [candidate('Fallback', String(plan.fallbackOwner))],
    a.when('Nobody', [[lacksVar('OWNER')]], [a.set('Duty person', { OWNER: String(facts.dutyId) })])
  ]
}

/** What is written to the answer itself, and its title. */
function ownFields({ frame }: Branch, invitation: string): Activity[] {
  const { a, field } = frame
  const of = (name: Parameters<typeof field>[0]): string => ref(invitation, field(name))
  const longer = (name: string): Activity => a.when(name, [[hasVar(name)]], [a.set(name, { TITLE: `${variable('TITLE')} · ${variable(name)}` })])
  return [
    a.set('Title', { TITLE: variable('SCORE_TEXT') }), longer('CLIENT'), longer('DEAL_TITLE'),
    a.set('Title', { TITLE: calc(shortened(variable('TITLE'), TITLE_LIMIT)), LEDGER: '{"fields":true' }),
    a.setFields('Answer', {
      TITLE: variable('TITLE'), ASSIGNED_BY_ID: `user_${variable('OWNER')}`,
      [field('FB_FLAG')]: variable('FLAG'), [field('FB_GROUP')]: variable('GROUP'), [field('FB_VALUE')]: variable('VALUE'),
      [field('FB_SCORE')]: variable('SCORE'), [field('FB_COEFFICIENT')]: variable('COEFFICIENT')
    }),
    a.when('Invitation', [[isVar('MATCHED', 'Y')]], [a.setFields('Invitation', {
      [field('FB_CHANNEL')]: variable('CHANNEL'), [field('FB_SENT_AT')]: of('FB_SENT_AT'), [field('FB_ASKED_BY')]: variable('ASKED_USER')
    })]),
    a.when('Deal', [[hasVar('DEAL_ID')]], [a.setFields('Deal', {
      // a deal has no deal above it
      ...frame.onDeals ? {} : { PARENT_ID_2: variable('DEAL_ID') }, [field('FB_DEAL')]: variable('DEAL_ID'), [field('FB_STAGE')]: variable('STAGE'),
      [field('FB_SUM')]: `${variable('MONEY')}|${variable('CURRENCY')}`
    })]),
    a.when('Comment', [[test('Variable', 'BLANK', '='), test('Variable', 'INSTEAD', '!=')]], [a.setFields('Comment', { [field('FB_COMMENT')]: variable('INSTEAD') })]),
    a.when('Contact', [[hasVar('CONTACT_ID')]], [a.setFields('Contact', { CONTACT_ID: variable('CONTACT_ID') })]),
    a.when('Company', [[hasVar('COMPANY_ID')]], [a.setFields('Company', { COMPANY_ID: variable('COMPANY_ID') })])
  ]
}

/** Who was asked wants no more mail: as `optOutEffects` of the plan has it. */
function optOutActivities({ frame, content }: Branch, invitation: string): Activity[] {
  const { a, field, ids, store, texts } = frame
  const waiting: Condition = ['to_send', 'sending', 'sent'].map(state => [
    test(invitation, 'STAGE_ID', '=', store.invitationStages.open), test(invitation, field('FB_STATE'), '=', state)
  ])
  const noted = (card: 'contact' | 'company', prefix: string, id: string): Activity =>
    a.start('Wants no mail', ids[card] ?? 0, `${prefix}_${variable(id)}`, { OPT_OUT: 'Y' })
  return [a.when('Wants no mail', [[isVar('FLAG', 'optout'), ...['test', 'shared'].map(flag => test(invitation, field('FB_FLAG'), '!=', flag))]], [
    a.when('Waiting', waiting, [
      a.start('Stop', ids.send ?? 0, documentId(frame, ref(invitation, 'ID')), { STOP: 'Y' }),
      a.set('Stopped', ledgerWith(done('invitation')))
    ]),
    a.choice('Said before?', [
      { title: 'Nobody', condition: [[lacksVar('CONTACT_ID'), lacksVar('COMPANY_ID')]], then: [] },
      { title: 'Said before', condition: WANTS_NO_MAIL, then: [] }
    ], [
      a.when('Deal', [[hasVar('DEAL_ID')]], [
        a.start('In the deal', ids.deal ?? 0, `DEAL_${variable('DEAL_ID')}`, {
          COMMENT: `${runningText(texts.optOut, { survey: content.name })}\n${variable('CARD_LINK')}`
        }),
        a.set('Said', ledgerWith(done('comment')))
      ]),
      a.when('Contact', [[hasVar('CONTACT_ID')]], [noted('contact', 'CONTACT', 'CONTACT_ID')], [noted('company', 'COMPANY', 'COMPANY_ID')]),
      a.set('Noted', ledgerWith(done('optOut')))
    ])
  ])]
}

/** Somebody wants to be called, see `callBackEffects` of the plan. The comment goes into the deal with everything else, the task is given with the others. */
function callBackActivities({ frame, content }: Branch, invitation: string): Activity[] {
  const { a, field, store, texts } = frame
  const before = [
    { field: field('FB_TOKEN'), operator: '=' as const, value: doc(field('FB_TOKEN')) },
    { field: 'CATEGORY_ID', operator: '=' as const, value: String(store.answerCategoryId) },
    { field: 'ID', operator: '<' as const, value: doc('ID') },
    { field: field('FB_ANSWERS'), operator: '=' as const, value: CALL_BACK_FILL }
  ]
  const returned = (['FB_TOKEN', 'FB_SUBMISSION'] as const).map(one => ({ field: field(one), type: 'string' as const }))
  const said = a.find('Said before', store.entityTypeId, before, returned)
  const same = a.find('Same filling-in', store.entityTypeId, [...before, { field: field('FB_SUBMISSION'), operator: '=', value: doc(field('FB_SUBMISSION')) }], returned)
  const comment = (again: boolean): Activity => a.when('Deal', [[hasVar('DEAL_ID')]], [a.set('Comment', {
    COMMENT: `${runningText(callBackText('comment', texts, again), { survey: content.name })}\n${variable('CARD_LINK')}`, ...ledgerWith(done('comment'))
  })])
  return [a.when('Wants a call', [[isVar('FLAG', 'callback')]], [
    said,
    a.set('Compare', { EARLIER_KEY: `t${ref(said.Name, field('FB_TOKEN'))}` }),
    a.when('Said before', [[isVar('EARLIER_KEY', `t${doc(field('FB_TOKEN'))}`)]], [
      a.when('By him', [[test(invitation, field('FB_FLAG'), '!=', 'shared')]], [a.set('Again', { AGAIN: 'Y' })]),
      a.when('Twice?', [[test('Document', field('FB_SUBMISSION'), '!empty')]], [
        same,
        a.set('Compare', { DOUBLE_KEY: `s${ref(same.Name, field('FB_SUBMISSION'))}` }),
        a.when('Twice', [[isVar('DOUBLE_KEY', `s${doc(field('FB_SUBMISSION'))}`)]], [a.set('Quiet', { QUIET: 'Y' })])
      ])
    ]),
    a.when('New', [[test('Variable', 'QUIET', '!=', 'Y')]], [
      a.set('Phone and time', { WISH: calc(`trim(${replaced(replaced(doc(field('FB_COMMENT')), '\r', ''), '\n', ' ')})`) }),
      a.set('Not too long', { WISH: calc(shortened(variable('WISH'), WISH_LIMIT)) }),
      a.set('As text', { WISH: calc(customerWords(variable('WISH'))) }),
      a.when('No phone', [[lacksVar('WISH')]], [a.set('No phone', { WISH: own(texts.callBack.noPhone) })]),
      a.when('Test', [[test(invitation, field('FB_FLAG'), '=', 'test')]], [a.set('Test', { WISH: `${variable('WISH')} ${own(texts.flags.test)}` })]),
      a.when('Again', [[isVar('AGAIN', 'Y')]], [comment(true)], [
        comment(false),
        a.set('Task', { [CALL_BACK]: wholeValue(runningText(texts.callBack.task, { survey: content.name })) }),
        a.set('Not too long', { [CALL_BACK]: calc(shortened(variable(CALL_BACK), TITLE_LIMIT)) })
      ])
    ])
  ])]
}

/** The owner hears of it. */
function callBackNotice({ frame, content }: Branch): Activity[] {
  const { a, facts, texts } = frame
  const tell = (again: boolean): Activity => a.notify('Wants a call', `user_${facts.dutyId}`, `user_${variable('OWNER')}`,
    runningText(callBackText('notice', texts, again), { survey: content.name, link: answerLink(frame) }))
  return [a.when('Wants a call', [[hasVar('WISH')]], [
    a.when('Again', [[isVar('AGAIN', 'Y')]], [tell(true)], [tell(false)]),
    a.set('Told', ledgerWith(`,"notify:${variable('OWNER')}":true`)),
    saveLedger(frame)
  ])]
}

/** Tells the helpers what to do on the cards, and the invitation that it was answered. */
function cardActivities(frame: Frame, invitation: string): Activity[] {
  const { a, field, ids, store } = frame
  const ofSomebody = [isVar('MATCHED', 'Y'), test(invitation, field('FB_FLAG'), '!=', 'shared')]
  const answered: Condition = [[lacksVar('FLAG')], [isVar('FLAG', 'test')], [isVar('FLAG', 'invalid')]].map(group => [...ofSomebody, ...group])
  const start = (title: string, card: 'deal' | 'contact' | 'company', prefix: string, id: string, own: Partial<Record<HelperParameter, string>>): Activity =>
    a.when(title, ['LAST_GROUP', ...Object.values(own).map(nameIn)].map(name => [hasVar(id), hasVar(name)]), [
      a.start(title, ids[card] ?? 0, `${prefix}_${variable(id)}`, {
        GROUP: variable('LAST_GROUP'), SCORE: variable('SCORE'), AT: doc(createdField(frame)), ...own
      })
    ])
  const lastScore = (type: 2 | 3 | 4, id: string): Activity =>
    a.when(`Last score ${type}`, [[hasVar('LAST_GROUP'), hasVar(id)]], [a.set('Last score', ledgerWith(done(`lastScore:${type}`)))])
  return [
    a.when('Last scores', [[lacksVar('FLAG'), hasVar('GROUP')]], [a.set('Last scores', { LAST_GROUP: variable('GROUP') })]),
    lastScore(DEAL, 'DEAL_ID'), lastScore(CONTACT, 'CONTACT_ID'), lastScore(COMPANY, 'COMPANY_ID'),
    start('On the deal', 'deal', 'DEAL', 'DEAL_ID', { SET: variable('SET_DEAL'), STAGE: variable('MOVE'), COMMENT: variable('COMMENT') }),
    start('On the contact', 'contact', 'CONTACT', 'CONTACT_ID', { SET: variable('SET_CONTACT') }),
    start('On the company', 'company', 'COMPANY', 'COMPANY_ID', { SET: variable('SET_COMPANY') }),
    a.when('Answered', answered, [
      frame.onDeals
        ? a.start('Invitation answered', ids.deal ?? 0, `DEAL_${ref(invitation, 'ID')}`, { STAGE: store.invitationStages.answered })
        : a.updateRecord('Invitation answered', store.entityTypeId, ref(invitation, 'ID'), { STAGE_ID: store.invitationStages.answered }),
      a.set('Answered', ledgerWith(done('invitation')))
    ]),
    saveLedger(frame)
  ]
}

const nameIn = (reference: string): string => reference.slice('{=Variable:'.length, -1)

/** The stage moves last, together with the ledger. */
function handOver({ a, field, store }: Frame): Activity[] {
  const move = (stage: keyof typeof store.answerStages): Activity[] => [
    a.setFields('Hand over', { [field('FB_LEDGER')]: `${variable('LEDGER')}}`, STAGE_ID: store.answerStages[stage] })
  ]
  const branches = GROUPS.map(group => ({
    title: group, condition: [lacksVar('FLAG'), isVar('FLAG', 'shared')].map(flag => [flag, isVar('GROUP', group)]), then: move(group)
  }))
  return [a.choice('Hand over', branches, move('set_aside'))]
}
