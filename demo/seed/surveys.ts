import { isoOf } from '../clock'
import { intOf, isRecord } from '../rest/handler'
import { nextId } from '../rest/records'
import type { DemoPortal, Storage } from '../state'

export type Metric = 'nps' | 'csat' | 'ces' | 'stars'

/** A scored question: enough to give an answer to it, and to say what the answer is worth. */
export interface Scored { id: string; type: Metric; points: number; easyIs: 'high' | 'low' }

/** One version of a survey that answers were given to. */
export interface SurveyFacts {
  id: string
  version: number
  /** the first one is the headline */
  scored: Scored[]
  /** how many snapshot fields are filled */
  snapshots: number
  /** a question where people choose; ids only */
  choices?: { id: string; options: readonly string[] }
}

const nps = (id: string): Scored => ({ id, type: 'nps', points: 11, easyIs: 'high' })
const TEXTS: Record<Metric, { ru: string; en: string }> = {
  nps: { ru: 'Насколько вероятно, что вы порекомендуете нас?', en: 'How likely are you to recommend us?' },
  csat: { ru: 'Насколько вы довольны нашей работой?', en: 'How satisfied are you with our work?' },
  ces: { ru: 'Насколько легко было решить ваш вопрос?', en: 'How easy was it to solve your problem?' },
  stars: { ru: 'Оцените монтаж', en: 'Please rate the installation' }
}

type Text = { ru: string; en: string }
interface Past {
  id: string; name: string; company: string; versions: Scored[][]; snapshots: { card: string; field: string; title: string }[]
  choices?: { id: string; text: Text; options: { id: string; text: Text }[] }
}

/** Surveys that ran beside the first one and stand still now; the effort survey turned its scale round on the way. */
const PAST: Past[] = [
  {
    id: 'service', name: 'После обращения в сервис', company: 'Alatau', versions: [[{ id: 'csat', type: 'csat', points: 5, easyIs: 'high' }, nps('recommend')]],
    snapshots: [{ card: 'deal', field: 'sourceId', title: 'Источник' }, { card: 'deal', field: 'typeId', title: 'Тип сделки' },
      { card: 'company', field: 'title', title: 'Компания' }, { card: 'deal', field: 'additionalInfo', title: 'Дополнительно' },
      { card: 'company', field: 'employees', title: 'Сотрудников' }],
    choices: {
      id: 'why', text: { ru: 'Что повлияло на вашу оценку?', en: 'What shaped your rating?' }, options: [
        { id: 'speed', text: { ru: 'Скорость', en: 'Speed' } }, { id: 'people', text: { ru: 'Люди', en: 'The people' } },
        { id: 'result', text: { ru: 'Результат', en: 'The result' } }, { id: 'price', text: { ru: 'Цена', en: 'The price' } }
      ]
    }
  },
  {
    id: 'effort', name: 'Легко ли с нами', company: 'Alatau',
    versions: [[{ id: 'ces', type: 'ces', points: 5, easyIs: 'high' }], [{ id: 'ces', type: 'ces', points: 7, easyIs: 'low' }]], snapshots: []
  },
  {
    id: 'stars', name: 'Оценка монтажа', company: 'Alatau', versions: [[{ id: 'stars', type: 'stars', points: 5, easyIs: 'high' }]],
    snapshots: [{ card: 'deal', field: 'sourceId', title: 'Источник' }, { card: 'deal', field: 'typeId', title: 'Тип сделки' }]
  }
]

/** The survey that the app made, as far as its stored text tells: its id, version and the id of its first question. */
function firstOf(storages: readonly Storage[]): { facts: SurveyFacts; stored: Record<string, unknown> | null; storage: Storage | null } {
  const facts: SurveyFacts = { id: '1', version: 1, scored: [nps('nps')], snapshots: 0 }
  for (const storage of storages) {
    for (const { properties } of storage.items) {
      const stored: unknown = properties.JSON?.includes('"published"') ? JSON.parse(properties.JSON) : null
      if (!isRecord(stored) || !isRecord(stored.published) || !isRecord(stored.published.content)) continue
      const { content, version } = stored.published
      const questions = Array.isArray(content.questions) ? content.questions.filter(isRecord) : []
      return {
        stored, storage,
        facts: { ...facts, id: String(stored.id), version: intOf(version) || 1, scored: [nps(String(questions.find(one => one.type === 'nps')?.id ?? 'nps'))] }
      }
    }
  }
  return { facts, stored: null, storage: null }
}

/** What of a survey's content is another one's: name, questions, snapshots. */
function contentOf(past: Past, scored: readonly Scored[], like: Record<string, unknown>): Record<string, unknown> {
  const questions = scored.map(({ id, type, points, easyIs }, index) => ({
    id, type, text: TEXTS[type], required: index === 0, ...(type === 'ces' ? { points, easyIs } : {})
  }))
  const choices = past.choices ? [{ ...past.choices, type: 'choices', required: false }] : []
  return { ...like, name: past.name, questions: [...questions, ...choices], snapshots: past.snapshots, pipelines: [] }
}

function put(portal: DemoPortal, storage: Storage, name: string, json: unknown): void {
  const time = isoOf(portal.now())
  storage.items.push({ id: nextId(portal.state, 'storageItem'), name, properties: { JSON: JSON.stringify(json) }, createdBy: 1, modifiedBy: 1, created: time,
    modified: time, sort: 500, active: true })
}

/**
 * The surveys that answers belong to, every version of each, the first one's first. Beside the survey that the app made it keeps three that stand
 * still, in the app's own storages and in the shape of the first one. Without such storages there is only the first.
 */
export function seedSurveys(portal: DemoPortal): SurveyFacts[] {
  const { facts, stored, storage } = firstOf(portal.state.storages)
  const versions = portal.state.storages.find(other => other !== storage && other.items.some(item => item.name === `${facts.id}.${facts.version}`))
  if (!stored || !storage || !versions || !isRecord(stored.published) || !isRecord(stored.published.content) || !isRecord(stored.draft)) return [facts]
  const { draft, published } = stored
  const like = published.content as Record<string, unknown>
  const known = PAST.filter(past => !storage.items.some(item => item.name === past.id))
  for (const past of known) {
    const newest = past.versions.at(-1) ?? []
    past.versions.forEach((scored, index) => put(portal, versions, `${past.id}.${index + 1}`, contentOf(past, scored, like)))
    put(portal, storage, past.id, {
      ...stored, id: past.id, status: 'paused', form: null, draft: contentOf(past, newest, draft),
      published: { ...published, version: past.versions.length, content: contentOf(past, newest, like) }
    })
  }
  return [facts, ...PAST.flatMap(past => past.versions.map((scored, index): SurveyFacts =>
    ({
      id: past.id, version: index + 1, scored, snapshots: past.snapshots.length,
      ...past.choices ? { choices: { id: past.choices.id, options: past.choices.options.map(({ id }) => id) } } : {}
    })))]
}
