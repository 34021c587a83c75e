import { isoOf } from '../clock'
import { intOf } from '../rest/handler'
import { COMPANY, CONTACT, DEAL } from '../rest/record-fields'
import { categoriesOf, itemOf, itemsOf, stagesOf } from '../rest/records'
import type { DemoPortal, Item, State } from '../state'
import { seedPast, type Past } from './past'
import { Random } from './random'
import { RecordWriter } from './record-writer'
import { seedSurveys, type Metric, type Scored, type SurveyFacts } from './surveys'
import { CAUSES, COMMENTS, HOSTILE_COMMENTS } from './words'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Twenty-six months: a year, the year it is compared with, and a little before. */
const DAYS = 790

/** Where the installed app keeps its records, found by field codes and stage codes; null when it is not installed. */
interface Found { entityTypeId: number; prefix: string; answerCategoryId: number; invitationCategoryId: number }

function findStore(state: State): Found | null {
  const hasField = (prefix: string): boolean => state.userFields.some(field => field.fieldName === `${prefix}FB_TOKEN`)
  const type = state.types.find(other => hasField(`UF_CRM_${other.id}_`))
  const prefix = type ? `UF_CRM_${type.id}_` : 'UF_CRM_DEAL_'
  if (!hasField(prefix)) return null
  const entityTypeId = type?.entityTypeId ?? DEAL
  const categories = categoriesOf(state, entityTypeId)
  const answers = categories.find(category => stagesOf(state, entityTypeId, category.id).some(stage => /[:_]HIGH$/.test(stage.statusId)))
  const invitations = categories.find(category => category !== answers && /invit|приглаш/i.test(category.name))
    ?? (type ? categories.findLast(category => category !== answers) : undefined)
  return answers && invitations ? { entityTypeId, prefix, answerCategoryId: answers.id, invitationCategoryId: invitations.id } : null
}

type Channel = 'email' | 'sms' | 'chat' | 'phone' | 'link' | 'qr' | 'embed' | 'import'
type Flag = 'test' | 'repeat' | 'unmatched' | 'late' | 'invalid' | 'import'
type Group = 'high' | 'middle' | 'low'

/** Whoever has the address may answer, as often as he likes. */
const SHARED: readonly Channel[] = ['link', 'qr', 'embed']

interface Request {
  token: string; deal: Item; contact: Item; survey: SurveyFacts; channel: Channel; flag: Flag | null
  at: number; answerAt: number | null; number: number; expires: number; invitation?: Item
}

/** Some clients are left in peace, so that there is always somebody to ask: every fifth never, two of five not lately. */
function mayAsk(contactId: number, at: number, now: number): boolean {
  return contactId % 5 !== 0 && (contactId % 5 > 2 || now - at > 130 * DAY)
}

/** A few answers carry a flag: they are kept and set aside. */
function flagOf(number: number): Flag | null {
  const flags: Record<number, Flag> = { 11: 'repeat', 61: 'repeat', 19: 'invalid', 29: 'late', 43: 'unmatched', 53: 'import', 79: 'test' }
  return flags[number / 2 % 97] ?? null
}

function channelOf(random: Random): Channel {
  const dice = random.next()
  return dice < 0.68 ? 'email' : dice < 0.8 ? 'sms' : dice < 0.86 ? 'chat' : dice < 0.9 ? 'phone' : dice < 0.95 ? 'link' : dice < 0.98 ? 'qr' : 'embed'
}

/** Six of ten after a deal; the effort survey had its first version for more than a year. */
function surveyOf(surveys: readonly SurveyFacts[], number: number, age: number): SurveyFacts {
  const [first, service, effortOld, effortNew, stars] = surveys as [SurveyFacts, ...(SurveyFacts | undefined)[]]
  const turn = Math.floor(number / 2) % 20
  const chosen = turn < 12 ? first : turn < 16 ? service : turn < 18 ? (age > 420 * DAY ? effortOld : effortNew) : stars
  return chosen ?? first
}

