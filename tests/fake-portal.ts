import type { Command, Outcome, Params, Portal, PortalContext } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL, RECORD_FIELDS, nativeFieldsOf, type FieldSpec, type NativeType, type RecordField } from '@/portal/fields'
import { ANSWER_STAGES, INVITATION_STAGES, type RecordStore } from '@/portal/record-store'
import { publish } from '@/survey/model/publish'
import type { Survey } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'

/** For specs of components: a portal that answers from a table, and what an installed app finds in it. */

type Enums = Record<string, Record<string, number>>
const enumsOf = (specs: Readonly<Record<string, FieldSpec>>): Enums => Object.fromEntries(Object.entries(specs)
  .flatMap(([name, { values }]) => values ? [[name, Object.fromEntries(values.map((value, index) => [value, 100 + index]))]] : []))
const native = (type: NativeType) => {
  const specs = nativeFieldsOf(type)
  return { names: Object.fromEntries(Object.keys(specs).map(name => [name, name])), enums: enumsOf(specs) }
}

/** Names of fields are the codes themselves. */
export const STORE: RecordStore = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 21, answerCategoryId: 22, generation: 'g1',
  names: Object.fromEntries(Object.keys(RECORD_FIELDS).map(name => [name, name])) as Record<RecordField, string>,
  enums: enumsOf(RECORD_FIELDS),
  native: { [DEAL]: native(DEAL), [CONTACT]: native(CONTACT), [COMPANY]: native(COMPANY) },
  answerStages: Object.fromEntries(ANSWER_STAGES.map(stage => [stage, `A:${stage}`])) as RecordStore['answerStages'],
  invitationStages: Object.fromEntries(INVITATION_STAGES.map(stage => [stage, `I:${stage}`])) as RecordStore['invitationStages']
}

export const SURVEY: Survey = {
  ...publish({ v: 4, id: 's1', status: 'draft', draft: { ...afterDeal, name: 'After the deal', company: 'Alatau' }, published: null, form: null, plan: null }, '2026-01-01T00:00:00Z', 1),
  status: 'active', form: { id: 5, sec: 'abc', made: 'api', verifiedAt: null }
}

export const storedSurveys = (...surveys: Survey[]): unknown =>
  surveys.map((survey, index) => ({ ID: index + 1, NAME: survey.id, TIMESTAMP_X: '2026-01-01T00:00:00Z', PROPERTY_VALUES: { JSON: JSON.stringify(survey) } }))

const listId = (field: RecordField, value: string): number => STORE.enums[field]![value]!

/** An item of the Invitations pipeline: sent, open, of contact 3 in deal 2. Values of lists are written by their XML_IDs. */
export function invitationItem(id: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id, title: '', categoryId: 21, stageId: 'I:open', assignedById: 7, createdTime: '2026-03-01T10:02:00Z', contactId: 3, companyId: null, parentId2: 2,
    FB_TOKEN: `${id}`.padStart(32, 'a'), FB_SURVEY: 's1', FB_VERSION: 1, FB_LANG: 'en', FB_ASKED_BY: 7,
    FB_SENT_AT: '2026-03-01T10:02:00Z', FB_EXPIRES_AT: '2026-03-31T10:02:00Z', ...fields,
    FB_STATE: listId('FB_STATE', String(fields.FB_STATE ?? 'sent'))
  }
}

/** An item of the Answers pipeline: a promoter of contact 3 in deal 2, handled. */
export function answerItem(id: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id, title: '', categoryId: 22, stageId: 'A:high', assignedById: 7, createdTime: '2026-03-01T12:00:00Z', contactId: 3, companyId: null, parentId2: 2,
    FB_TOKEN: `${id}`.padStart(32, 'b'), FB_SURVEY: 's1', FB_VERSION: 1, FB_LANG: 'en', FB_NPS: '9', FB_VALUE: 9, FB_SCORE: 90, FB_ANSWERS: '{"nps":9}', FB_ASKED_BY: 7,
    ...fields,
    FB_GROUP: fields.FB_GROUP === null ? null : listId('FB_GROUP', String(fields.FB_GROUP ?? 'high')),
    FB_FLAG: fields.FB_FLAG === undefined ? null : listId('FB_FLAG', String(fields.FB_FLAG))
  }
}

/** An answer as the form leaves it: nothing of the handling. */
export const newAnswerItem = (id: number, fields: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ ...answerItem(id, { contactId: null, parentId2: null, FB_VALUE: null, FB_SCORE: null, FB_GROUP: null, FB_ASKED_BY: null, ...fields }), stageId: 'A:new' })

/** What a command comes to: a result, or an error that is returned. Named by command in a batch, by method otherwise. */
export type Replies = Record<string, unknown | ((params: Params) => unknown)>

export interface FakePortal extends Portal {
  /** one line a request: the method, or `batch` with the names of its commands */
  requests: string[]
}

/** @throws what has no reply: a component asked for something that the test does not know of */
export function fakePortal(replies: Replies, context: Partial<PortalContext> = {}): FakePortal {
  const requests: string[] = []
  const replyTo = (name: string, { method, params = {} }: Command): unknown => {
    const key = name in replies ? name : method
    if (!(key in replies)) throw new Error(`nobody expected ${name} (${method})`)
    const reply = replies[key]
    return typeof reply === 'function' ? (reply as (params: Params) => unknown)(params) : reply
  }
  return {
    requests,
    context: {
      origin: 'https://portal.example', memberId: 'm', lang: 'en', isAdmin: true, placement: 'CRM_DEAL_DETAIL_TAB', options: { ID: '2' },
      appOptions: { store: JSON.stringify(STORE), duty: JSON.stringify({ person: 7, deputy: null }), base: 'https://app.example/' }, isInstalled: true, ...context
    },
    async call<T>(method: string, params: Params = {}) {
      requests.push(method)
      const result = replyTo(method, { method, params })
      if (result instanceof PortalError) throw result
      return result as T
    },
    async batch<T extends Record<string, unknown>>(commands: { [K in keyof T]: Command }) {
      requests.push(`batch ${Object.keys(commands).join(' ')}`)
      return Object.fromEntries(Object.entries<Command>(commands).map(([name, command]): [string, Outcome<unknown>] => {
        const result = replyTo(name, command)
        if (result instanceof PortalError) return [name, { ok: false, error: result }]
        const total = (result as { total?: number } | null)?.total
        return [name, { ok: true, result, ...total === undefined ? {} : { total } }]
      })) as { [K in keyof T]: Outcome<T[K]> }
    }
  }
}
