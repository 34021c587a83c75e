import { ResultReference } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { RECORD_FIELDS, type RecordField } from '@/portal/fields'
import { ANSWER_STAGES, INVITATION_STAGES, type AnswerStage, type RecordStore } from '@/portal/record-store'
import { publish } from '@/survey/model/publish'
import { writeSurvey } from '@/survey/model/stored'
import { afterDeal } from '@/survey/model/templates/after-deal'

/** A portal of a few records for the specs of the report. It knows the conditions that the report sets, and no others. */

const named = <K extends string>(keys: readonly K[], name: (key: K) => string) => Object.fromEntries(keys.map(key => [key, name(key)])) as Record<K, string>
const numbered = (values: readonly string[]) => Object.fromEntries(values.map((value, index) => [value, index + 1]))

export const store: RecordStore = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 21, answerCategoryId: 22, generation: 'g',
  names: named(Object.keys(RECORD_FIELDS) as RecordField[], field => `uf_${field}`),
  enums: {
    FB_CHANNEL: numbered(RECORD_FIELDS.FB_CHANNEL.values), FB_STATE: numbered(RECORD_FIELDS.FB_STATE.values),
    FB_GROUP: numbered(RECORD_FIELDS.FB_GROUP.values), FB_FLAG: numbered(RECORD_FIELDS.FB_FLAG.values)
  },
  native: { 2: { names: {}, enums: {} }, 3: { names: {}, enums: {} }, 4: { names: {}, enums: {} } },
  answerStages: named(ANSWER_STAGES, stage => `DT1038_22:${stage}`),
  invitationStages: named(INVITATION_STAGES, stage => `DT1038_21:${stage}`)
}

export type Row = Record<string, unknown> & { id: number, createdTime: string }

export interface AnswerFacts {
  /** further fields as the portal sends them */
  more?: Record<string, unknown>
  id: number
  /** ISO 8601 */
  at: string
  score?: number | string
  stage?: AnswerStage
  flag?: string
  comment?: string
  contact?: number | null
  invitation?: number
  survey?: string
}

/** An item of the Answers pipeline as crm.item.list gives it: handled by default. */
export function answerRow({ id, at, score, stage, flag, comment = '', contact = 3, invitation, survey = 'after-deal', more = {} }: AnswerFacts): Row {
  const value = Number(score)
  const group = value >= 9 ? 'high' : value >= 7 ? 'middle' : 'low'
  return {
    id, createdTime: at, updatedTime: at, categoryId: 22, stageId: store.answerStages[stage ?? (flag ? 'set_aside' : group)],
    assignedById: 7, contactId: contact, companyId: 4, parentId2: 5,
    uf_FB_NPS: score === undefined ? '' : String(score), uf_FB_GROUP: store.enums.FB_GROUP![group], uf_FB_FLAG: flag ? store.enums.FB_FLAG![flag] : '',
    uf_FB_CHANNEL: store.enums.FB_CHANNEL!.email, uf_FB_SURVEY: survey, uf_FB_VERSION: 1, uf_FB_LANG: 'en',
    uf_FB_INVITATION: invitation === undefined ? '' : String(invitation), uf_FB_COMMENT: comment, ...more
  }
}

/** An item of the Invitations pipeline. */
export function invitationRow(id: number, sentAt: string, state = 'sent'): Row {
  return {
    id, createdTime: sentAt, updatedTime: sentAt, categoryId: 21, stageId: store.invitationStages.open,
    uf_FB_STATE: store.enums.FB_STATE![state], uf_FB_SENT_AT: sentAt, uf_FB_SURVEY: 'after-deal', uf_FB_CHANNEL: store.enums.FB_CHANNEL!.email
  }
}

export interface FakeOptions {
  rows?: Row[]
  zone?: string
  isAdmin?: boolean
  duty?: { person: number, deputy: number | null }
  /** fails every command of this method, or of this list of pipeline `<method>:<category>` */
  failing?: Map<string, ErrorCode>
  /** keeps the conditions of dates to itself, as a portal does with names that it does not know */
  ignoresDates?: boolean
  /** ids of contacts that may not be seen */
  hidden?: number[]
  surveys?: { id: string, name: string }[]
  /** `fields` of crm.item.fields */
  fields?: Record<string, unknown>
  /** employees and departments as the portal sends them; they replace the one employee that everybody is */
  structure?: { people: Record<string, unknown>[], departments: Record<string, unknown>[] }
  /** texts of published versions by `<survey>.<version>` */
  versions?: Map<string, unknown>
  /** called before each request with records is answered */
  before?: () => Promise<void> | void
}

export interface FakePortal extends Portal {
  /** commands of each request */
  requests: Command[][]
}

type ListParams = { entityTypeId: number, filter: Record<string, unknown>, select: string[], order: { id: string }, start: number }