function planRequests(portal: DemoPortal, random: Random, surveys: readonly SurveyFacts[], past: Past, count: number, own: readonly number[]): Request[] {
  const { state } = portal
  const now = portal.now().getTime()
  const companyDeals = itemsOf(state, DEAL).filter(deal => !own.includes(intOf(deal.fields.CATEGORY_ID)))
  const deals = [...companyDeals, ...past.deletedDeals].map(deal =>
    ({
      deal, contact: itemOf(state, CONTACT, intOf(deal.fields.CONTACT_ID)), made: Date.parse(String(deal.fields.CREATED_TIME)),
      gone: past.deletedDeals.has(deal)
    }))
    .filter((one): one is typeof one & { contact: Item } => one.contact !== undefined)
  const allowed = ({ contact, gone }: typeof deals[number], at: number): boolean => mayAsk(contact.id, at, now) && (!gone || now - at > 120 * DAY)
  const pickDeal = (at: number): typeof deals[number] => {
    for (let turn = 0; turn < 30; turn++) {
      const one = random.pick(deals)
      if (one.made < at && allowed(one, at)) return one
    }
    return random.pick(deals.filter(one => allowed(one, at)))
  }
  const requests: Request[] = []
  for (let number = 0; number < count * 2; number++) {
    // a little more every month
    const day = DAYS * (1 - Math.pow(random.next(), 0.6))
    const at = Math.floor((now - day * DAY) / DAY) * DAY + random.between(4 * 3600, 12 * 3600) * 1000
    const answered = number % 2 === 0
    const usual = at + Math.round((0.1 + 60 * Math.pow(random.next(), 3)) * HOUR)
    const late = at + random.between(31, 40) * DAY
    let flag = answered ? flagOf(number) : null
    if (flag === 'late' && late > now - HOUR) flag = null
    const answerAt = !answered ? null : flag === 'late' ? late : usual
    if (at > now - 3 * HOUR || (answerAt ?? 0) > now - HOUR) {
      number--
      continue
    }
    const { deal, contact } = pickDeal(at)
    const channel = flag === 'import' ? 'import' : channelOf(random)
    requests.push({
      token: random.code(32), deal, contact, at, answerAt, number: requests.length, expires: at + 30 * DAY, survey: surveyOf(surveys, number, now - at), flag,
      // what a link open to everybody brings is never without an answer, and has no flag of an invitation
      channel: SHARED.includes(channel) && (!answered || flag !== null) ? 'email' : channel
    })
  }
  closeBefore(requests)
  return requests
}

/** Nobody has two open invitations: one ends where the next one to the same client begins. */
function closeBefore(requests: readonly Request[]): void {
  const next = new Map<number, number>()
  for (const request of [...requests].sort((a, b) => b.at - a.at)) {
    const answered = request.flag === 'late' ? 0 : request.answerAt ?? 0
    request.expires = Math.max(answered, Math.min(request.expires, next.get(request.contact.id) ?? Infinity))
    next.set(request.contact.id, request.at)
  }
}

/** Promoters grow from one half to nearly six in ten, detractors fall from a fifth to an eighth: NPS about 30 → 45. */
function scoreAt(random: Random, share: number): number {
  const dice = random.next()
  if (dice < 0.51 + 0.07 * share) return random.next() < 0.45 ? 9 : 10
  if (dice > 0.79 + 0.08 * share) return random.pick([0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6])
  return random.next() < 0.4 ? 7 : 8
}

const groupOf = (score: number): Group => score >= 9 ? 'high' : score >= 7 ? 'middle' : 'low'

/** A value of another scale that says about the same as the group. */
function valueOn({ type, points, easyIs }: Scored, score: number, random: Random): number {
  if (type === 'nps') return score
  const group = groupOf(score)
  const middle = (points + 1) / 2
  const steps = group === 'middle' ? 0 : random.between(1, middle - 1)
  return middle + (group === 'high' ? steps : -steps) * (type === 'ces' && easyIs === 'low' ? -1 : 1)
}

/** 0–100, 100 = best. */
function scoreOn({ type, points, easyIs }: Scored, value: number): number {
  if (type === 'nps') return value * 10
  return 100 * (type === 'ces' && easyIs === 'low' ? points - value : value - 1) / (points - 1)
}

const CODES: Record<Metric, string> = { nps: 'FB_NPS', csat: 'FB_CSAT', ces: 'FB_CES', stars: 'FB_STARS' }

/**
 * Fills the store of the installed app with about `count` answers and twice as many invitations of twenty-six months, by the
 * field codes that it finds there. The same portal and the same moment give the same answers; 100,000 take some seconds.
 * @returns number of answers made; 0 when the app is not installed
 */
