import { computed, onScopeDispose, ref, shallowReactive, shallowRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { textIn, type Localized, type Survey } from '@/survey/model/survey'
import { BREAKDOWNS, type BreakdownBy, type DimensionValue } from '@/report/model/answer-table'
import { loadNames, loadPipelines, loadStructure, loadTags, type Names, type Structure } from '@/report/store'
import type { ChoiceQuestion, Labels } from '@/report/ui/figures/figure'

export interface LoadedLabels extends Labels {
  /** departments and who is in them, once somebody asked for it */
  structure: Ref<Structure | undefined>
  askStructure: () => void
  /** why the last reading failed; ids stand in place of names meanwhile */
  error: Ref<unknown>
  retry: () => void
}

interface LabelSources {
  portal: Portal
  store: RecordStore
  surveys: () => readonly Survey[]
}

const NOBODY = { contactId: null, companyId: null, dealId: null, ownerId: null }
const FIELD = { people: 'ownerId', companies: 'companyId', contacts: 'contactId', deals: 'dealId' } as const satisfies Record<keyof Names, string>

/** Long lists ask for many names in one turn; more than this waits for the next one. */
const MOST_AT_ONCE = 2_500

/** Names for everything the report shows by id. Call it in a component's setup. */
export function useLabels({ portal, store, surveys }: LabelSources): LoadedLabels {
  const { t, locale } = useI18n()
  const known = { people: shallowReactive(new Map<number, string | null>()), companies: shallowReactive(new Map<number, string | null>()),
    contacts: shallowReactive(new Map<number, string | null>()), deals: shallowReactive(new Map<number, string | null>()) }
  const wanted: { kind: keyof Names, id: number }[] = []
  const asked = new Set<string>()
  let reading = false
  const error = shallowRef<unknown>()
  const stop = new AbortController()
  onScopeDispose(() => stop.abort())

  /** Name by id, asked for at the end of the turn; while others are being read, together with all that are missing after them. */
  function name(kind: keyof Names, id: number): string | null | undefined {
    const found = known[kind].get(id)
    if (found === undefined && error.value === undefined && !asked.has(`${kind} ${id}`)) {
      asked.add(`${kind} ${id}`)
      wanted.push({ kind, id })
      if (!reading) {
        reading = true
        queueMicrotask(() => void read())
      }
    }
    return found ?? (found === undefined && error.value !== undefined ? `#${id}` : found)
  }

  async function read(): Promise<void> {
    while (wanted.length > 0) {
      const some = wanted.splice(0, MOST_AT_ONCE)
      try {
        const names = await loadNames(portal, some.map(({ kind, id }) => ({ ...NOBODY, [FIELD[kind]]: id })), stop.signal)
        for (const { kind, id } of some) known[kind].set(id, names[kind].get(id) ?? null)
      } catch (failure) {
        if (!stop.signal.aborted) failed(failure)
        break
      }
    }
    reading = false
  }

  function failed(failure: unknown): void {
    error.value = failure
    wanted.length = 0
    asked.clear()
  }

  /** Something that is read as a whole when it is first asked for. */
  function once<T>(load: () => Promise<T>): { value: Ref<T | undefined>, ask: () => void, again: () => Promise<void> } {
    const value = shallowRef<T>()
    const isAsked = ref(false)
    const again = async (): Promise<void> => {
      try {
        value.value = await load()
      } catch (failure) {
        if (!stop.signal.aborted) failed(failure)
        isAsked.value = false
      }
    }
    const ask = (): void => {
      if (isAsked.value || error.value !== undefined) return
      isAsked.value = true
      queueMicrotask(() => void again())
    }
    return { value, ask, again }
  }

  const pipelines = once(() => loadPipelines(portal))
  const tags = once(() => loadTags(portal, store))
  const structure = once(() => loadStructure(portal))

  function among(list: ReturnType<typeof once<ReadonlyMap<number, string>>>, id: number): string | null | undefined {
    list.ask()
    return list.value.value ? list.value.value.get(id) ?? null : error.value === undefined ? undefined : `#${id}`
  }

  const languages = computed(() => new Intl.DisplayNames([locale.value], { type: 'language' }))

  function language(code: string): string {
    try {
      return languages.value.of(code) ?? code
    } catch (failure) {
      // what was posted as a language need not be one
      if (failure instanceof RangeError) return code
      throw failure
    }
  }

  /** What surveys called the field when it was chosen; several surveys may keep different things in it. */
  function snapshot(number: number): string {
    const titles = new Set(surveys().flatMap(({ draft, published }) => (published?.content ?? draft).snapshots[number - 1]?.title ?? []))
    return titles.size === 0 ? t('report.dimension.snapshot', { number }) : [...titles].join(' / ')
  }

  /** Beside the report's own dimensions: a field called like one of them says that it is the field as it was. */
  function kept(number: number): string {
    const title = snapshot(number)
    const isTaken = BREAKDOWNS.some(one => !one.startsWith('snapshot') && t(`report.dimension.${one}`) === title)
    return isTaken ? t('report.dimension.then', { title }) : title
  }

  /** Of the newest published version; a draft was never answered. */
  const questions = computed((): ChoiceQuestion[] => surveys().flatMap(({ id: survey, published }) => {
    const { questions: asked = [], defaultLang = '' } = published?.content ?? {}
    const words = (text: Localized): string => textIn(text, locale.value, defaultLang)
    return asked.flatMap(({ id, type, text, options = [] }): ChoiceQuestion[] => {
      if (type === 'yesno') return [{ survey, id, text: words(text), options: new Map([['yes', t('ui.yes')], ['no', t('ui.no')]]) }]
      if (type !== 'choice' && type !== 'choices') return []
      return [{ survey, id, text: words(text), options: new Map(options.map(option => [option.id, words(option.text)])) }]
    })
  }))

  const labels: Labels = {
    person: id => name('people', id),
    company: id => name('companies', id),
    contact: id => name('contacts', id),
    deal: id => name('deals', id),
    department: id => {
      structure.ask()
      return structure.value.value ? structure.value.value.names.get(id) ?? null : error.value === undefined ? undefined : `#${id}`
    },
    pipeline: id => among(pipelines, id),
    tag: id => among(tags, id),
    survey: id => {
      const one = surveys().find(survey => survey.id === id)
      return one?.published?.content.name ?? one?.draft.name ?? id
    },
    channel: channel => channel === null ? t('report.none.channel') : t(`report.channel.${channel}`),
    language: code => code === '' ? t('report.none.language') : language(code),
    snapshot,
    dimension: dimension => dimension.startsWith('snapshot') ? kept(Number(dimension.slice(-1))) : t(`report.dimension.${dimension}`),
    value,
    questions: () => questions.value,
    tags: () => {
      tags.ask()
      return tags.value.value
    },
    refreshTags: tags.again
  }

  const shown = (label: string | null | undefined, id: number): string => label === undefined ? '…' : label ?? t('report.none.hidden', { id })

  function value(dimension: BreakdownBy, one: DimensionValue): string {
    if (one === null || one === '') return t(`report.none.${dimension.startsWith('snapshot') ? 'snapshot' : dimension}`)
    switch (dimension) {
      case 'responsible': return shown(labels.person(Number(one)), Number(one))
      case 'pipeline': return shown(labels.pipeline(Number(one)), Number(one))
      case 'department': return shown(labels.department(Number(one)), Number(one))
      case 'company': return shown(labels.company(Number(one)), Number(one))
      case 'channel': return labels.channel(String(one))
      case 'survey': return labels.survey(String(one))
      case 'language': return language(String(one))
      case 'group': return t(`ui.group.${one}`)
      default: return String(one)
    }
  }

  return {
    ...labels, structure: structure.value, askStructure: structure.ask, error,
    retry: () => { error.value = undefined }
  }
}
