import { ANSWER_FLAGS, type AnswerFlag, type ImpossibleReason } from '@/plan/model/effects'
import { ALLOWED } from '@/plan/model/decide'
import { callBackText, TITLE_LIMIT } from '@/plan/model/effect-words'
import { callBackHours, CARDS, MAX_CHECKLIST, type Condition as RuleCondition, type MailRule, type Plan, type Recipient, type RuleEffect, type TaskRule } from '@/plan/model/plan'
import { fillText } from '@/plan/model/texts'
import { cutText, oneLine } from '@/survey/model/cut-text'
import { textToHtml } from '@/survey/model/html'
import { directionOf, tagOf } from '@/survey/model/language'
import { fillPlaceholders } from '@/survey/model/placeholders'
import { scaleRange, scaleValues } from '@/survey/model/scale'
import { headlineQuestion, textIn, type SurveyContent } from '@/survey/model/survey'
import { hasVar, isOneOf, isVar, lacksVar, test, type Activity, type Condition, type Test } from './activity'
import { settingOf } from './codes'
import { calc, doc, harmless, harmlessValue, htmlOf, NOW, ref, shortened, userNumber, variable, wholeValue } from './expression'
import { whileCurrent, type Frame } from './frame'
import type { CompiledSurvey } from './input'
import { own, runningText } from './words'

/** One version of a survey, in whose branch rules are written. */
export interface Branch {
  frame: Frame
  survey: CompiledSurvey
  content: SurveyContent
}

/** Flags of what the engine may find; nothing of a rule is even noted for the others. */
const NOTED: readonly AnswerFlag[] = ANSWER_FLAGS.filter(flag => flag !== 'unmatched' && flag !== 'import')

export const ruleName = (index: number): string => `RULE${index}`

/** An entry of the ledger, to be added to what it has. */
const entry = (key: string, value: string): string => `,${harmless(JSON.stringify(key))}:${value}`
export const done = (key: string): string => entry(key, 'true')
export const refused = (key: string, reason: ImpossibleReason | 'portalFailed' | 'mailFailed' | 'mailUnconfirmed'): string => entry(key, JSON.stringify(reason))

export const ledgerWith = (entries: string): Record<string, string> => ({ LEDGER: `${variable('LEDGER')}${entries}` })

/** The ledger as it is now, on the answer: whoever takes over from here sees what has been done. The variable lacks only its last brace. */
export function saveLedger({ a, field }: Frame): Activity {
  return a.setFields('Ledger', { [field('FB_LEDGER')]: `${variable('LEDGER')}}` })
}

interface PlacedEffect<K extends RuleEffect['kind'] = RuleEffect['kind']> {
  effect: RuleEffect & { kind: K }
  rule: number
  index: number
  /** `<rule>.<index>` */
  at: string
}

function effectsOf<K extends RuleEffect['kind']>(plan: Plan, kind: K): PlacedEffect<K>[] {
  return plan.rules.flatMap(({ id, effects }, rule) => effects.flatMap((effect, index): PlacedEffect<K>[] =>
    effect.kind === kind ? [{ effect: effect as RuleEffect & { kind: K }, rule, index, at: `${id}.${index}` }] : []))
}

/** Any of the rules holds, and an effect of this kind may happen with an answer of this flag. */
function may(kind: RuleEffect['kind'], rules: readonly number[], also: readonly Test[] = []): Condition {
  const flags = NOTED.filter(flag => ALLOWED[flag].has(kind))
  return rules.flatMap(rule => [lacksVar('FLAG'), ...flags.map(flag => isVar('FLAG', flag))].map(flag => [isVar(ruleName(rule), 'Y'), flag, ...also]))
}

/** Sets a variable for each rule that holds; nothing for one that cannot (no group ticked, no such value on the scale). */
export function ruleActivities({ frame, survey, content }: Branch): Activity[] {
  const { a } = frame
  return survey.plan.rules.flatMap(({ when, id }, index) => {
    const parts = conditionParts(when, content)
    if (parts.some(part => part.length === 0)) return []
    return parts.reduceRight((inner, part) => [a.when(id, part, inner)], [a.set(id, { [ruleName(index)]: 'Y' })])
  })
}

