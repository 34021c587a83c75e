import type { Params } from '../../demo/rest/handler'
import { CONTRACTS } from './methods-calls'
import { EXAMPLES } from './methods-examples'
import type { Place } from './methods-place'
import { checkReply } from './shapes-expected'

type Body = Record<string, unknown>

export interface WebhookReport {
  values: number
  called: string[]
  /** differences from the documentation, and errors */
  found: string[]
  /** what could not be removed again */
  remains: string[]
  /** methods that were not called: the webhook is no application */
  applicationOnly: string[]
  /** methods that were not called: nothing that the app calls would take away what they make */
  left: string[]
  /** methods that were not called: the portal has no such record */
  nothing: string[]
}

/** One request to a portal over its incoming webhook. @throws Error when the reply is no JSON */
async function post(address: string, method: string, params: Params): Promise<Body> {
  const reply = await fetch(new URL(method, address.endsWith('/') ? address : `${address}/`), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(params)
  })
  return await reply.json() as Body
}

/** What is there to look at, read over the webhook. */
async function findPlace(call: (method: string, params?: Params) => Promise<unknown>): Promise<Place> {
  const { ID: me } = await call('profile') as { ID: string }
  const departments = await call('department.get') as { ID: string, PARENT?: string }[]
  const { types } = await call('crm.type.list', { order: { id: 'ASC' } }) as { types: { id: number, entityTypeId: number }[] }
  const { fields } = await call('userfieldconfig.list', { moduleId: 'crm', filter: { userTypeId: 'enumeration' } }) as { fields: { id: string, fieldName: string }[] }
  const { tasks } = await call('tasks.task.list', { select: ['ID'] }) as { tasks: { id: string }[] }
  return {
    me: Number(me), deal: 0, contact: 0, company: 0, entityTypeId: types[0]?.entityTypeId ?? 0, typeId: types[0]?.id ?? 0, categoryId: 0,
    departments: departments.map(({ ID }) => Number(ID)), department: Number(departments.find(({ PARENT }) => PARENT)?.ID ?? 0), unseen: 0,
    userField: Number(fields[0]?.id ?? 0), userFieldName: fields[0]?.fieldName ?? '', status: 0, activity: 0, comment: 0, task: Number(tasks[0]?.id ?? 0), storage: '', storageItem: 0, template: 0, process: '', chat: 0
  }
}

/**
 * Calls what a webhook may call and compares the replies with the documentation. Reads, and writes only to records that it made itself and
 * removes at the end, also after a failure.
 */
export async function runOverWebhook(address: string): Promise<WebhookReport> {
  const result = async (method: string, params: Params = {}): Promise<unknown> => {
    const body = await post(address, method, params)
    if ('error' in body) throw new Error(`${method}: ${String(body.error)} ${String(body.error_description)}`)
    return body.result
  }
  const report: WebhookReport = { values: 0, called: [], found: [], remains: [], applicationOnly: [], left: [], nothing: [] }
  const place = await findPlace(result)
  const made = async (entityTypeId: number, fields: Params): Promise<number> =>
    Number((await result('crm.item.add', { entityTypeId, fields }) as { item: { id: number } }).item.id)
  try {
    place.company = await made(4, { title: 'Contract suite' })
    place.contact = await made(3, { name: 'Contract', lastName: 'suite', companyId: place.company })
    for (const [method, { params, elsewhere, lacks, keep }] of Object.entries(EXAMPLES)) {
      if (CONTRACTS[method]!.applicationContext === true) report.applicationOnly.push(method)
      else if (!elsewhere) report.left.push(method)
      else if (lacks?.(place)) report.nothing.push(method)
      else {
        const body = await post(address, method, params(place))
        report.called.push(method)
        if ('error' in body) {
          report.found.push(`${method}: ${String(body.error)} ${String(body.error_description)}`)
          continue
        }
        keep?.(place, body.result)
        const { values, deviations } = checkReply(method, body, true)
        report.values += values
        report.found.push(...deviations.map(one => `${method} ${one.path}: documented ${one.documented}, found ${one.found}`))
      }
    }
  } finally {
    for (const [entityTypeId, id] of [[2, place.deal], [3, place.contact], [4, place.company]] as const) {
      if (id === 0) continue
      await post(address, 'crm.item.delete', { entityTypeId, id })
      // what the run has removed itself is not found any more
      const { error } = await post(address, 'crm.item.get', { entityTypeId, id })
      if (error !== 'NOT_FOUND') report.remains.push(`${entityTypeId}/${id}`)
    }
    if (place.status !== 0) {
      await post(address, 'crm.status.delete', { id: place.status })
      const { result: rows } = await post(address, 'crm.status.list', { filter: { ID: place.status } })
      if (!Array.isArray(rows) || rows.length > 0) report.remains.push(`status ${place.status}`)
    }
  }
  return report
}
