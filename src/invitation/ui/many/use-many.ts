import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { dayOf, dueToday } from '@/invitation/model/campaign'
import { dryRun, isMeant, askedKey, type DryRun, type Planned, type Segment } from '@/invitation/model/many'
import { isAskable } from '@/invitation/model/request'
import { loadAsking, loadClients, loadLeads, loadPeople } from '@/invitation/many-segment'
import {
  createMany, findOpenCampaigns, loadWaiting, sendMany, stopMany, type Ask, type ManyProgress, type ManyReport, type ManySteer, type OpenCampaign
} from '@/invitation/many-sending'
import { newToken } from '@/invitation/model/token'
import { requireStore } from '@/portal/settings-store'
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
  | { state: 'done', report: Pick<ManyReport, 'sent' | 'gone' | 'left'> & { failed: number }, handed: number, lost: number, skipped: number }
  | { state: 'stopped', count: number }
  | { state: 'elsewhere' }

/** Mails a day that no mailbox provider minds; may be changed before sending. */
const USUAL_PER_DAY = 200
/** Two weeks: an invitation of today must still be true when it leaves. */
const LAST_DAY = 13

const midnight = (now: Date): string => new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString()

/** Everything that the page knows and does. */
export function useMany(card: AskedCard | null) {
  const portal = usePortal()
  const frame = useFrame()
  const i18n = useI18n()
  const store = requireStore(portal)

  const facts = useQuery({ key: ['many', 'facts'], query: () => loadAsking(portal, store), gcTime: 0, staleTime: 0, refetchOnWindowFocus: false })
  watch(() => facts.data.value?.zone, zone => useTimeZone(i18n, zone ?? ''), { immediate: true, flush: 'sync' })
  const open = useQuery({
    key: () => ['many', 'open', facts.data.value?.sender.id ?? 0],
    enabled: () => facts.data.value !== undefined,
    query: () => findOpenCampaigns(portal, store, facts.data.value?.sender.id ?? 0),
    gcTime: 0, staleTime: 0, refetchOnWindowFocus: false
  })

  const segment = reactive<Segment>({ pipeline: null, stage: '', responsible: null, companyId: null, from: '', to: '', who: 'all' })
  const surveyId = ref('')
  const perDay = ref(USUAL_PER_DAY)
  const surveys = computed(() => (facts.data.value?.surveys ?? []).filter(isAskable))

  const result = shallowRef<(DryRun & { newest: number, more: boolean }) | null>(null)
  /** people of a card who are ticked */
  const chosen = shallowRef<ReadonlySet<Planned>>(new Set())
  const progress = shallowRef<ManyProgress | null>(null)
  const outcome = shallowRef<ManyOutcome | null>(null)
  const failure = shallowRef<unknown>()
  const busy = ref<'checking' | 'running' | null>(null)
  const pausing = ref(false)

  // conditions that changed make the list untrue
  watch([segment, surveyId, perDay], () => { result.value = null })

  const steer: ManySteer = { paused: () => pausing.value, told: told => { progress.value = told } }
  // the mail itself stands in the deal's timeline: a comment for each would double it
  const tools = browserTools(portal, () => '')

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

  const check = (): Promise<void> => doing('checking', async () => {
    const { data } = facts
    if (!data.value) return
    const { sender, inCharge } = data.value
    const { leads, more } = card
      ? { leads: await loadClients(portal, store, card.entityTypeId, card.id), more: false }
      : await loadLeads(portal, store, segment)
    const now = new Date()
    const people = await loadPeople(portal, store, leads, { senderId: sender.id, since: midnight(now) })
    const asked = new Set(people.invitations.seen ? people.invitations.value.flatMap(invitation => askedKey(invitation) ?? []) : [])
    const run = dryRun({
      ...people, candidates: people.candidates.filter(candidate => isMeant(candidate, segment.who, asked)),
      surveys: data.value.surveys, surveyId: surveyId.value || null, portalLang: portal.context.lang, now, today: dayOf(now), perDay: perDay.value,
      lastDay: inCharge === 'engine' ? 0 : LAST_DAY
    })
    chosen.value = new Set(card ? run.asked.slice(0, 1) : run.asked)
    result.value = { ...run, newest: people.newest, more }
  })

  /** One window of this browser at a time; others are kept apart by tickets. */
  async function alone(work: () => Promise<void>): Promise<void> {
    const locks: LockManager | undefined = navigator.locks
    if (!locks) return work()
    await locks.request(`feedback:many:${portal.context.memberId}`, { ifAvailable: true }, async lock => {
      if (lock === null) outcome.value = { state: 'elsewhere' }
      else await work()
    })
  }

  function tell({ sent, gone, left, failed, error }: ManyReport, { handed = 0, lost = 0, skipped = 0 } = {}): void {
    outcome.value = { state: 'done', report: { sent, gone, left, failed: failed.length }, handed, lost, skipped }
    failure.value = error ?? undefined
  }

  const send = (): Promise<void> => doing('running', () => alone(async () => {
    const [found, known] = [result.value, facts.data.value]
    if (!found || !known) return
    const asks = found.asked.filter(planned => chosen.value.has(planned)).map(({ candidate: { person, deal, company }, survey, email, lang, day }): Ask => ({
      day,
      order: {
        survey, deal, recipient: { kind: person.kind, id: person.id, name: person.name }, companyId: company?.id ?? null, email, lang,
        sender: known.sender, known: new Set(), overrideReason: '', test: false, by: known.inCharge
      }
    }))
    const id = newToken(tools.randomBytes).slice(0, 8)
    try {
      const made = await createMany(portal, store, { id, perDay: perDay.value, by: known.inCharge, newest: found.newest }, asks, tools, steer)
      const today = dayOf(tools.now())
      const report = await sendMany(portal, store, id, made.waiting.filter(({ day }) => day <= today), tools, steer, true)
      const later = made.waiting.filter(({ day }) => day > today).length
      tell({ ...report, left: report.left + later, failed: [...made.refused, ...report.failed] }, made)
    } finally {
      result.value = null
      await open.refetch()
      await frame.reloadData()
    }
  }))

  const resume = (campaign: OpenCampaign): Promise<void> => doing('running', () => alone(async () => {
    try {
      const known = await loadAsking(portal, store)
      const now = tools.now()
      const { sentToday } = await loadPeople(portal, store, [], { senderId: known.sender.id, since: midnight(now) })
      const due = dueToday(campaign.invitations.map(one => ({ ...one, ...one.campaign, id: one.id })), dayOf(now), sentToday)
      const ids = new Set(due.map(({ id }) => id))
      const { waiting, skipped } = await loadWaiting(
        portal, store, campaign.invitations.filter(({ id }) => ids.has(id)), known.surveys, known.sender, tools, steer
      )
      const report = await sendMany(portal, store, campaign.id, waiting, tools, steer)
      tell({ ...report, left: report.left + campaign.invitations.length - due.length }, { skipped })
    } finally {
      await open.refetch()
      await frame.reloadData()
    }
  }))

  const stop = (campaign: OpenCampaign): Promise<void> => doing('running', () => alone(async () => {
    try {
      outcome.value = { state: 'stopped', count: await stopMany(portal, store, campaign, tools, steer) }
    } finally {
      await open.refetch()
    }
  }))

  return {
    facts, open, segment, surveyId, perDay, surveys, result, chosen, progress, outcome, failure, busy, pausing,
    check, send, resume, stop, pause: () => { pausing.value = true }
  }
}