/** All of them must hold; each is a list of which one must. Scores, groups, channels and pipelines are compared as texts: 0 is not "empty". */
function conditionParts(when: RuleCondition, content: SurveyContent): Condition[] {
  const headline = headlineQuestion(content)
  const { value } = when
  return [
    ...when.groups ? [isOneOf('GROUP', when.groups)] : [],
    ...value ? [isOneOf('HEAD', headline ? scaleValues(headline).filter(one => one >= value.from && one <= value.to).map(one => `v${one}`) : [])] : [],
    ...when.channels ? [isOneOf('CHANNEL', when.channels.map(harmlessValue))] : [],
    ...when.pipelines ? [isOneOf('PIPELINE', when.pipelines.map(pipeline => `p${pipeline}`))] : [],
    ...when.sumFrom === undefined ? [] : [[[hasVar('DEAL_ID'), test('Variable', 'MONEY', '>=', String(when.sumFrom))]]]
  ]
}

/** What the rules ask for and this kind of answer does not get. */
export function refusalActivities({ frame: { a }, survey: { plan } }: Branch): Activity[] {
  return plan.rules.flatMap(({ id, effects }, rule) => NOTED.flatMap(flag => {
    const entries = effects.flatMap(({ kind }, index) => ALLOWED[flag].has(kind) ? [] : [refused(`${kind}:${id}.${index}`, flag)])
    return entries.length > 0 ? [a.when(`${id}: ${flag}`, [[isVar(ruleName(rule), 'Y'), isVar('FLAG', flag)]], [a.set(flag, ledgerWith(entries.join('')))])] : []
  }))
}

/** Marks for the helpers: which fields of the cards they set. The first rule that asks for a field wins. */
export function settingActivities({ frame, survey }: Branch): Activity[] {
  const { a, facts } = frame
  const settings = effectsOf(survey.plan, 'setField')
  const keys = [...new Set(settings.map(({ effect }) => `${effect.card}.${effect.field}`))]
  return keys.map(key => {
    const asking = settings.filter(({ effect }) => `${effect.card}.${effect.field}` === key)
    const card = asking[0]!.effect.card
    const ledgerKey = `setField:${key}`
    const [id, marks] = [CARD_ID[card], CARD_SET[card]]
    return a.choice(ledgerKey, [
      { title: 'No card', condition: may('setField', asking.map(({ rule }) => rule), [lacksVar(id)]), then: [a.set('No card', ledgerWith(refused(ledgerKey, 'noCard')))] },
      ...asking.map(({ effect, rule, index }) => {
        const setting = settingOf(survey, rule, index, effect, facts)
        return {
          title: survey.plan.rules[rule]!.id,
          condition: may('setField', [rule]),
          then: [setting
            ? a.set(setting.mark, { ...ledgerWith(done(ledgerKey)), [marks]: `${variable(marks)}${setting.mark}` })
            : a.set('No such field', ledgerWith(refused(ledgerKey, 'fieldMissing')))]
        }
      })
    ])
  })
}

export const CARD_ID = { deal: 'DEAL_ID', contact: 'CONTACT_ID', company: 'COMPANY_ID' } as const
export const CARD_SET = { deal: 'SET_DEAL', contact: 'SET_CONTACT', company: 'SET_COMPANY' } as const satisfies Record<typeof CARDS[number], string>

/** Where the deal is moved to; the first rule that can do it wins. */
export function stageActivities({ frame: { a, facts }, survey: { plan } }: Branch): Activity[] {
  return effectsOf(plan, 'dealStage').map(({ effect: { stage }, rule, at }) => {
    const pipelines = Object.entries(facts.dealStages).filter(([, stages]) => stages.includes(stage)).map(([id]) => `p${id}`)
    const no = (reason: ImpossibleReason): Activity[] => [a.set(reason, ledgerWith(refused(`dealStage:${at}`, reason)))]
    const move = a.when('First', [[lacksVar('MOVE')]], [a.set('Move', { MOVE: harmlessValue(stage), ...ledgerWith(done('dealStage')) })])
    return a.when(`Stage: ${at}`, may('dealStage', [rule]), [a.choice('Can it?', [
      { title: 'No deal', condition: [[lacksVar('DEAL_ID')]], then: no('noCard') },
      { title: 'There already', condition: [[isVar('STAGE', harmlessValue(stage))]], then: no('stageAlready') },
      ...pipelines.length > 0 ? [{ title: 'It can', condition: isOneOf('PIPELINE', pipelines), then: [move] }] : []
    ], no('stageMissing'))])
  })
}

