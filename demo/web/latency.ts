import { intOf, isRecord, recordOf, textOf, type Params } from '../rest/handler'
import type { DemoPortal } from '../state'

/*
 * What replies take in the documentation's own measurement of 2,387,743 records (page: settings/performance/huge-data.md): a page of a list without a
 * count 68.5 ms of processing, with a count 49.9 s; 29.4 ms of the whole lie outside of it. The time of a count is taken to grow with the number of records.
 */
const ON_THE_WAY = 29.4
const PAGE = 68.5
const COUNT_OF_ONE = 49_899.9 / 2_387_743

/** Milliseconds that a request takes by the documentation; a batch takes as long as all of its commands one after the other. */
export function documentedLatency(portal: DemoPortal, method: string, params: Params): number {
  const commands: [string, Params][] = method === 'batch'
    ? Object.values(recordOf(params.cmd)).map(command => {
        const [name = '', query = ''] = textOf(command).split('?')
        const values = new URLSearchParams(query)
        return [name, { entityTypeId: values.get('entityTypeId'), start: values.get('start') }]
      })
    : [[method, params]]
  return ON_THE_WAY + commands.reduce((sum, [name, values]) => sum + (name.endsWith('.list') ? listTime(portal, values) : 0), 0)
}

function listTime({ state }: DemoPortal, params: Params): number {
  const size = state.items.get(intOf(isRecord(params) ? params.entityTypeId : 0))?.size ?? 0
  return PAGE + (textOf(params.start) === '-1' ? 0 : size * COUNT_OF_ONE)
}
