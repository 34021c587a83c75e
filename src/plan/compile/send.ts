import { MANY_DAYS, MANY_START } from '@/plan/model/many-mark'
import { fillText } from '@/plan/model/texts'
import { cardPath } from '@/portal/record-store'
import type { SurveyContent } from '@/survey/model/survey'
import { COMPANY, CONTACT } from '@/portal/fields'
import { documentTypeOf, hasVar, isDoc, isVar, lacksVar, test, type Activity, type Condition } from './activity'
import { WANTS_NO_MAIL } from './codes'
import { calc, customerWords, doc, harmless, harmlessValue, htmlOf, NOW, quoted, ref, shortened, userNumber, variable } from './expression'
import { openFrame, whileCurrent, type Frame } from './frame'
import {
  ENGINE, MARKS, type CompiledReminder, type CompiledSurvey, type CompileInput, type InvitationMail, type InvitationText, type TemplateIds
} from './input'
import {
  consentFields, consentOf, FIRM_WANTS_NO_MAIL, firmFrom, firmRests, noteUntil, PAUSE_VARIABLES, PAUSES, restAfterwards, whyWith
} from './pauses'
import type { Template } from './template'
import { own } from './words'

const VARIABLES = [
  'CONTACT_ID', 'COMPANY_ID', 'CLIENT', 'CLIENT_SAFE', 'CLIENT_HTML', 'EMAIL', 'PHONE', 'DEAL_TITLE', 'DEAL_HTML',
  'OPT_OUT', 'MINUTES', 'ASKED', 'ASKER', 'ASKER_HTML', 'ASKER_EMAIL', 'FROM', 'EXPIRES', 'TOKEN', 'SUBJECT', 'MAIL_BEFORE', 'STATE', 'REMINDED'
] as const

/** For this long after its creation an invitation can be cancelled: the portal's shortest pause. */
const CANCEL_WINDOW_MINUTES = 1

/** T1: sends an invitation that is to be sent, reminds, and closes it when its time is over. Started by every new record of the type, and by T3. */
export function sendTemplate(input: CompileInput, ids: TemplateIds): Template {
  const frame = openFrame(input, ids)
  const { a, engine, field, store, surveys } = frame
  const own = isDoc('CATEGORY_ID', String(store.invitationCategoryId))
  // the deal has left the stage, see the stage rule of T3
  const forget = { title: 'Forget the stage', condition: [[own, test('Template', 'FORGET', '!empty')]], then: [a.setFields('Forget', { [field('FB_STAGE')]: '' })] }
  // the client wants no more mail, see the handling
  const halt = { title: 'Stop', condition: [[own, test('Template', 'STOP', '!empty')]], then: [stop(frame, 'cancelled', 'optedOut')] }
  const toSend: Condition = [[own, isDoc(field('FB_STATE'), 'to_send'), isDoc(field('FB_BY'), ENGINE)]]
  const known = surveys.filter(({ form, versions }) => form !== null && versions.length > 0)
  const unknown = [stop(frame, 'failed', 'surveyUnreadable')]
  const branches = known.map(survey => ({ title: survey.id, condition: [[isDoc(field('FB_SURVEY'), survey.id)]], then: surveyActivities(frame, survey) }))
  return {
    name: engine.names.send,
    description: engine.descriptions.send,
    document: documentTypeOf(store.entityTypeId),
    autoExecute: '1',
    parameters: Object.fromEntries(['FORGET', 'STOP'].map(name => [name, { title: name, type: 'string' as const, default: '' }])),
    variables: { ...Object.fromEntries(VARIABLES.map(name => [name, { type: 'string' as const }])), ...PAUSE_VARIABLES },
    root: a.root(engine.names.send, [a.choice('Whose?', [forget, halt, { title: 'To send', condition: toSend, then: [
      ...wait(frame),
      ...whileCurrent(frame, whileState(frame, ['to_send'], firstOfPerson(frame, branches.length > 0 ? [a.choice('Survey', branches, unknown)] : unknown)))
    ] }])])
  }
}

/** The cancel window; one of many that are spread over days waits for its own, so many days after it was written, at the same hour. */
function wait({ a, field }: Frame): Activity[] {
  const mark = doc(field('FB_LEDGER'))
  const days = `if(substr(${mark},0,${MANY_START.length})=${quoted(MANY_START)},intval(substr(${mark},${MANY_DAYS.from},${MANY_DAYS.length})),0)`
  return [
    a.set('Minutes', { MINUTES: calc(`${days}*1440+${CANCEL_WINDOW_MINUTES}`) }),
    a.wait('Cancel window', variable('MINUTES'), 'm')
  ]
}