/** Text of the comment, for the helper on the deal. */
export function commentActivities({ frame: { a, texts }, survey: { plan }, content }: Branch): Activity[] {
  const rules = [...new Set(effectsOf(plan, 'comment').map(({ rule }) => rule))]
  if (rules.length === 0) return []
  return [a.when('Comment', may('comment', rules), [a.when('Deal', [[hasVar('DEAL_ID')]], [
    a.set('Comment', { COMMENT: `${runningText(texts.comment, { survey: content.name })}${variable('SAID')}\n${variable('CARD_LINK')}`, ...ledgerWith(done('comment')) })
  ], [a.set('No deal', ledgerWith(refused('comment', 'noCard')))])])]
}

/** Notices: to each person once, whoever he is and however many rules name him. */
export function noticeActivities(branch: Branch): Activity[] {
  const { frame, survey: { plan } } = branch
  const notices = effectsOf(plan, 'notify')
  const recipients = [...new Map(notices.flatMap(({ effect }) => effect.whom).map(whom => [nameOf(whom), whom])).values()]
  if (recipients.length === 0) return []
  return [
    ...recipients.map(whom => {
      const rules = [...new Set(notices.filter(({ effect }) => effect.whom.some(one => nameOf(one) === nameOf(whom))).map(({ rule }) => rule))]
      return frame.a.when(`Notice: ${nameOf(whom)}`, may('notify', rules), noticeTo(branch, whom))
    }),
    saveLedger(frame)
  ]
}

const nameOf = (whom: Recipient): string => typeof whom === 'object' ? String(whom.user) : whom

/** Opens the answer in the app. */
export const answerLink = ({ facts }: Frame): string => `/marketplace/view/${encodeURIComponent(facts.appCode)}/?params%5Banswer%5D=${doc('ID')}`

function noticeTo({ frame, content }: Branch, whom: Recipient): Activity[] {
  const { a, facts, texts } = frame
  const notice = runningText(texts.notice, { survey: content.name, link: answerLink(frame) })
  const person = personOf(whom)
  const tell = a.when('Not told yet', [[test('Variable', 'TOLD', '!contain', `,${person},`)]], [
    a.notify(`Notice: ${nameOf(whom)}`, `user_${facts.dutyId}`, `user_${person}`, notice),
    a.set('Told', { TOLD: `${variable('TOLD')},${person},`, ...ledgerWith(`,"notify:${person}":true`) }),
    // at once: nobody can look a notification up
    saveLedger(frame)
  ])
  if (whom === 'owner') return [tell]
  if (whom === 'supervisor') {
    return [a.when('There is one', [[hasVar('SUPERVISOR')]], [tell], [a.set('Nobody above', ledgerWith(refused('notify:supervisor', 'noSupervisor')))])]
  }
  const found = a.activePerson(`Person ${whom.user}`, `user_${whom.user}`, variable('NOTHING'))
  return [found, a.when('Works here', [[test(found.Name, 'GetUser', '!empty')]], [tell], [a.set('Works here no more', ledgerWith(refused(`notify:${whom.user}`, 'dismissed')))])]
}

const personOf = (whom: Recipient): string => typeof whom === 'object' ? String(whom.user) : variable(whom === 'owner' ? 'OWNER' : 'SUPERVISOR')

/** Title of a task that is given, and whose it is. */
const taskNames = (index: number): { title: string, whose: string } => ({ title: `TASK${index}`, whose: `TASK${index}_FOR` })

/** Variables of the tasks of the plan that has most of them. */
export function taskVariables(plans: readonly Plan[]): string[] {
  const most = Math.max(0, ...plans.map(plan => effectsOf(plan, 'task').length))
  return Array.from({ length: most }, (_, index) => Object.values(taskNames(index))).flat()
}

/**
 * Tasks, each as its rule describes it, on behalf of the owner's supervisor unless the rule says otherwise; then `rest`; and when all tasks have
 * been completed, the case is closed. The process waits for its tasks beside everything else: nothing that happens with an answer waits with it.
 */
