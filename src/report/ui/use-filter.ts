import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { formatAddress, parseAddress, type Strange } from '@/report/model/address'
import type { ReportFilter } from '@/report/model/filter'

export interface FilterState {
  filter: ShallowRef<ReportFilter>
  change: (part: Partial<ReportFilter>) => void
  /** the whole state, as `formatAddress` writes it */
  address: () => string
  /** takes over another state, e.g. of a saved view */
  go: (address: string) => void
  /** what of the address was not understood, for people */
  refused: ShallowRef<readonly Strange[]>
}

/**
 * The filter of the page, kept in the fragment of its address: a reload of the frame comes back to it.
 * @param linked the state that a link to the report names; counts until something is written into the fragment
 */
export function useFilter(linked: string | undefined): FilterState {
  // an empty fragment is a choice as well: everything as by default
  const start = parseAddress(location.href.includes('#') ? location.hash : linked ?? '')
  const filter = shallowRef(start.filter)
  const refused = shallowRef<readonly Strange[]>([...start.refused, ...start.unknown])
  let { unknown } = start

  const address = (): string => formatAddress(filter.value, unknown)

  function go(text: string): void {
    const read = parseAddress(text)
    unknown = read.unknown
    refused.value = [...read.refused, ...read.unknown]
    filter.value = read.filter
  }

  watch(filter, () => history.replaceState(history.state, '', `#${address()}`))

  const follow = (): void => {
    if (location.hash.replace(/^#/, '') !== address()) go(location.hash)
  }
  addEventListener('hashchange', follow)
  onScopeDispose(() => removeEventListener('hashchange', follow))

  return { filter, change: part => { filter.value = { ...filter.value, ...part } }, address, go, refused }
}