/** After a pause: the record as it is now, not as it was when the process began. What the app has taken over is the app's. */
function whileState({ a, field, store }: Frame, states: readonly string[], children: Activity[] | ((self: string) => Activity[])): Activity[] {
  const self = a.find('Invitation now', store.entityTypeId, [
    { field: 'ID', operator: '=', value: doc('ID') }, { field: field('FB_TOKEN'), operator: '=', value: doc(field('FB_TOKEN')) }
  ], [
    { field: 'ID', type: 'int' }, { field: 'STAGE_ID', type: 'string' }, { field: field('FB_STATE'), type: 'string' }, { field: field('FB_BY'), type: 'string' },
    { field: field('FB_REMINDERS'), type: 'int' }
  ])
  return [self, a.when('Still so', states.map(state => [
    test(self.Name, field('FB_STATE'), '=', state), test(self.Name, 'STAGE_ID', '=', store.invitationStages.open), test(self.Name, field('FB_BY'), '=', ENGINE)
  ]), typeof children === 'function' ? children(self.Name) : children)]
}

/**
 * Of two that ask the same person in the same moment the lower id wins. The app looks for it too, and a person then reads who was first;
 * but its page may be closed right behind the writing, and processes that start this one do not look.
 */
function firstOfPerson({ a, field, store }: Frame, children: Activity[]): Activity[] {
  const before = (title: string, person: readonly { field: string, operator: '=' | 'empty', value: string }[]): Activity => a.find(title, store.entityTypeId, [
    { field: 'CATEGORY_ID', operator: '=', value: String(store.invitationCategoryId) },
    { field: 'STAGE_ID', operator: '=', value: store.invitationStages.open },
    { field: 'ID', operator: '<', value: doc('ID') },
    { field: field('FB_BY'), operator: '=', value: ENGINE },
    { field: field('FB_EXPIRES_AT'), operator: '>', value: NOW },
    ...person
  ], [{ field: 'ID', type: 'int' }])
  const contact = before('Earlier invitation of the contact', [{ field: 'CONTACT_ID', operator: '=', value: doc('CONTACT_ID') }])
  const company = before('Earlier invitation of the company', [
    { field: 'COMPANY_ID', operator: '=', value: doc('COMPANY_ID') }, { field: 'CONTACT_ID', operator: 'empty', value: '' }
  ])
  const second = (found: Activity) => ({
    title: found.Properties.Title as string, condition: [[test(found.Name, 'ID', '!empty')]], then: [stop({ a, field, store }, 'cancelled', `duplicate of ${ref(found.Name, 'ID')}`)]
  })
  return [
    a.when('Person', [[test('Document', 'CONTACT_ID', '!empty')]], [contact], [a.when('Company', [[test('Document', 'COMPANY_ID', '!empty')]], [company])]),
    a.choice('First?', [second(contact), second(company)], children)
  ]
}

function surveyActivities(frame: Frame, survey: CompiledSurvey): Activity[] {
  const { a, field } = frame
  const content = survey.versions[0]!.content
  const channel = (value: string): Condition => [[isDoc(field('FB_CHANNEL'), value)]]
  const byChannel = a.choice('Channel', [
    // Its mail is for the colleague who tries the survey out; a process can only write to the client.
    { title: 'test', condition: [[isDoc(field('FB_FLAG'), 'test')]], then: [stop(frame, 'failed', 'channel')] },
    { title: 'email', condition: channel('email'), then: throughMail(frame, survey, content) },
    { title: 'sms', condition: channel('sms'), then: throughSms(frame, survey, content) }
  ], failed(frame, content, 'channel'))
  return [
    a.when('No end yet', [[test('Document', field('FB_EXPIRES_AT'), 'empty')]], [
      a.setFields('End', { [field('FB_EXPIRES_AT')]: calc(`dateadd(${NOW},"${content.expiresAfterDays}d")`) })
    ]),
    ...people(frame),
    a.set('Link', {
      EXPIRES: calc(`date("U",${doc(field('FB_EXPIRES_AT'))})`),
      TOKEN: doc(field('FB_TOKEN'))
    }),
    ...firmRests(frame, content, true),
    a.choice('May we ask?', PAUSES.map(({ why, until, condition }) => ({
      title: why,
      // a reason that somebody wrote overrides a pause, never a wish
      condition: until === null ? condition : condition.map(group => [...group, test('Document', field('FB_WHY'), 'empty')]),
      then: [...until === null ? [] : [noteUntil(frame, until)], ...notSent(frame, content, 'skipped', why, until)]
    })), [
      byChannel,
      a.when('Sent', [[isVar('STATE', 'sent')]], afterwards(frame, survey))
    ])
  ]
}

