import { isoOf } from '../clock'
import { isRecord, intOf } from '../rest/handler'
import { COMPANY, CONTACT, DEAL } from '../rest/record-fields'
import { categoriesOf, changeRecord, createRecord, itemOf, itemsOf, stagesOf } from '../rest/records'
import type { DemoPortal, Item, State } from '../state'
import { Random } from './random'
import { CAUSES, COMMENTS } from './words'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DAYS = 395

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

/** The survey that the app made, as far as its stored text tells: its id, version and the ids of its questions. */
interface SurveyFacts { id: string; version: number; headline: string }

function findSurvey(state: State): SurveyFacts {
  const facts: SurveyFacts = { id: '1', version: 1, headline: 'nps' }
  const text = state.storages.flatMap(storage => storage.items).map(item => item.properties.JSON ?? '').find(json => json.includes('"nps"'))
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk)
    else if (isRecord(value)) {
      if (value.type === 'nps' && typeof value.id === 'string') facts.headline = value.id
      if (isRecord(value.published)) facts.version = intOf(value.published.version) || 1
      Object.values(value).forEach(walk)
    }
  }
  const survey: unknown = text ? JSON.parse(text) : null
  if (isRecord(survey) && typeof survey.id === 'string') facts.id = survey.id
  walk(survey)
  return facts
}

interface Request { token: string; deal: Item; contact: Item; at: number; answerAt: number | null; number: number; expires: number; invitation?: Item }

/** Some clients are left in peace, so that there is always somebody to ask: every fifth never, two of five not lately. */
function mayAsk(contactId: number, at: number, now: number): boolean {
  return contactId % 5 !== 0 && (contactId % 5 > 2 || now - at > 130 * DAY)
}

function planRequests(portal: DemoPortal, random: Random, count: number, own: readonly number[]): Request[] {
  const { state } = portal
  const now = portal.now().getTime()
  const deals = itemsOf(state, DEAL).filter(deal => !own.includes(intOf(deal.fields.CATEGORY_ID)))
  const requests: Request[] = []
  for (let number = 0; number < count * 2; number++) {
    // a little more every month
    const day = DAYS * (1 - Math.pow(random.next(), 0.9))
    const at = Math.floor((now - day * DAY) / DAY) * DAY + random.between(4 * 3600, 12 * 3600) * 1000
    const answerAt = number % 2 === 0 ? at + Math.round((0.1 + 60 * Math.pow(random.next(), 3)) * HOUR) : null
    if (at > now - 3 * HOUR || (answerAt ?? 0) > now - HOUR) {
      number--
      continue
    }
    const allowed = deals.filter(deal => mayAsk(intOf(deal.fields.CONTACT_ID), at, now))
    const old = allowed.filter(deal => Date.parse(String(deal.fields.CREATED_TIME)) < at)
    const deal = random.pick(old.length ? old : allowed)
    const contact = itemOf(state, CONTACT, intOf(deal.fields.CONTACT_ID))
    if (contact) requests.push({ token: random.code(32), deal, contact, at, answerAt, number: requests.length, expires: at + 30 * DAY })
  }
  closeBefore(requests)
  return requests
}