export function seedAnswers(portal: DemoPortal, count: number): number {
  const { state } = portal
  const found = findStore(state)
  if (!found) return 0
  const random = new Random(4_071_972)
  const surveys = seedSurveys(portal)
  const past = seedPast(portal, found.prefix)
  const own = found.entityTypeId === DEAL ? [found.answerCategoryId, found.invitationCategoryId] : []
  const requests = planRequests(portal, random, surveys, past, count, own)
  const writer = new Writer(portal, found, past, random)
  const events = requests.flatMap(request => [
    ...(isAsked(request) ? [{ at: request.at, run: () => writer.invite(request) }] : []),
    ...(request.answerAt === null ? [] : [{ at: request.answerAt, run: () => writer.answer(request, request.answerAt ?? request.at) }])
  ])
  events.sort((a, b) => a.at - b.at)
  const [first] = events
  if (first) writer.shareLinks(requests, first.at - HOUR)
  for (const event of events) event.run()
  return requests.filter(request => request.answerAt !== null).length
}

/** By an invitation of his own. */
const isAsked = ({ channel }: Request): boolean => !SHARED.includes(channel) && channel !== 'phone' && channel !== 'import'

class Writer {
  private readonly now: number
  private readonly records: RecordWriter
  private readonly links = new Map<Channel, Item>()
  private earlier: Request | null = null

  constructor(private readonly portal: DemoPortal, private readonly store: Found, private readonly past: Past, private readonly random: Random) {
    this.now = portal.now().getTime()
    this.records = new RecordWriter(portal, store.entityTypeId, store.prefix)
  }

  private link({ deal, contact, channel }: Request): Record<string, unknown> {
    const gone = this.past.deletedDeals.has(deal)
    return { ...gone || this.store.entityTypeId === DEAL ? {} : { PARENT_ID_2: deal.id }, CONTACT_ID: contact.id, COMPANY_ID: channel === 'phone' ? null : intOf(contact.fields.COMPANY_ID) || null,
      ASSIGNED_BY_ID: deal.fields.ASSIGNED_BY_ID }
  }

  private name({ contact }: Request): string {
    return [contact.fields.NAME, contact.fields.LAST_NAME].filter(Boolean).join(' ')
  }

  private lang(request: Request): 'ru' | 'en' | 'kk' {
    const name = this.name(request)
    return /[әғқңөұүһі]/i.test(name) ? 'kk' : /[а-я]/i.test(name) ? 'ru' : 'en'
  }

  /** One invitation for everybody who meets the link, the code or the form on the site. */
  shareLinks(requests: readonly Request[], at: number): void {
    for (const channel of SHARED) {
      const first = requests.find(request => request.channel === channel)
      if (first) this.links.set(channel, this.records.add(this.store.invitationCategoryId, 1, at, {
        TITLE: `${channel} · ${first.survey.id}`, ...this.records.fields({
          FB_TOKEN: this.random.code(32), FB_BY: 'duty', FB_SURVEY: first.survey.id, FB_VERSION: first.survey.version, FB_CHANNEL: channel, FB_STATE: 'sent', FB_ASKED_BY: 1,
          FB_SENT_AT: isoOf(new Date(at)), FB_REMINDERS: 0
        })
      }))
    }
  }

  invite(request: Request): void {
    const owner = intOf(request.deal.fields.ASSIGNED_BY_ID)
    const { expires, number, survey } = request
    const silent = request.answerAt === null
    const failed = silent && number % 37 === 1
    const cancelled = silent && number % 41 === 3
    const skipped = silent && number % 59 === 5
    const sent = failed ? 'failed' : cancelled ? 'cancelled' : skipped ? 'skipped' : (silent || request.flag === 'late') && expires < this.now ? 'expired' : 'sent'
    const notSent = failed || cancelled || skipped
    const item = this.records.add(this.store.invitationCategoryId, owner, request.at, {
      TITLE: `${this.name(request)} · ${String(request.deal.fields.TITLE)}`, ...this.link(request),
      ...this.records.fields({
        FB_TOKEN: request.token, FB_BY: 'duty', FB_SURVEY: survey.id, FB_VERSION: survey.version, FB_CHANNEL: request.channel,
        FB_STATE: sent, FB_ASKED_BY: owner,
        FB_SENT_AT: notSent ? null : isoOf(new Date(request.at)), FB_EXPIRES_AT: isoOf(new Date(expires)), FB_REMINDERS: !notSent && number % 7 === 3 ? 1 : 0,
        FB_LANG: this.lang(request), FB_DEAL: request.deal.id, FB_FLAG: request.flag === 'test' ? 'test' : null,
        FB_WHY: failed ? 'Email send error' : null
      })
    })
    const stage = notSent || sent === 'expired' ? 'FAIL' : silent ? 'NEW' : 'SUCCESS'
    if (stage !== 'NEW') this.records.move(item, stage, owner, Math.min(request.answerAt ?? expires, this.now))
    request.invitation = item
  }

