import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Survey } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { winnerOver, type Invitation } from './invitation'
import { fullUntil, mailboxKey, mailboxOf, remindedMark } from './mailbox'
import { dayAfterPause, portalDay } from './portal-day'
import { checkRequest, isInTheWay, type Recipient, type Refusal } from './request'

/**
 * The fatigue rule with everybody at it at once: requests of two managers, many at once, reminders of the due list. Each goes by its steps – read and
 * check, write, look, send – and between any two of them anybody else may do any of theirs, or walk away. The steps are those of `sending.ts`,
 * `many-writing.ts` and `due-sending.ts`; what they decide by is the model itself.
 */
const HOUR = 3_600_000
const START = Date.parse('2026-03-02T18:00:00Z')
const OFFSET = 300
const [PAUSE, COMPANY_PAUSE, PER_DAY] = [5, 3, 2]

const survey = (id: string, from: string): Survey => {
  const pauses = { notBeforeDays: PAUSE, companyDays: COMPANY_PAUSE, mailsPerDay: PER_DAY, expiresAfterDays: 2 }
  const content = { ...afterDeal, ...pauses, mail: { ...afterDeal.mail, from } }
  return {
    v: 4, id, status: 'active', draft: content, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content },
    form: { id: 3, sec: 'x', made: 'api', verifiedAt: null }, plan: null
  }
}
const SURVEYS = [survey('own', ''), survey('shared', 'Care <care@acme.example>')]
const MANAGERS = [{ id: 1, email: 'one@acme.example' }, { id: 2, email: 'two@acme.example' }]
const companyOf = (person: number): number => 100 + person % 3
const REFUSED = 7

interface World {
  now: number
  records: (Invitation & { mailbox: string })[]
  /** reminders: that they are about to leave, or have left */
  notes: { mailbox: string, mark: string }[]
  mails: { person: number | null, mailbox: string, at: number }[]
  refusals: Refusal[]
}
type Steps = Generator<void, void, void>

const at = (world: World): Date => new Date(world.now)
const today = (world: World): string => portalDay(at(world), OFFSET)

/** As `mailCountCommands` asks the portal. */
function used(world: World, mailbox: string, before = Infinity): number {
  const day = today(world)
  const counts = (one: World['records'][number]): boolean => one.mailbox === mailbox && !one.test && ((one.sentAt !== null && portalDay(one.sentAt, OFFSET) === day)
    || (['to_send', 'sending'].includes(one.state) && one.id < before && portalDay(new Date(Date.parse(one.createdAt) + HOUR), OFFSET) >= day))
  return world.records.filter(counts).length + world.notes.filter(note => note.mailbox === mailbox && note.mark.startsWith(`✉${day}`)).length
}

const ofPerson = (world: World, person: number): Invitation[] => world.records.filter(({ contactId }) => contactId === person)
const ofCompany = (world: World, person: number): Invitation[] => world.records.filter(({ companyId }) => companyId === companyOf(person))

function check(world: World, person: number, asked: Survey, mailbox: string, planned = 0): boolean {
  const recipient: Recipient = { kind: 'contact', id: person, name: `P${person}`, emails: [`p${person}@x.io`], lang: null, notBefore: null, optedOut: person === REFUSED }
  const company: Recipient = { ...recipient, kind: 'company', id: companyOf(person), optedOut: false }
  const { refusal, also } = checkRequest({
    deal: { seen: true, value: { id: 1, title: '', pipeline: 0, record: null } }, recipient: { seen: true, value: recipient }, company,
    invitations: { seen: true, value: ofPerson(world, person) }, ofCompany: { seen: true, value: ofCompany(world, person) },
    mailbox: { seen: true, value: { address: mailbox, used: used(world, mailbox) + planned } }, survey: asked, now: at(world), offset: OFFSET
  })
  if (refusal) world.refusals.push(refusal, ...also)
  return refusal === null
}

function write(world: World, person: number, asked: Survey, sender: number, mailbox: string): World['records'][number] {
  const iso = at(world).toISOString()
  const record = {
    id: world.records.length + 1, token: String(world.records.length), state: 'sending' as const, why: '', survey: asked.id, version: 1, channel: 'email' as const, lang: 'en',
    askedBy: sender, createdAt: iso, sentAt: null, expiresAt: new Date(world.now + 48 * HOUR).toISOString(), reminders: 0, dealId: 1, contactId: person,
    companyId: companyOf(person), by: 'duty' as const, answered: false, test: false, mailbox
  }
  world.records.push(record)
  return record
}

/** @returns whether it may leave */
function look(world: World, own: World['records'][number], person: number, known: ReadonlySet<number>): boolean {
  const others = (list: Invitation[], days: number): Invitation[] => list.filter(one => one.id !== own.id && isInTheWay(one, days, at(world), OFFSET))
  const isFree = winnerOver(own.id, others(ofPerson(world, person), PAUSE), known) === null
    && winnerOver(own.id, others(ofCompany(world, person), COMPANY_PAUSE), known) === null
    && fullUntil(used(world, own.mailbox, own.id), PER_DAY, today(world)) === null
  if (!isFree) own.state = 'cancelled'
  return isFree
}

