import * as v from 'valibot'
import { parseJson } from '@/survey/model/parse-json'

/** A filter under a name, of one person. */
export interface SavedView {
  name: string
  /** see `formatAddress` */
  address: string
}

/** All views of a person share one option of the portal. */
const MOST_VIEWS = 30
const MOST_NAME = 60
const MOST_ADDRESS = 1_000

const schema = v.array(v.object({ name: v.pipe(v.string(), v.minLength(1)), address: v.string() }))

/** What an option holds; [] for nothing and for what is none: a view is soon made again. */
export function readViews(json: unknown): SavedView[] {
  const parsed = v.safeParse(schema, typeof json === 'string' ? parseJson(json) : null)
  return parsed.success ? parsed.output : []
}

export const writeViews = (views: readonly SavedView[]): string => JSON.stringify(views)

/** Why a view cannot be saved. */
export type ViewRefusal = 'noName' | 'tooMany' | 'tooLong'

/** Adds a view at the end; one of the same name, whatever its capitals, is replaced where it stands. */
export function withView(views: readonly SavedView[], { name, address }: SavedView): SavedView[] | ViewRefusal {
  const view = { name: name.trim(), address }
  if (view.name === '') return 'noName'
  if (view.name.length > MOST_NAME || address.length > MOST_ADDRESS) return 'tooLong'
  const at = views.findIndex(one => one.name.toLowerCase() === view.name.toLowerCase())
  if (at >= 0) return views.map((one, index) => index === at ? view : one)
  return views.length < MOST_VIEWS ? [...views, view] : 'tooMany'
}

export function withoutView(views: readonly SavedView[], name: string): SavedView[] {
  return views.filter(one => one.name !== name)
}
