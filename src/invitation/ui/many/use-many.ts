import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { dueAlone, dueNow, type Sending } from '@/invitation/many-days'
import { findOpenCampaigns, loadWaiting, stopMany, takeOverMany, type OpenCampaign } from '@/invitation/many-open'
import { patientPortal, type ManyProgress, type ManySteer } from '@/invitation/many-portal'
import { LAST_DAY, loadAsking, loadClients, loadLeads, loadPeople, type AskingFacts, type PeopleFacts } from '@/invitation/many-segment'
import { sendMany, type ManyReport } from '@/invitation/many-sending'
import { createMany, type Ask } from '@/invitation/many-writing'
import { askedKey, bookedDays, dryRun, isMeant, personKey, SEGMENT_WHO, type Planned, type Segment } from '@/invitation/model/many'
import { portalDay } from '@/invitation/model/portal-day'
import { isAskable } from '@/invitation/model/request'
import { newToken } from '@/invitation/model/token'
import { clockOf } from '@/portal/clock'
import { PortalError } from '@/portal/errors'
import { requireStore } from '@/portal/settings-store'
import { USUAL_MAILS_PER_DAY } from '@/survey/model/survey'
import { useTimeZone } from '@/ui/i18n'
import { useFrame, usePortal } from '@/ui/portal'
import { browserTools } from '@/invitation/ui/send-tools'

/** What a card is about, or null where a segment of deals is chosen. */
export interface AskedCard {
  entityTypeId: number
  id: number
}

/** What became of the last thing that was done here. */
export type ManyOutcome =
  | { state: 'done', sent: number, others: Record<'handed' | 'lost' | 'gone' | 'skipped' | 'failed' | 'unwritten' | 'left', number> }
  | { state: 'stopped', count: number }
  | { state: 'elsewhere' }

/** For so long, in milliseconds, nobody looks again whether surveys are as the list was made with. */
const FRESH = 5 * 60_000

const stateOf = ({ surveys }: AskingFacts): string => JSON.stringify(surveys.map(({ id, status, published }) => [id, status, published?.version]))