export function fakePortal(options: FakeOptions = {}): FakePortal {
  const { zone = 'Asia/Almaty', isAdmin = true, duty = { person: 1, deputy: null }, failing = new Map(), surveys = [{ id: 'after-deal', name: 'After a deal' }] } = options
  const requests: Command[][] = []
  const userOptions: Record<string, unknown> = {}

  function list({ filter, select, order, start }: ListParams): { items: Row[], total?: number } {
    const rows = [...options.rows ?? []].filter(row => Object.entries(filter).every(([key, wanted]) => {
      if (key === '=categoryId') return row.categoryId === wanted
      if (key === '@categoryId') return (wanted as unknown[]).includes(row.categoryId)
      if (key === '=stageId') return row.stageId === wanted
      if (key === '<id') return row.id < Number(wanted)
      if (key === '>=id') return row.id >= Number(wanted)
      if (key === '<=id') return row.id <= Number(wanted)
      if (key === '>=updatedTime') return Date.parse(String(row.updatedTime)) >= Date.parse(String(wanted))
      if (key === '<createdTime') return options.ignoresDates === true || Date.parse(row.createdTime) < Date.parse(String(wanted))
      if (key === '>=createdTime') return options.ignoresDates === true || Date.parse(row.createdTime) >= Date.parse(String(wanted))
      throw new Error(`the fake portal does not know ${key}`)
    }))
    rows.sort((a, b) => order.id === 'DESC' ? b.id - a.id : a.id - b.id)
    const items = rows.slice(0, 50).map(row => Object.fromEntries(Object.entries(row).filter(([key]) => select.includes(key))) as Row)
    return { items, ...(start < 0 ? {} : { total: rows.length }) }
  }

  function named(entityTypeId: number, ids: unknown): { items: Record<string, unknown>[] } {
    const seen = (ids as number[]).filter(id => !(entityTypeId === 3 && options.hidden?.includes(id)))
    return { items: seen.map(id => entityTypeId === 3 ? { id, name: 'Anna', lastName: `Petrova ${id}`, fm: [{ typeId: 'PHONE', value: '+7 701 555-00-11' }] } : { id, title: entityTypeId === 4 ? 'Acme' : `Deal ${id}` }) }
  }

  function versionsNamed(name: string): unknown[] {
    const content = options.versions?.get(name)
    return content === undefined ? [] : [{ ID: '1', NAME: name, PROPERTY_VALUES: { JSON: JSON.stringify(content) } }]
  }

  function run({ method, params = {} }: Command): unknown {
    switch (method) {
      case 'profile': return { ID: '1', ADMIN: isAdmin, TIME_ZONE: zone }
      case 'app.info': return { CODE: 'local.app' }
      case 'entity.item.get': return params.ENTITY === 'versions' ? versionsNamed(String((params.FILTER as Record<string, unknown>)['=NAME'])) : surveys.map(({ id, name }, index) => ({
        ID: String(index + 1), NAME: id, PROPERTY_VALUES: {
          JSON: writeSurvey(publish({ v: 4, id, status: 'draft', draft: { ...afterDeal, name }, published: null, form: null, plan: null }, '2026-01-01T00:00:00Z', 1))
        }
      }))
      case 'department.get': return options.structure?.departments.slice(Number(params.START), Number(params.START) + 50) ?? []
      case 'user.get': {
        const people = options.structure?.people
        if (people && params.FILTER === undefined) return people.slice(Number(params.start), Number(params.start) + 50)
        const ids = (params.FILTER as { '@ID': number[] })['@ID']
        return people?.filter(({ ID }) => ids.includes(Number(ID))) ?? ids.map(id => ({ ID: String(id), NAME: 'Timur', LAST_NAME: `Manager ${id}` }))
      }
      case 'crm.item.list': {
        const { filter, entityTypeId } = params as unknown as ListParams
        if ('@id' in filter && entityTypeId === store.entityTypeId) {
          return { items: (options.rows ?? []).filter(row => (filter['@id'] as number[]).includes(row.id)) }
        }
        return '@id' in filter ? named(entityTypeId, filter['@id']) : list(params as unknown as ListParams)
      }
      default: throw new Error(`the fake portal does not know ${method}`)
    }
  }

  return {
    requests,
    context: {
      origin: 'https://portal.example', memberId: 'm', lang: 'en', isAdmin, placement: 'LEFT_MENU', options: {}, isInstalled: true,
      appOptions: { store: JSON.stringify(store), duty: JSON.stringify(duty) }
    },
    call: (method, params = {}) => {
      if (method === 'crm.category.list') return Promise.resolve({ categories: [{ id: 0, name: 'Sales' }, { id: '5', name: 'Service' }] } as never)
      if (method === 'user.option.get') return Promise.resolve(userOptions[String(params.option)] as never)
      if (method === 'user.option.set') return Promise.resolve(Object.assign(userOptions, params.options) as never)
      if (method === 'crm.item.list') return Promise.resolve(run({ method, params }) as never)
      if (method !== 'crm.item.fields') return Promise.reject(new Error(`the report calls ${method} outside a batch`))
      return Promise.resolve({ fields: options.fields ?? {}, asked: params } as never)
    },
    batch: (async (commands: Record<string, Command>) => {
      requests.push(Object.values(commands))
      await options.before?.()
      const outcomes: Record<string, Outcome<unknown>> = {}
      for (const [name, command] of Object.entries(commands)) {
        const filter = (command.params?.filter ?? {}) as Record<string, unknown>
        const below = filter['<id']
        const earlier = below instanceof ResultReference ? outcomes[below.command] : undefined
        const last = earlier?.ok ? (earlier.result as { items: Row[] }).items[Number((below as ResultReference).path[1])]?.id : undefined
        const categories = [filter['=categoryId'], filter['@categoryId']].flat()
        const code = failing.get(command.method) ?? categories.flatMap(category => failing.get(`${command.method}:${String(category)}`) ?? [])[0]
          ?? (below instanceof ResultReference && last === undefined ? 'badRequest' : undefined)
        if (code) {
          outcomes[name] = { ok: false, error: new PortalError(code, { method: command.method }) }
          continue
        }
        const params = last === undefined ? command.params : { ...command.params, filter: { ...filter, '<id': last } }
        const result = run({ method: command.method, ...params && { params } })
        const total = (result as { total?: number }).total
        outcomes[name] = { ok: true, result, ...(total === undefined ? {} : { total }) }
      }
      return outcomes
    }) as Portal['batch']
  }
}