function leave(world: World, own: World['records'][number]): void {
  Object.assign(own, { state: 'sent', sentAt: at(world).toISOString() })
  world.mails.push({ person: own.contactId, mailbox: own.mailbox, at: world.now })
}

function* asking(world: World, people: number[], asked: Survey, manager: typeof MANAGERS[number]): Steps {
  const mailbox = mailboxKey(mailboxOf(asked, manager, SURVEYS))
  const companies = new Set<number>()
  const chosen: number[] = []
  for (const person of new Set(people)) {
    if (companies.has(companyOf(person)) || !check(world, person, asked, mailbox, chosen.length)) continue
    companies.add(companyOf(person))
    chosen.push(person)
  }
  const known = new Set(world.records.map(({ id }) => id))
  yield
  for (const person of chosen) {
    const own = write(world, person, asked, manager.id, mailbox)
    yield
    if (!look(world, own, person, known)) continue
    yield
    leave(world, own)
  }
}

function* reminding(world: World, manager: typeof MANAGERS[number]): Steps {
  const isDue = ({ state, sentAt, reminders }: Invitation): boolean => state === 'sent' && reminders === 0 && world.now - Date.parse(sentAt!) >= 24 * HOUR
  const due = world.records.filter(isDue)
  yield
  const noted = due.map(own => {
    const asked = SURVEYS.find(({ id }) => id === own.survey)!
    const note = { mailbox: mailboxKey(mailboxOf(asked, manager, SURVEYS)), mark: remindedMark(today(world), manager.id) }
    world.notes.push(note)
    own.reminders = 1
    return { own, note }
  })
  yield
  const kept = noted.filter(({ own, note }) => {
    const others = used(world, note.mailbox) - 1
    if (fullUntil(others, PER_DAY, today(world)) === null) return true
    world.notes.splice(world.notes.indexOf(note), 1)
    own.reminders = 0
    return false
  })
  for (const { note } of kept) {
    yield
    world.mails.push({ person: null, mailbox: note.mailbox, at: world.now })
  }
}

const move = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), people: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }), whose: fc.nat(1), survey: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remind' as const), whose: fc.nat(1) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('step' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 60 }) }) }
)

describe('whoever asks whom at the same time', () => {
  it('nobody gets more than the rules allow, and every refusal says from when', () => {
    let sent = 0
    fc.assert(fc.property(fc.array(move, { minLength: 20, maxLength: 90 }), moves => {
      const world: World = { now: START, records: [], notes: [], mails: [], refusals: [] }
      let open: Steps[] = []
      for (const one of moves) {
        world.now += 1000
        if (one.kind === 'ask') open.push(asking(world, one.people, SURVEYS[one.survey]!, MANAGERS[one.whose]!))
        else if (one.kind === 'remind') open.push(reminding(world, MANAGERS[one.whose]!))
        else if (one.kind === 'wait') {
          // a press does not last for hours: what is open is finished, in the order of its age, or was left behind
          for (const steps of open) for (let done = false; !done;) done = steps.next().done === true
          open = []
          world.now += one.hours * HOUR
        } else if (open.length > 0) {
          const chosen = open[one.which % open.length]!
          if (one.kind === 'end' || chosen.next().done) open = open.filter(steps => steps !== chosen)
        }
      }
      sent += world.mails.length
      expectWithin(world)
    }), { numRuns: 400 })
    expect(sent).toBeGreaterThan(400)
  }, 30_000)
})

function expectWithin({ mails, refusals }: World): void {
  const asked = mails.filter((mail): mail is typeof mail & { person: number } => mail.person !== null)
  expect(asked.some(({ person }) => person === REFUSED)).toBe(false)
  const apart = (list: typeof asked, days: number): void => {
    for (const [index, mail] of list.entries()) {
      if (index > 0) expect(dayAfterPause(new Date(list[index - 1]!.at).toISOString(), days, OFFSET) <= portalDay(new Date(mail.at), OFFSET)).toBe(true)
    }
  }
  for (const person of new Set(asked.map(one => one.person))) apart(asked.filter(one => one.person === person), PAUSE)
  for (const company of new Set(asked.map(one => companyOf(one.person)))) apart(asked.filter(one => companyOf(one.person) === company), COMPANY_PAUSE)
  const days = new Map<string, number>()
  for (const { mailbox, at: moment } of mails) {
    const key = `${mailbox} ${portalDay(new Date(moment), OFFSET)}`
    days.set(key, (days.get(key) ?? 0) + 1)
  }
  for (const count of days.values()) expect(count).toBeLessThanOrEqual(PER_DAY)
  for (const refusal of refusals) {
    if (refusal.code === 'askedRecently') expect(refusal.until).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    else if (refusal.code === 'mailboxFull') expect([refusal.from, refusal.mailbox]).toEqual([expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/), expect.stringMatching(/@/)])
    else expect(['optedOut', 'alreadyInvited']).toContain(refusal.code)
  }
}