  answer(request: Request, at: number): void {
    const { random } = this
    const { deal, number, survey, channel } = request
    const shared = this.links.get(channel)
    // a second answer to the same mail needs a first one
    const repeated = request.flag === 'repeat' ? this.earlier : null
    const flag = request.flag === 'repeat' && !repeated ? null : request.flag
    const matched = flag !== 'unmatched'
    const owner = intOf(deal.fields.ASSIGNED_BY_ID)
    // the big clients' group was never as good as the others
    const drawn = Math.max(0, scoreAt(random, 1 - (this.now - at) / (DAYS * DAY)) - (owner === 11 && number % 3 === 0 ? 3 : 0))
    const values = survey.scored.map((scored, index) => index > 0 && number % 7 === 0 ? null : valueOn(scored, drawn, random))
    const [headline] = survey.scored
    const value = flag === 'invalid' ? null : values[0] ?? null
    const group = groupOf(drawn)
    const lang = this.lang(request)
    const comment = number % 46 === 8 ? HOSTILE_COMMENTS[Math.floor(number / 46) % HOSTILE_COMMENTS.length] ?? null
      : random.next() < (group === 'low' ? 0.8 : 0.4) ? random.pick(COMMENTS[lang][group]) : null
    const scores = survey.scored.flatMap((scored, index) => {
      const one = index === 0 ? value : values[index]
      return one === null || one === undefined ? [] : [scoreOn(scored, one)]
    })
    const person = shared || !matched ? { ASSIGNED_BY_ID: 1 } : this.link(repeated ?? request)
    const source = shared ?? (repeated ?? request).invitation
    const amount = Math.round(Number(deal.fields.OPPORTUNITY) * (this.now - at > 200 * DAY ? 0.9 : 1))
    const item = this.records.add(this.store.answerCategoryId, 1, at, {
      TITLE: `${value ?? '?'} · ${matched && !shared ? this.name(request) : '—'}`, SOURCE_ID: 'WEBFORM', ...person,
      ...this.records.fields({
        FB_TOKEN: !matched ? random.code(32) : shared ? this.tokenOf(shared) : (repeated ?? request).token, FB_INVITATION: matched && source ? String(source.id) : '',
        FB_SUBMISSION: flag === 'import' ? `import.${random.code(9)}` : random.code(32), FB_BY: 'duty',
        FB_SURVEY: survey.id, FB_VERSION: survey.version, FB_CHANNEL: channel,
        ...this.postedIn(survey, values, flag === 'invalid' ? (number % 4 ? 'отлично' : '11') : null),
        FB_VALUE: value, FB_SCORE: value === null || !headline ? null : scoreOn(headline, value),
        FB_COEFFICIENT: scores.length ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null, FB_GROUP: value === null ? null : group,
        FB_COMMENT: comment,
        FB_ANSWERS: JSON.stringify({
          ...Object.fromEntries(survey.scored.flatMap(({ id }, index) => values[index] === null ? [] : [[id, values[index]]])),
          ...this.chosenIn(survey, group, number)
        }),
        FB_LANG: number % 50 === 20 ? null : lang, FB_FLAG: flag,
        FB_TAGS: comment === null || number % 3 === 1 ? null : this.topicsOf(group, number),
        // what was imported was given long before
        ...(matched && !shared ? {
          FB_DEAL: deal.id, FB_STAGE: deal.fields.STAGE_ID, FB_SUM: number % 29 === 4 ? null : `${amount}|${String(deal.fields.CURRENCY_ID)}`,
          FB_ASKED_BY: owner, FB_SENT_AT: channel === 'phone' ? null : isoOf(new Date(flag === 'import' ? at - (20 + number % 300) * DAY : request.at)), ...this.snapshotsOf(survey, deal, number)
        } : {})
      })
    })
    this.records.move(item, flag ? 'SET_ASIDE' : group.toUpperCase(), 1, Math.min(at + 4 * 60_000, this.now - 60_000))
    if (!flag && channel === 'email') this.earlier = request
    if (flag || shared) return
    if (group === 'low') this.followUp(item, at)
    if (value !== null && headline) this.remember(request, scoreOn(headline, value), group, at)
  }