export function taskActivities(branch: Branch, rest: Activity[]): Activity[] {
  const { frame, survey: { plan } } = branch
  const { a } = frame
  const tasks = effectsOf(plan, 'task')
  const prepared = tasks.map(({ effect, rule, at }, index) => a.when(`Task: ${at}`, may('task', [rule]), prepareTask(branch, effect, index)))
  const given = [
    ...tasks.map(({ effect, at }, index) => ({ at, name: taskNames(index).title, task: taskFor(branch, effect, index, at) })),
    { at: 'callBack', name: CALL_BACK, task: callBackTask(branch) }
  ]
  const noted = given.map(({ at, name, task }) => a.when(`Task: ${at}`, [[hasVar(name)]], [
    a.when('Given', [[test(task.Name, 'TaskId', '!empty')]],
      [a.set('Given', ledgerWith(entry(`task:${at}`, ref(task.Name, 'TaskId'))))], [a.set('Not given', ledgerWith(refused(`task:${at}`, 'portalFailed')))])
  ]))
  return [
    ...prepared,
    a.parallel('Tasks', [
      ...given.map(({ at, name, task }) => [a.when(`Task: ${at}`, [[hasVar(name)]], [task])]),
      // As deep as the tasks: they are given before the first of these looks for their ids.
      [a.when('Beside the tasks', [[lacksVar('NOTHING')]], [...noted, saveLedger(frame), ...rest])]
    ]),
    ...closing(frame, given.map(({ task }) => task.Name))
  ]
}

/** As `endedByTasks` has it: all tasks that were given are completed, and nobody has ended the case before. */
function closing(frame: Frame, tasks: readonly string[]): Activity[] {
  const { a, field, store } = frame
  const self = a.find('Answer', store.entityTypeId, [
    { field: 'ID', operator: '=', value: doc('ID') },
    { field: 'CATEGORY_ID', operator: '=', value: String(store.answerCategoryId) }
  ], [{ field: 'ID', type: 'int' }, { field: 'STAGE_ID', type: 'string' }])
  const { answerStages: { closed, new: unhandled, no_contact: noContact, set_aside: setAside } } = store
  const goesOn = [closed, unhandled, noContact, setAside].map(stage => test(self.Name, 'STAGE_ID', '!=', stage))
  return [
    ...tasks.flatMap(name => [
      a.when('Given', [[test(name, 'TaskId', '!empty')]], [a.set('Given', { CASE: 'Y' })]),
      a.when('Deleted', [[test(name, 'TaskId', '!empty'), test(name, 'ClosedDate', 'empty')]], [a.set('Deleted', { CASE_OPEN: 'Y' })])
    ]),
    a.when('All done', [[isVar('CASE', 'Y'), lacksVar('CASE_OPEN'), lacksVar('FLAG')]], whileCurrent(frame, [
      self,
      a.when('Case goes on', [[test(self.Name, 'STAGE_ID', '!empty'), ...goesOn]], [
        a.setFields('Closed', { STAGE_ID: closed, [field('FB_DONE_AT')]: NOW })
      ])
    ]))
  ]
}

function prepareTask({ frame: { a, texts }, content }: Branch, spec: TaskRule, index: number): Activity[] {
  const wanted = spec.responsible ?? 'owner'
  const people: Activity[] = [a.set('Responsible', { RESPONSIBLE: variable('OWNER') })]
  if (wanted === 'supervisor') people.push(a.set('Responsible', { RESPONSIBLE: variable('BOSS') }))
  if (typeof wanted === 'object') {
    const found = a.activePerson(`Person ${wanted.user}`, `user_${wanted.user}`, variable('NOTHING'))
    people.push(found, a.when('Works here', [[test(found.Name, 'GetUser', '!empty')]], [a.set('Responsible', { RESPONSIBLE: String(wanted.user) })]))
  }
  const words = { survey: content.name }
  const title = runningText(oneLine(spec.title), words) || runningText(texts.taskLead, words)
  const names = taskNames(index)
  return [
    ...people,
    a.set('Title', { TASK_TITLE: wholeValue(`${title}${variable('FLAG_TEXT')}`) }),
    a.set('Not too long', { [names.title]: calc(shortened(variable('TASK_TITLE'), TITLE_LIMIT)), [names.whose]: variable('RESPONSIBLE') })
  ]
}