/** Client, deal and who asked, as far as the texts need them. */
function people(frame: Frame): Activity[] {
  const { a, field, store } = frame
  const deal = a.card('Deal', 'DEAL', doc(field('FB_DEAL')), ['ID', 'TITLE'], documentTypeOf(store.entityTypeId))
  const info = a.personInfo('Who asked', `user_${variable('ASKED')}`)
  return [
    deal,
    a.when('Deal', [[test(deal.Name, 'ID', '!empty')]], [
      a.set('Deal', { DEAL_TITLE: ref(deal.Name, 'TITLE'), DEAL_HTML: calc(htmlOf(ref(deal.Name, 'TITLE'))) })
    ]),
    ...client(frame),
    a.set('Who asked', {
      ASKED: calc(userNumber(doc(field('FB_ASKED_BY')))), CLIENT_HTML: calc(htmlOf(variable('CLIENT'))), CLIENT_SAFE: calc(customerWords(variable('CLIENT')))
    }),
    a.when('Who asked', [[hasVar('ASKED')]], [
      info,
      a.set('Sender', { ASKER: calc(`trim(${ref(info.Name, 'USER_NAME')}&" "&${ref(info.Name, 'USER_LAST_NAME')})`), ASKER_EMAIL: ref(info.Name, 'USER_EMAIL') }),
      a.set('Sender', { ASKER_HTML: calc(htmlOf(variable('ASKER'))) }),
      a.when('Own address', [[hasVar('ASKER_EMAIL')]], [a.set('From', { FROM: `${variable('ASKER')} <${variable('ASKER_EMAIL')}>` })])
    ])
  ]
}

/** Who is asked, with the addresses and wishes of this moment: before a reminder they are read anew. */
function client(frame: Frame): Activity[] {
  const { a, store } = frame
  const document = documentTypeOf(store.entityTypeId)
  const contact = a.card('Contact', 'CONTACT', doc('CONTACT_ID'), ['ID', 'NAME', 'LAST_NAME', 'EMAIL', 'PHONE', ...consentFields(CONTACT)], document)
  const company = a.card('Company', 'COMPANY', doc('COMPANY_ID'), ['ID', 'TITLE', 'EMAIL', 'PHONE', ...consentFields(COMPANY)], document)
  return [
    contact,
    company,
    a.when('Contact', [[test(contact.Name, 'ID', '!empty')]], [a.set('Contact', {
      CONTACT_ID: ref(contact.Name, 'ID'), CLIENT: calc(`trim(${ref(contact.Name, 'NAME')}&" "&${ref(contact.Name, 'LAST_NAME')})`),
      EMAIL: ref(contact.Name, 'EMAIL'), PHONE: ref(contact.Name, 'PHONE'), ...consentOf(contact, CONTACT)
    })], [
      a.when('Company', [[test(company.Name, 'ID', '!empty')]], [a.set('Company', {
        COMPANY_ID: ref(company.Name, 'ID'), CLIENT: ref(company.Name, 'TITLE'),
        EMAIL: ref(company.Name, 'EMAIL'), PHONE: ref(company.Name, 'PHONE'), ...consentOf(company, COMPANY)
      })])
    ]),
    a.when('With a company', [[test(company.Name, 'ID', '!empty')]], [firmFrom(frame, company)])
  ]
}

/** Words with references where the marks stand. @param html names are escaped */
function filled(text: string, html = false): string {
  const values: Record<string, string> = {
    [MARKS.client]: variable(html ? 'CLIENT_HTML' : 'CLIENT'), [MARKS.deal]: variable(html ? 'DEAL_HTML' : 'DEAL_TITLE'),
    [MARKS.responsible]: variable(html ? 'ASKER_HTML' : 'ASKER'), [MARKS.invitation]: doc('ID'), [MARKS.token]: variable('TOKEN'),
    [String(MARKS.expires)]: variable('EXPIRES')
  }
  return Object.entries(values).reduce((words, [mark, value]) => words.replaceAll(mark, value), harmlessValue(text))
}