/** Everything that the page knows and does. */
export function useMany(card: AskedCard | null) {
  const portal = usePortal()
  const frame = useFrame()
  const i18n = useI18n()
  const store = requireStore(portal)
  const today = (): string => portalDay(clockOf(portal).now(), clockOf(portal).offset)

  const facts = useQuery({ key: ['many', 'facts'], query: () => loadAsking(portal, store), gcTime: 0, staleTime: 0, refetchOnWindowFocus: false })
  watch(() => facts.data.value?.zone, zone => useTimeZone(i18n, zone ?? ''), { immediate: true, flush: 'sync' })
  /** of everybody: whoever shares a mailbox shares its day */
  const begun = useQuery({ key: ['many', 'open'], query: () => findOpenCampaigns(portal, store), gcTime: 0, staleTime: 0, refetchOnWindowFocus: false })
  const open = computed(() => (begun.data.value ?? []).filter(({ askedBy }) => askedBy === facts.data.value?.sender.id))

  // a link may name whom it means, and over what
  const who = SEGMENT_WHO.find(one => one === portal.context.options.many) ?? 'all'
  const segment = reactive<Segment>({ pipeline: null, stage: '', responsible: null, companyId: null, from: '', to: '', who, people: 'main' })
  const surveyId = ref(portal.context.options.survey ?? '')
  const surveys = computed(() => (facts.data.value?.surveys ?? []).filter(isAskable))
  /** what surveys allow a mailbox a day */
  const mostPerDay = computed(() => {
    const all = surveys.value.filter(({ id }) => surveyId.value === '' || id === surveyId.value).flatMap(({ published }) => published?.content.mailsPerDay ?? [])
    return all.length > 0 ? Math.max(...all) : USUAL_MAILS_PER_DAY
  })
  const perDay = ref(USUAL_MAILS_PER_DAY)
  watch(mostPerDay, most => { perDay.value = most }, { immediate: true, flush: 'sync' })

  const found = shallowRef<(PeopleFacts & { more: boolean, known: AskingFacts, now: Date, today: string }) | null>(null)
  /** why somebody is asked before the time is over, by person */
  const reasons = shallowRef<ReadonlyMap<string, string>>(new Map())
  /** people of a card who are ticked */
  const chosen = shallowRef<ReadonlySet<string>>(new Set())
  const result = computed(() => {
    if (!found.value) return null
    const { known: { surveys: all, sender, inCharge }, ...people } = found.value
    const of = { surveys: all, sender, today: people.today }
    return dryRun({
      ...people, ...of, booked: bookedDays(people.used, (begun.data.value ?? []).flatMap(({ invitations }) => invitations), of),
      surveyId: surveyId.value || null, portalLang: portal.context.lang, offset: clockOf(portal).offset, perDay: perDay.value, lastDay: LAST_DAY,
      byProcesses: inCharge === 'engine', reasons: reasons.value
    })
  })
  const keyOf = ({ candidate: { person } }: Planned): string => personKey(person)
  const sending = computed(() => (result.value?.asked ?? []).filter(planned => card === null || chosen.value.has(keyOf(planned))))

  const progress = shallowRef<ManyProgress | null>(null)
  const outcome = shallowRef<ManyOutcome | null>(null)
  const failure = shallowRef<unknown>()
  const busy = ref<'checking' | 'running' | null>(null)
  const pausing = ref(false)

  // conditions that changed make the list untrue
  watch([segment, surveyId, perDay], () => { found.value = null })

  const steer: ManySteer = { paused: () => pausing.value, told: told => { progress.value = told } }
  // the mail itself stands in the deal's timeline: a comment for each would double it
  const tools = browserTools(portal, () => '')
  const patient = patientPortal(portal, tools, steer)

  async function doing(kind: 'checking' | 'running', work: () => Promise<void>): Promise<void> {
    if (busy.value !== null) return
    busy.value = kind
    pausing.value = false
    progress.value = null
    outcome.value = null
    failure.value = undefined
    try {
      await work()
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = null
      progress.value = null
    }
  }

  const sendingOf = ({ surveys: all, sender }: AskingFacts): Sending => ({ surveys: all, sender, today: today(), offset: clockOf(portal).offset })

  const check = (): Promise<void> => doing('checking', async () => {
    const known = await loadAsking(patient, store)
    const { leads, more } = card
      ? { leads: await loadClients(patient, store, card.entityTypeId, card.id), more: false }
      : await loadLeads(patient, store, segment)
    const people = await loadPeople(patient, store, leads, sendingOf(known))
    const asked = new Set(people.invitations.seen ? people.invitations.value.flatMap(invitation => askedKey(invitation) ?? []) : [])
    reasons.value = new Map()
    found.value = {
      ...people, candidates: people.candidates.filter(candidate => isMeant(candidate, segment.who, asked)),
      more, known, now: clockOf(portal).now(), today: today()
    }
    chosen.value = new Set((result.value?.asked ?? []).slice(0, 1).map(keyOf))
  })

  /** Asks somebody before the time is over; without a reason that is taken back. */
  function override(person: string, reason: string): void {
    const next = new Map(reasons.value)
    if (reason === '') next.delete(person)
    else next.set(person, reason)
    reasons.value = next
    chosen.value = new Set(reason === '' ? [...chosen.value].filter(one => one !== person) : [...chosen.value, person])
  }

  /** One window of this browser at a time; others are kept apart by tickets. */
  async function alone(work: () => Promise<void>): Promise<void> {
    const locks: LockManager | undefined = navigator.locks
    if (!locks) return work()
    await locks.request(`feedback:many:${portal.context.memberId}`, { ifAvailable: true }, async lock => {
      if (lock === null) outcome.value = { state: 'elsewhere' }
      else await work()
    })
  }

  function tell({ sent, gone, failed, error }: ManyReport, others: Partial<Extract<ManyOutcome, { state: 'done' }>['others']>): void {
    outcome.value = { state: 'done', sent, others: { handed: 0, lost: 0, skipped: 0, unwritten: 0, left: 0, gone, failed: failed.length, ...others } }
    failure.value = error ?? undefined
  }

  const send = (): Promise<void> => doing('running', () => alone(async () => {
    if (!found.value) return
    const { known, today: day, newest, now } = found.value
    if (clockOf(portal).now().getTime() - now.getTime() > FRESH && stateOf(known) !== stateOf(await loadAsking(patient, store))) {
      found.value = null
      throw new PortalError('surveyRepublished')
    }
    const asks = sending.value.map(({ candidate: { person, deal, company }, survey, channel, address, lang, day: on, perDay: most, reason }): Ask => ({
      channel, day: on, perDay: most,
      order: {
        survey, deal, recipient: { kind: person.kind, id: person.id, name: person.name }, companyId: company?.id ?? null, email: address, lang,
        sender: known.sender, notBefore: { person: person.notBefore, company: company?.notBefore ?? null },
        known: new Set(), overrideReason: reason, test: false, by: known.inCharge
      }
    }))
    const id = newToken(tools.randomBytes).slice(0, 8)
    try {
      const { waiting, begun: tickets, handed, lost, refused, unwritten } =
        await createMany(patient, store, { id, by: known.inCharge, newest, today: day }, asks, tools, steer)
      const from = sendingOf(known)
      const due = tickets?.alone ? dueAlone(waiting, from) : await dueNow(patient, store, waiting, from)
      const report = await sendMany(patient, store, id, due, tools, steer, tickets)
      tell(report, { handed, lost, unwritten, left: waiting.length - due.length + report.left, failed: refused.length + report.failed.length })
    } finally {
      found.value = null
      await begun.refetch()
      await frame.reloadData()
    }
  }))

  const resume = (campaign: OpenCampaign): Promise<void> => doing('running', () => alone(async () => {
    try {
      const known = await loadAsking(patient, store)
      const { id, invitations } = campaign.by === 'engine' ? await takeOverMany(patient, store, campaign, tools) : campaign
      const due = await dueNow(patient, store, invitations.map(one => ({ ...one, day: one.campaign.day, perDay: one.campaign.perDay })), sendingOf(known))
      const { waiting, skipped } = await loadWaiting(patient, store, due, known.surveys, known.sender, tools)
      const report = await sendMany(patient, store, id, waiting, tools, steer)
      tell(report, { skipped, left: invitations.length - due.length + report.left })
    } finally {
      await begun.refetch()
      await frame.reloadData()
    }
  }))

  const stop = (campaign: OpenCampaign): Promise<void> => doing('running', () => alone(async () => {
    try {
      outcome.value = { state: 'stopped', count: await stopMany(patient, store, campaign, tools) }
    } finally {
      await begun.refetch()
    }
  }))

  return {
    facts, open, segment, surveyId, perDay, mostPerDay, surveys, found, result, chosen, sending, progress, outcome, failure, busy, pausing,
    today, check, send, resume, stop, override, pause: () => { pausing.value = true }
  }
}
