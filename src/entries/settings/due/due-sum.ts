import type { Due } from '@/invitation/model/due'

/** "14 to ask, 6 to remind, 3 expired"; '' for nothing. */
export function sumOf(due: readonly Pick<Due, 'kind'>[], t: (key: string, values: { n: number }, count: number) => string): string {
  return (['ask', 'remind', 'expire'] as const).flatMap(kind => {
    const n = due.filter(one => one.kind === kind).length
    return n === 0 ? [] : [t(`due.sum.${kind}`, { n }, n)]
  }).join(', ')
}
