import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { isInHand, type WinBackChoice, type WinBackRow } from '@/answer/model/win-back'
import { giveWinBackTasks, loadWinBack, type WinBackList } from '@/answer/win-back'
import { dayAfter } from '@/invitation/model/campaign'
import { portalDay } from '@/invitation/model/portal-day'
import { clockOf } from '@/portal/clock'
import { quoteCustomer } from '@/portal/hostile-text'
import { cardPath } from '@/portal/record-store'
import { requireStore } from '@/portal/settings-store'
import { usePortal } from '@/ui/portal'
import { peopleQuery, settingsQuery } from '../queries'
import { saveFile } from '@/ui/save-file'

/** A quarter: who left longer ago has forgotten why. */
const USUAL_DAYS = 90
/** Characters of a customer's words in a task. */
const SAID_LIMIT = 4_000

/** What the page of winning back knows and does. @param me id of who is looking, 0 = not known yet */
export function useWinBack(me: () => number) {
  const portal = usePortal()
  const { t, locale } = useI18n()
  const settings = useQuery(settingsQuery(portal))
  const today = portalDay(clockOf(portal).now(), clockOf(portal).offset)

  const choice = reactive<WinBackChoice>({ who: 'critics', from: dayAfter(today, -USUAL_DAYS), to: today, responsible: null })
  const list = shallowRef<WinBackList | null>(null)
  /** by key */
  const chosen = shallowRef<ReadonlySet<string>>(new Set())
  const busy = ref<'loading' | 'giving' | null>(null)
  const failure = shallowRef<unknown>()
  const results = shallowRef<string[]>([])
  const progress = shallowRef<{ done: number, all: number } | null>(null)

  const ids = computed(() => [...new Set((list.value?.rows ?? []).flatMap(({ responsibleId, task }) => [responsibleId, task?.responsibleId ?? null]))]
    .filter((id): id is number => id !== null).sort((a, b) => a - b))
  const people = useQuery(() => ({ ...peopleQuery({ portal, ids: ids.value }), enabled: ids.value.length > 0 }))
  const nameOf = (id: number | null): string => id === null ? '' : people.data.value?.get(id)?.name ?? ''

  async function doing(kind: 'loading' | 'giving', work: () => Promise<void>): Promise<void> {
    if (busy.value !== null) return
    busy.value = kind
    failure.value = undefined
    results.value = []
    try {
      await work()
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = null
      progress.value = null
    }
  }

  async function read(): Promise<void> {
    const found = await loadWinBack(portal, requireStore(portal), { ...choice })
    list.value = found
    // who has had a task before is chosen by hand only
    chosen.value = new Set(found.rows.filter(({ task }) => task === null).map(({ key }) => key))
  }

  const load = (): Promise<void> => doing('loading', async () => {
    list.value = null
    await read()
  })

  /** @param days until the tasks are due */
  const give = (offer: string, days: number): Promise<void> => doing('giving', async () => {
    const store = requireStore(portal)
    const rows = (list.value?.rows ?? []).filter(row => chosen.value.has(row.key) && !isInHand(row))
    // without knowing who still works here every task would be mine
    const known = ids.value.length > 0 ? (await people.refresh(true)).data : undefined
    const counts = { given: 0, inHand: 0, refused: 0 }
    let done = 0
    progress.value = { done, all: rows.length }
    const orders = rows.map(row => ({
      row, title: t('winBack.task.title', { client: quoteCustomer(row.name, 200) }), description: descriptionOf(row, offer, store.entityTypeId),
      // who has left gets no task: it is mine then
      responsibleId: row.responsibleId !== null && known?.get(row.responsibleId)?.active ? row.responsibleId : me()
    }))
    const deadline = new Date(clockOf(portal).now().getTime() + days * 86_400_000).toISOString()
    await giveWinBackTasks(portal, store, orders, deadline, { wait: ms => new Promise(resolve => { setTimeout(resolve, ms) }) }, (_, outcome) => {
      counts[typeof outcome === 'object' ? 'refused' : outcome] += 1
      progress.value = { done: done += 1, all: rows.length }
    })
    await read()
    results.value = (['given', 'inHand', 'refused'] as const).filter(kind => counts[kind] > 0).map(kind => t(`winBack.result.${kind}`, { n: counts[kind] }, counts[kind]))
  })

  function descriptionOf({ phone, email, said, deal }: WinBackRow, offer: string, entityTypeId: number): string {
    const lines: [string, Record<string, string>, boolean][] = [
      ['phone', { phone: quoteCustomer(phone, 100) }, phone !== ''], ['email', { email: quoteCustomer(email, 200) }, email !== ''],
      ['score', { score: said?.score ?? '' }, Boolean(said?.score)], ['said', { words: quoteCustomer(said?.comment ?? '', SAID_LIMIT) }, Boolean(said?.comment.trim())],
      ['deal', { deal: quoteCustomer(deal?.title ?? '', 250) }, deal !== null], ['offer', { offer: quoteCustomer(offer, SAID_LIMIT) }, offer.trim() !== '']
    ]
    const link = said ? [`[URL=${cardPath(entityTypeId, said.answerId)}]${t('winBack.task.open')}[/URL]`] : []
    return [...lines.filter(([, , isThere]) => isThere).map(([key, words]) => t(`winBack.task.${key}`, words)), ...link].join('\n')
  }

  /** Gives the list to the browser as a file to keep. */
  async function save(): Promise<void> {
    const rows = list.value?.rows ?? []
    const { toCsv } = await import('@/report/model/csv')
    const column = (key: string, cell: (row: WinBackRow) => string | { instant: string }) => ({ header: t(`winBack.file.${key}`), cell })
    const text = toCsv(rows, [
      column('client', ({ name }) => name), column('phone', ({ phone }) => phone), column('email', ({ email }) => email),
      column('score', ({ said }) => said?.score ?? ''), column('comment', ({ said }) => said?.comment ?? ''), column('deal', ({ deal }) => deal?.title ?? ''),
      column('responsible', ({ responsibleId }) => nameOf(responsibleId)), column('at', ({ at }) => ({ instant: at }))
    ], { locale: locale.value, zone: settings.data.value?.zone || Intl.DateTimeFormat().resolvedOptions().timeZone })
    saveFile(`${t('winBack.file.name')}-${today}.csv`, new Blob([text], { type: 'text/csv;charset=utf-8' }))
  }

  return { choice, list, chosen, busy, failure, results, progress, nameOf, load, give, save }
}