/** Nobody has two open invitations: one ends where the next one to the same client begins. */
function closeBefore(requests: readonly Request[]): void {
  const next = new Map<number, number>()
  for (const request of [...requests].sort((a, b) => b.at - a.at)) {
    request.expires = Math.max(request.answerAt ?? 0, Math.min(request.expires, next.get(request.contact.id) ?? Infinity))
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

const groupOf = (score: number): 'high' | 'middle' | 'low' => score >= 9 ? 'high' : score >= 7 ? 'middle' : 'low'

/**
 * Fills the store of the installed app with about `count` answers and twice as many invitations of thirteen months, by the
 * field codes that it finds there. The same portal and the same moment give the same answers.
 * @returns number of answers made; 0 when the app is not installed
 */
export function seedAnswers(portal: DemoPortal, count: number): number {
  const { state } = portal
  const found = findStore(state)
  if (!found) return 0
  const random = new Random(4_071_972)
  const survey = findSurvey(state)
  const writer = new Writer(portal, found, survey, random)
  const requests = planRequests(portal, random, count, found.entityTypeId === DEAL ? [found.answerCategoryId, found.invitationCategoryId] : [])
  const events = requests.flatMap(request => [
    { at: request.at, run: () => writer.invite(request) },
    ...(request.answerAt === null ? [] : [{ at: request.answerAt, run: () => writer.answer(request, request.answerAt ?? request.at) }])
  ])
  for (const event of events.sort((a, b) => a.at - b.at)) event.run()
  return requests.filter(request => request.answerAt !== null).length
}

class Writer {
  private readonly now: number

  constructor(private readonly portal: DemoPortal, private readonly store: Found, private readonly survey: SurveyFacts, private readonly random: Random) {
    this.now = portal.now().getTime()
  }

  /** Fields by their short codes, only those that exist; list values by XML_ID. */
  private fields(values: Record<string, unknown>, prefix = this.store.prefix): Record<string, unknown> {
    return Object.fromEntries(Object.entries(values).flatMap(([code, value]): [string, unknown][] => {
      const field = this.portal.state.userFields.find(other => other.fieldName === prefix + code)
      if (!field || value === null || value === undefined) return []
      return [[field.fieldName, field.userTypeId === 'enumeration' ? field.enum.find(item => item.xmlId === value)?.id ?? null : value]]
    }))
  }

  /** The first of the codes that the pipeline has: the end of a case has other stages among deals. */
  private stage(categoryId: number, ...codes: string[]): string | undefined {
    return codes.map(code => this.stageOf(categoryId, code)).find(stage => stage !== undefined)
  }

  private stageOf(categoryId: number, code: string): string | undefined {
    return stagesOf(this.portal.state, this.store.entityTypeId, categoryId).find(stage => stage.statusId.endsWith(`:${code}`)
      || stage.statusId.endsWith(`_${code}`))?.statusId
  }

  private link({ deal, contact }: Request): Record<string, unknown> {
    const parent = this.store.entityTypeId === DEAL ? {} : { PARENT_ID_2: deal.id }
    return { ...parent, CONTACT_ID: contact.id, COMPANY_ID: intOf(contact.fields.COMPANY_ID) || null,
      ASSIGNED_BY_ID: deal.fields.ASSIGNED_BY_ID }
  }

  private name({ contact }: Request): string {
    return [contact.fields.NAME, contact.fields.LAST_NAME].filter(Boolean).join(' ')
  }

  private lang(request: Request): 'ru' | 'en' | 'kk' {
    const name = this.name(request)
    return /[әғқңөұүһі]/i.test(name) ? 'kk' : /[а-я]/i.test(name) ? 'ru' : 'en'
  }

  invite(request: Request): void {
    const { state } = this.portal
    const owner = intOf(request.deal.fields.ASSIGNED_BY_ID)
    const { expires } = request
    const silent = request.answerAt === null
    const failed = silent && request.number % 37 === 1
    const cancelled = silent && request.number % 41 === 3
    const sent = failed ? 'failed' : cancelled ? 'cancelled' : silent && expires < this.now ? 'expired' : 'sent'
    const at = new Date(request.at)
    const item = createRecord(this.portal, this.store.entityTypeId, {
      TITLE: `${this.name(request)} · ${String(request.deal.fields.TITLE)}`, CATEGORY_ID: this.store.invitationCategoryId, ...this.link(request),
      ...this.fields({
        FB_TOKEN: request.token, FB_BY: 'duty', FB_SURVEY: this.survey.id, FB_VERSION: this.survey.version, FB_CHANNEL: 'email',
        FB_STATE: sent, FB_ASKED_BY: owner,
        FB_SENT_AT: failed || cancelled ? null : isoOf(at), FB_EXPIRES_AT: isoOf(new Date(expires)), FB_REMINDERS: 0,
        FB_LANG: this.lang(request), FB_DEAL: request.deal.id,
        FB_WHY: failed ? 'Email send error' : null
      })
    }, owner, at)
    const stage = this.stage(this.store.invitationCategoryId, ...(failed || cancelled || sent === 'expired' ? ['FAIL', 'LOSE'] : silent ? ['NEW'] : ['SUCCESS', 'ANSWERED']))
    if (stage) changeRecord(this.portal, item, { STAGE_ID: stage }, owner, new Date(request.answerAt ?? Math.min(expires, this.now)))
    request.invitation = itemOf(state, this.store.entityTypeId, item.id)
  }

  /** A few answers carry a flag: they are kept and set aside. */
  private flag(number: number): 'test' | 'repeat' | 'late' | 'unmatched' | null {
    const turn = number / 2 % 97
    return turn === 11 || turn === 61 ? 'repeat' : turn === 29 ? 'late' : turn === 43 ? 'unmatched' : turn === 79 ? 'test' : null
  }

  answer(request: Request, at: number): void {
    const { random } = this
    const { deal, number } = request
    const score = scoreAt(random, 1 - (this.now - at) / (DAYS * DAY))
    const group = groupOf(score)
    const lang = this.lang(request)
    const comment = random.next() < (group === 'low' ? 0.8 : 0.4) ? random.pick(COMMENTS[lang][group]) : null
    const flag = this.flag(number)
    const matched = flag !== 'unmatched'
    const owner = intOf(deal.fields.ASSIGNED_BY_ID)
    const item = createRecord(this.portal, this.store.entityTypeId, {
      TITLE: `${score} · ${matched ? this.name(request) : '—'}`, CATEGORY_ID: this.store.answerCategoryId, SOURCE_ID: 'WEBFORM',
      ...(matched ? this.link(request) : { ASSIGNED_BY_ID: 1 }),
      ...this.fields({
        FB_TOKEN: matched ? request.token : random.code(32), FB_INVITATION: matched ? String(request.invitation?.id ?? '') : '',
        FB_SUBMISSION: random.code(32), FB_BY: 'duty',
        FB_SURVEY: this.survey.id, FB_VERSION: this.survey.version, FB_CHANNEL: 'email', FB_NPS: String(score), FB_VALUE: score,
        FB_SCORE: score * 10, FB_COEFFICIENT: score * 10, FB_GROUP: group,
        FB_COMMENT: comment, FB_ANSWERS: JSON.stringify({ [this.survey.headline]: score }), FB_LANG: lang, FB_FLAG: flag,
        ...(matched ? {
          FB_DEAL: deal.id, FB_STAGE: deal.fields.STAGE_ID, FB_SUM: `${String(deal.fields.OPPORTUNITY)}|${String(deal.fields.CURRENCY_ID)}`,
          FB_ASKED_BY: owner, FB_SENT_AT: isoOf(new Date(request.at))
        } : {})
      })
    }, 1, new Date(at))
    this.handle(item, flag ? 'SET_ASIDE' : group.toUpperCase(), at + 4 * 60_000)
    if (!flag && group === 'low') this.followUp(item, at)
    if (!flag) this.remember(request, score, group, at)
  }

  private handle(item: Item, code: string, at: number, extra: Record<string, unknown> = {}, by = 1): void {
    const stage = this.stage(this.store.answerCategoryId, code, ...(code === 'SUCCESS' ? ['CLOSED'] : code === 'FAIL' ? ['LOSE'] : []))
    if (stage) changeRecord(this.portal, item, { STAGE_ID: stage, ...extra }, by, new Date(Math.min(at, this.now - 60_000)))
  }

  /** Unhappy customers were called, as long as there was time for it. */
  private followUp(item: Item, at: number): void {
    const age = (this.now - at) / DAY
    const owner = intOf(item.fields.ASSIGNED_BY_ID)
    if (age > 2) this.handle(item, 'WORK', at + 5 * HOUR, {}, owner)
    if (age <= 9) return
    const reached = this.random.next() < 0.8
    const done = at + this.random.between(1, 7) * DAY
    this.handle(item, reached ? 'SUCCESS' : 'FAIL', done, this.fields({ FB_CAUSE: this.random.pick(CAUSES),
      FB_DONE_AT: isoOf(new Date(done)), FB_ASK_AGAIN: reached ? 'Y' : 'N' }), owner)
  }

  /** The last score on the native cards, as handling leaves it. */
  private remember({ deal, contact }: Request, score: number, group: string, at: number): void {
    const company = itemOf(this.portal.state, COMPANY, intOf(contact.fields.COMPANY_ID))
    const targets: [Item | undefined, string][] = [[deal, 'UF_CRM_DEAL_'], [contact, 'UF_CRM_CONTACT_'], [company, 'UF_CRM_COMPANY_']]
    for (const [item, prefix] of targets) {
      if (item) Object.assign(item.fields, this.fields({ FB_LAST_SCORE: score * 10, FB_LAST_GROUP: group, FB_LAST_AT: isoOf(new Date(at)) }, prefix))
    }
  }
}