/** Noted before anything goes out: which version of the survey it is, whatever was the newest when somebody asked. */
const sending = ({ a, field }: Frame, { versions }: CompiledSurvey): Activity =>
  a.setFields('Sending', { [field('FB_STATE')]: 'sending', [field('FB_VERSION')]: String(versions[0]!.version) })

function throughMail(frame: Frame, survey: CompiledSurvey, content: SurveyContent): Activity[] {
  const { a } = frame
  return [a.when('Address', [[hasVar('EMAIL')]], [
    sending(frame, survey),
    ...mail(frame, survey.mails, content, sent(frame, content), failed(frame, content, 'mailFailed'))
  ], failed(frame, content, 'noEmail'))]
}

const LAST_MAIL = 'COMMUNICATIONS.LAST_EMAIL_DATE'

/** The portal does not say whether it took a mail; the date of the record's last one does. */
function mail(
  { a, field }: Frame, mails: readonly InvitationMail[], { defaultLang, mail: { from } }: SurveyContent, taken: Activity[], refused: Activity[]
): Activity[] {
  const send = ({ lang, subject, html }: InvitationMail): Activity[] => [
    a.set('Subject', { SUBJECT: filled(subject), MAIL_BEFORE: doc(LAST_MAIL) }),
    a.set('Not too long', { SUBJECT: calc(shortened(variable('SUBJECT'), 200)) }),
    a.mail(`Mail: ${lang}`, variable('SUBJECT'), filled(html, true), from ? harmlessValue(from) : variable('FROM'))
  ]
  return [
    ...inLanguage({ a, field }, mails, defaultLang, send),
    a.when('Taken', [
      [lacksVar('MAIL_BEFORE'), test('Document', LAST_MAIL, '!empty')],
      [hasVar('MAIL_BEFORE'), test('Document', LAST_MAIL, '!=', variable('MAIL_BEFORE'))]
    ], taken, refused)
  ]
}

/** Does it in the language of the invitation, where there is one of these in it. */
function inLanguage<T extends { lang: string }>({ a, field }: Pick<Frame, 'a' | 'field'>, texts: readonly T[], defaultLang: string, send: (one: T) => Activity[]): Activity[] {
  const usual = texts.find(({ lang }) => lang === defaultLang) ?? texts[0]
  if (!usual) return []
  const others = texts.filter(one => one !== usual)
  return others.length === 0 ? send(usual) : [a.choice('Language', others.map(one => ({
    title: one.lang, condition: [[isDoc(field('FB_LANG'), one.lang)]], then: send(one)
  })), send(usual))]
}

/** A provider that refuses is seen in the list of its messages only: the activity tells nobody. */
const sms = (frame: Frame, texts: readonly InvitationText[], { defaultLang }: SurveyContent): Activity[] =>
  inLanguage(frame, texts, defaultLang, ({ lang, text }) => [frame.a.sms(`SMS: ${lang}`, filled(text))])

function throughSms(frame: Frame, survey: CompiledSurvey, content: SurveyContent): Activity[] {
  const { a } = frame
  return [a.when('Number', [[hasVar('PHONE')]], [
    sending(frame, survey), ...sms(frame, survey.sms, content), ...sent(frame, content)
  ], failed(frame, content, 'noPhone'))]
}

/** The state first: whatever comes behind it may fail, the mail is out. */
function sent(frame: Frame, content: SurveyContent): Activity[] {
  const { a, engine, field } = frame
  return [
    a.setFields('Sent', { [field('FB_STATE')]: 'sent', [field('FB_SENT_AT')]: NOW }),
    a.set('Sent', { STATE: 'sent' }),
    ...inTimeline(frame, engine.requested, content, ''),
    ...restAfterwards(frame, content)
  ]
}

const failed = (frame: Frame, content: SurveyContent, why: Why): Activity[] => notSent(frame, content, 'failed', why, null)

type Why = keyof Frame['engine']['why']

/**
 * Said on the invitation, in the deal and to who asked: nobody believes that the customer has a mail.
 * @param until variable with the date from which it is possible
 */
function notSent(frame: Frame, content: SurveyContent, state: 'failed' | 'skipped', why: Why, until: string | null): Activity[] {
  const { a, engine, facts } = frame
  const reason = fillText(engine.why[why], { until: variable(until ?? 'UNTIL') })
  return [
    stop(frame, state, whyWith(why, until)),
    ...inTimeline(frame, engine.notSent, content, reason),
    a.when('Who asked', [[hasVar('ASKED')]], [
      a.notify('Not sent', `user_${facts.dutyId}`, `user_${variable('ASKED')}`, timelineText(frame, engine.notSent, content, reason))
    ])
  ]
}

