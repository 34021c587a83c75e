import { compare, type Deviation } from './shapes-compare'
import { CONTRACTS } from './methods-calls'

/** Differences from the documentation that stand, each with its reason. Paths may end in `*`. */
export const EXCEPTIONS: [method: string, path: string, reason: string][] = [
  ['crm.item.list', 'result.items[].name', 'the page shows a lead, which has a person\'s name; the app lists deals'],
  ['crm.item.list', 'result.items[].lastName', 'as above'],
  ['crm.item.batchImport', 'result.items[].error', 'only for an item that was refused'],
  ['crm.item.batchImport', 'result.items[].error_description', 'as above'],
  ['crm.item.fields', 'result.fields.contacts', 'a second name of contactIds that no call of the app uses'],
  ...['lengthDeadline', 'taskRequireResult', 'taskHasOpenResult', 'taskHasResult', 'timeElapsed', 'timerIsRunningForCurrentUser', 'parsedDescription', 'counter', 'tags']
    .map((name): [string, string, string] => ['tasks.task.list', `result.tasks[].${name}`, 'comes only when select or params ask for it; the app does not'])
]

/** The page shows another kind of record than the app reads. */
const SHOWN_ELSEWHERE: Record<string, string> = {
  // a lead; a deal is shown in the reply to its change
  'crm.item.get': 'crm.item.update',
  // a task of a project, with a checklist and comments; a plain one is shown in the reply to a change
  'tasks.task.complete': 'tasks.task.update'
}

const OWN_KEYS = ['result.result', 'result.result_total', 'result.result_time']
const OPTIONS = /^(app|user)\.option\.get$/

/** Time of a reply as the newer pages show it. Older pages lack the last three, one shows a number as text. */
const TIME = {
  start: 'number', finish: 'number', duration: 'number', processing: 'number', date_start: 'string', date_finish: 'string', operating: 'number',
  operating_reset_at: 'number'
}

export interface Checked { values: number, deviations: Deviation[], excepted: number }

/**
 * Compares a whole reply of a method with its page.
 * @param emptyAllowed a portal that is not ours may have empty fields where the example has none
 */
export function checkReply(method: string, body: Record<string, unknown>, emptyAllowed: boolean): Checked {
  const documented = CONTRACTS[SHOWN_ELSEWHERE[method] ?? method]!.response as Record<string, unknown>
  // which fields a type has is a matter of its settings
  const partial = emptyAllowed ? ['result.fields'] : []
  const rules = { emptyAllowed, partial, ownKeys: OPTIONS.test(method) ? ['result'] : method === 'batch' ? OWN_KEYS : [] }
  // what a command of a batch gives is checked where the method itself is called
  const shape = method === 'batch' ? { ...documented.result as object, result: { any: {} }, result_time: { any: TIME } } : documented.result
  const parts = [
    compare(shape, method === 'batch' ? withObjects(body.result) : body.result, 'result', rules),
    compare(TIME, body.time, 'time', rules),
    // how many there are is told by every list; what comes next only when there is more
    ...'total' in documented ? [compare('number', body.total, 'total', rules)] : [],
    ...body.next === undefined ? [] : [compare('number', body.next, 'next', rules)]
  ]
  const deviations = parts.flatMap(part => part.deviations)
  const isExcepted = ({ path }: Deviation): boolean => EXCEPTIONS.some(([name, exception]) => name === method && exception === path)
  return {
    values: parts.reduce((sum, { checked }) => sum + checked.size, 0),
    deviations: deviations.filter(one => !isExcepted(one)),
    excepted: deviations.filter(isExcepted).length
  }
}

/** Results of a batch without what is in them. */
const withObjects = (result: unknown): unknown =>
  ({ ...result as object, result: Object.fromEntries(Object.keys((result as { result: object }).result).map(key => [key, {}])) })