function taskFor({ frame: { a, texts }, content }: Branch, spec: TaskRule, index: number, at: string): Activity {
  const words = { survey: content.name }
  const names = taskNames(index)
  return a.task(`Task: ${at}`, {
    title: variable(names.title),
    creator: `user_${variable((spec.onBehalfOfSupervisor ?? true) ? 'BOSS' : 'OWNER')}`,
    responsible: `user_${variable(names.whose)}`,
    description: `${runningText(texts.taskLead, words)}${variable('GAP')}${variable('SAID')}\n\n${variable('CARD_LINK')}`,
    deadline: calc(`dateadd(${NOW},"${Math.round(spec.deadlineHours * 60)}i")`),
    links: variable('LINKS'),
    checklist: spec.checklist.map(item => wholeValue(runningText(cutText(oneLine(item), TITLE_LIMIT), words))).filter(item => item !== '').slice(0, MAX_CHECKLIST)
  })
}

/** Holds the title of the task to call a client back, when there is one to be given. */
export const CALL_BACK = 'CALL_BACK'

/** Always the owner's, on behalf of his supervisor. */
function callBackTask({ frame: { a, texts }, survey: { plan }, content }: Branch): Activity {
  return a.task('Call back', {
    title: variable(CALL_BACK),
    creator: `user_${variable('BOSS')}`,
    responsible: `user_${variable('OWNER')}`,
    description: `${runningText(callBackText('description', texts, false), { survey: content.name })}\n\n${variable('CARD_LINK')}`,
    deadline: calc(`dateadd(${NOW},"${Math.round(callBackHours(plan) * 60)}i")`),
    links: variable('LINKS'),
    checklist: []
  })
}

/** Follow-ups and offers: the last thing that may leave the company. */
export function mailActivities(branch: Branch): Activity[] {
  const { frame: { a }, survey: { plan } } = branch
  const mails = effectsOf(plan, 'mail')
  if (mails.length === 0) return []
  const info = a.personInfo('Owner', `user_${variable('OWNER')}`)
  const anyRule = mails.map(({ rule }) => rule)
  return [a.when('Mails', may('mail', anyRule), [
    info,
    a.set('Sender', {
      OWNER_NAME: calc(`trim(${ref(info.Name, 'USER_NAME')}&" "&${ref(info.Name, 'USER_LAST_NAME')})`), OWNER_EMAIL: ref(info.Name, 'USER_EMAIL')
    }),
    a.set('Names', { OWNER_HTML: calc(htmlOf(variable('OWNER_NAME'))), CLIENT_HTML: calc(htmlOf(variable('CLIENT'))) }),
    a.when('Own address', [[hasVar('OWNER_EMAIL')]], [a.set('From', { FROM: `${variable('OWNER_NAME')} <${variable('OWNER_EMAIL')}>` })]),
    ...mails.map(({ effect, rule, at }) => a.when(`Mail: ${at}`, may('mail', [rule]), mailTo(branch, effect, at)))
  ])]
}

const NO_CLIENT: Condition = [[lacksVar('CONTACT_ID'), lacksVar('COMPANY_ID')]]