function stop({ a, field, store }: Pick<Frame, 'a' | 'field' | 'store'>, state: 'failed' | 'skipped' | 'expired' | 'cancelled', why: string): Activity {
  return a.setFields(state, { [field('FB_STATE')]: state, [field('FB_WHY')]: why, STAGE_ID: store.invitationStages.stopped })
}

function timelineText({ store }: Frame, text: string, content: SurveyContent, why: string): string {
  return fillText(harmless(text), {
    client: variable('CLIENT_SAFE'), survey: own(content.name), why: own(why), link: cardPath(store.entityTypeId, 0).replace('/0/', `/${doc('ID')}/`)
  })
}

function inTimeline(frame: Frame, text: string, content: SurveyContent, why: string): Activity[] {
  const { a, field, ids } = frame
  return [a.when('Deal', [[test('Document', field('FB_DEAL'), '!empty')]], [
    a.start('Comment in the deal', ids.deal ?? 0, `DEAL_${doc(field('FB_DEAL'))}`, { COMMENT: timelineText(frame, text, content, why) })
  ])]
}

/** The reminders, then the end. Each time the invitation and the installation are looked at anew. Pauses are lengths of time, not times of day. */
function afterwards(frame: Frame, survey: CompiledSurvey): Activity[] {
  const { a, field, store } = frame
  const reminders = survey.reminders.flatMap((reminder, index) => {
    const days = reminder.afterDays - (survey.reminders[index - 1]?.afterDays ?? 0)
    const answer = a.find('Answer', store.entityTypeId, [
      { field: field('FB_INVITATION'), operator: '=', value: doc('ID') },
      { field: field('FB_TOKEN'), operator: '=', value: doc(field('FB_TOKEN')) },
      { field: 'CATEGORY_ID', operator: '=', value: String(store.answerCategoryId) }
    ], [{ field: 'ID', type: 'int' }])
    return [
      a.wait(`Reminder ${index + 1}`, days, 'd'),
      ...whileCurrent(frame, whileState(frame, ['sent'], self => {
        const [isUnanswered, isOpen] = [test(answer.Name, 'ID', 'empty'), test('Document', field('FB_EXPIRES_AT'), '>', NOW)]
        // Somebody may have reminded by hand meanwhile: that is counted, and nobody gets this one as well.
        const counted = field('FB_REMINDERS')
        return [answer, a.when('No answer', [
          [isUnanswered, isOpen, test(self, counted, 'empty')], [isUnanswered, isOpen, test(self, counted, '<', String(index + 1))]
        ], remind(frame, survey, reminder))]
      }))
    ]
  })
  return [
    ...reminders,
    a.waitUntil('Until it expires', doc(field('FB_EXPIRES_AT'))),
    ...whileCurrent(frame, whileState(frame, ['sent'], [stop(frame, 'expired', '')]))
  ]
}

/** By its own way, whichever way the invitation went. */
function remind(frame: Frame, survey: CompiledSurvey, { channel, mails, sms: texts }: CompiledReminder): Activity[] {
  const { a, engine, field } = frame
  const content = survey.versions[0]!.content
  const not = (why: Why): Activity[] => inTimeline(frame, engine.notReminded, content, engine.why[why])
  const count = { [field('FB_REMINDERS')]: calc(`intval(${doc(field('FB_REMINDERS'))})+1`) }
  // The mailbox's day is counted by the app: this mail is of today.
  const mailed = [
    a.set('Of today', { REMINDED: calc(`date("Y-m-d",${NOW})`) }),
    a.setFields('Reminded', { ...count, [field('FB_LEDGER')]: `✉${variable('REMINDED')}:${variable('ASKED')}` })
  ]
  const address = channel === 'email'
    ? a.when('Address', [[hasVar('EMAIL')]], mail(frame, mails, content, mailed, not('mailFailed')), not('noEmail'))
    : a.when('Number', [[hasVar('PHONE')]], [...sms(frame, texts, content), a.setFields('Reminded', count)], not('noPhone'))
  return [...client(frame), a.choice('May we remind?', [
    { title: 'Wants no mail', condition: WANTS_NO_MAIL, then: not('optedOut') },
    { title: 'The company wants none', condition: FIRM_WANTS_NO_MAIL, then: not('companyOptedOut') }
  ], [address])]
}