  /** Scores as they were posted. `instead`: what came for the first one. */
  private postedIn({ scored }: SurveyFacts, values: readonly (number | null)[], instead: string | null): Record<string, unknown> {
    return Object.fromEntries(scored.map(({ type }, index) => {
      const value = values[index] ?? null
      return [CODES[type], index === 0 && instead !== null ? instead : value === null ? null : String(value)]
    }))
  }

  /** Whoever waited is unhappy, whoever met the people is not; some leave the question out. */
  private chosenIn({ choices }: SurveyFacts, group: Group, number: number): Record<string, string[]> {
    if (!choices || number % 6 === 4) return {}
    const [speed = '', people = '', result = '', price = ''] = choices.options
    const usual = { low: [speed, result, speed], middle: [price, speed, result], high: [people, result, people] }[group]
    const chosen = [usual[number % 3] ?? speed, ...number % 5 === 2 ? [price] : []]
    return { [choices.id]: [...new Set(chosen)] }
  }

  private tokenOf(invitation: Item): unknown {
    return invitation.fields[`${this.store.prefix}FB_TOKEN`]
  }

  /** What people complain about and what they praise; the price is in both. */
  private topicsOf(group: Group, number: number): number[] | null {
    const [time, quality, papers, talk, price, warranty] = this.past.topics
    const many = group === 'low' ? [time, papers, warranty, price] : group === 'high' ? [quality, talk, price, time] : [time, quality, papers]
    const chosen = [many[number % many.length], ...(number % 5 === 0 ? [many[(number + 1) % many.length]] : [])]
    return chosen.every(id => id !== undefined) ? [...new Set(chosen)] as number[] : null
  }

  private snapshotsOf({ snapshots }: SurveyFacts, deal: Item, number: number): Record<string, unknown> {
    const company = itemOf(this.portal.state, COMPANY, intOf(deal.fields.COMPANY_ID))
    const texts = [deal.fields.SOURCE_ID, deal.fields.TYPE_ID, company?.fields.TITLE, number % 4 ? `Волна ${1 + number % 3}` : '', ['1–9', '10–49', '50+'][number % 3]]
    return Object.fromEntries(texts.slice(0, snapshots).map((text, index) => [`FB_SNAP${index + 1}`, text === undefined || text === '' ? null : String(text)]))
  }

  /** Unhappy customers were called, as long as there was time for it; not every case was closed, and not every closing was dated. */
  private followUp(item: Item, at: number): void {
    const age = (this.now - at) / DAY
    const owner = intOf(item.fields.ASSIGNED_BY_ID)
    if (age > 2 && item.id % 9 !== 0) this.records.move(item, 'WORK', owner, Math.min(at + 5 * HOUR, this.now - 60_000))
    if (age <= 9 || item.id % 8 === 0) return
    const reached = this.random.next() < 0.8
    const done = at + this.random.between(1, 7) * DAY
    this.records.move(item, reached ? 'SUCCESS' : 'FAIL', owner, done, this.records.fields({ FB_CAUSE: this.random.pick(CAUSES),
      FB_DONE_AT: item.id % 13 === 0 ? null : isoOf(new Date(done)), FB_ASK_AGAIN: reached ? 'Y' : 'N' }))
  }

  /** The last score on the native cards, as handling leaves it. */
  private remember({ deal, contact }: Request, score: number, group: Group, at: number): void {
    const company = itemOf(this.portal.state, COMPANY, intOf(contact.fields.COMPANY_ID))
    const targets: [Item | undefined, string][] = [[deal, 'UF_CRM_DEAL_'], [contact, 'UF_CRM_CONTACT_'], [company, 'UF_CRM_COMPANY_']]
    for (const [item, prefix] of targets) {
      if (item) Object.assign(item.fields, this.records.fields({ FB_LAST_SCORE: score, FB_LAST_GROUP: group, FB_LAST_AT: isoOf(new Date(at)) }, prefix))
    }
  }
}