function mailTo({ frame, content }: Branch, mail: MailRule, at: string): Activity[] {
  const { a } = frame
  const key = `mail:${at}`
  const no = (reason: ImpossibleReason): Activity[] => [a.set(reason, ledgerWith(refused(key, reason)))]
  const langs = content.langs.length > 0 ? content.langs : [content.defaultLang]
  const sends = (lang: string): Activity[] => {
    const withScore = mailText(content, mail, lang, true)
    if (withScore === null) return no('noText')
    const headline = headlineQuestion(content)
    const send = ({ subject, html }: { subject: string, html: string }): Activity[] => [
      a.set('Subject', { SUBJECT: wholeValue(subject), ...ledgerWith(refused(key, 'mailUnconfirmed')) }),
      a.set('Not too long', { SUBJECT: calc(shortened(variable('SUBJECT'), SUBJECT_LIMIT)) }),
      // Before it leaves: of a process that ends here nobody knows whether it did, and a customer must not get it twice. What is noted later counts.
      saveLedger(frame),
      a.mail(`Mail: ${at} ${lang}`, variable('SUBJECT'), html, variable('FROM'))
    ]
    const withoutScore = mailText(content, mail, lang, false)
    return [
      ...headline && withoutScore && withoutScore.html !== withScore.html
        ? [a.when('Score', [[isVar('HEAD', 'none')]], send(withoutScore), send(withScore))]
        : send(headline ? withScore : withoutScore ?? withScore),
      a.when('Taken', [[test('Document', 'COMMUNICATIONS.LAST_EMAIL_DATE', '!empty')]],
        [a.set('Sent', ledgerWith(done(key)))], [a.set('Not taken', ledgerWith(refused(key, 'mailFailed')))]),
      saveLedger(frame)
    ]
  }
  const others = langs.filter(lang => lang !== content.defaultLang)
  const send = others.length === 0
    ? sends(content.defaultLang)
    : [a.choice('Language', others.map(lang => ({ title: lang, condition: [[isVar('LANG', lang)]], then: sends(lang) })), sends(content.defaultLang))]
  return [a.choice('Can it?', [
    { title: 'No client', condition: NO_CLIENT, then: no('noCard') },
    { title: 'Wants none', condition: isOneOf('OPT_OUT', ['Y', '1', 'true']), then: no('optedOut') },
    { title: 'No address', condition: [[lacksVar('EMAIL')]], then: no('noAddress') }
  ], send)]
}

const SUBJECT_LIMIT = 200

/** @returns null when nobody wrote it */
function mailText(content: SurveyContent, mail: MailRule, lang: string, hasScore: boolean): { subject: string, html: string } | null {
  const headline = headlineQuestion(content)
  const score = headline && hasScore ? `${variable('VALUE')}/${scaleRange(headline).max}` : ''
  const filled = (text: MailRule['subject'], client: string, responsible: string, company: string): string =>
    fillPlaceholders(harmless(textIn(text, lang, content.defaultLang)), { client, responsible, company: harmless(company), score }).trim()
  const body = filled(mail.body, variable('CLIENT_HTML'), variable('OWNER_HTML'), content.company)
  const subject = oneLine(filled(mail.subject, variable('CLIENT'), variable('OWNER_NAME'), content.company)) || harmless(oneLine(content.company))
  if (body === '' || subject === '') return null
  return { subject, html: `<div lang="${tagOf(lang)}" dir="${directionOf(lang)}">${textToHtml(body)}</div>` }
}

/** The answer becomes somebody's when everything else is done. The first rule that can do it wins. */
export function responsibleActivities({ frame: { a }, survey: { plan } }: Branch): Activity[] {
  return effectsOf(plan, 'handOver').map(({ effect: { user }, rule, at }) => {
    const found = a.activePerson(`Person ${user}`, `user_${user}`, variable('NOTHING'))
    return a.when(`Responsible: ${at}`, may('handOver', [rule]), [found, a.when('Works here', [[test(found.Name, 'GetUser', '!empty')]], [
      a.when('First', [[lacksVar('HANDED')]], [
        a.setFields('Responsible', { ASSIGNED_BY_ID: `user_${user}` }),
        a.set('Handed over', { HANDED: 'Y', ...ledgerWith(done('responsible')) })
      ])
    ], [a.set('Works here no more', ledgerWith(refused(`responsible:${at}`, 'dismissed')))])])
  })
}

/** The supervisor of the owner. */
export function supervisorActivities({ frame: { a } }: Branch): Activity[] {
  const boss = a.set('Nobody above', { BOSS: variable('OWNER') })
  const above = a.supervisor('Supervisor', `user_${variable('OWNER')}`)
  return [
    above,
    a.set('Supervisor', { SUPERVISOR: calc(userNumber(ref(above.Name, 'GetUser'))) }),
    a.when('Himself', [[isVar('SUPERVISOR', variable('OWNER'))]], [a.set('Nobody', { SUPERVISOR: variable('NOTHING') })]),
    a.when('Anybody', [[hasVar('SUPERVISOR')]], [a.set('Supervisor', { BOSS: variable('SUPERVISOR') })], [boss])
  ]
}

/** Words of the flag, for grades and titles. */
export function flagWords({ frame: { texts } }: Branch, flag: AnswerFlag): Record<string, string> {
  const words = own(fillText(texts.flags[flag], {}))
  return { FLAG: flag, FLAG_TEXT: ` ${words}`, GRADE: `${variable('GRADE')} ${words}` }
}
