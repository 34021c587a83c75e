/** How a reply differs from the documented one. */
export interface Deviation { path: string, documented: string, found: string }

export interface Comparison {
  /** documented values that were compared; rows of a list count once */
  checked: Set<string>
  deviations: Deviation[]
}

export interface CompareRules {
  /** paths of maps whose keys are the portal's own: one documented value speaks for all */
  ownKeys?: readonly string[]
  /** paths of maps in which documented keys may be missing */
  partial?: readonly string[]
  /** on a portal that is not ours a documented value may be empty */
  emptyAllowed?: boolean
}

/** Keys that belong to the example portal of the page or to this one: user fields and links to parents of its own types. */
const OWN_FIELD = /^(uf[A-Z_]|UF_CRM|parentId\d+$)/

/** Keys that are ids of records, people or languages. */
const OWN_KEY = /^(\d+|[a-z]{2})$/

const kindOf = (value: unknown): string => value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value

/** A documented shape in few words. */
function shown(shape: unknown): string {
  if (isUnion(shape)) return shape['|'].map(shown).join(' or ')
  return typeof shape === 'string' ? shape : Array.isArray(shape) ? 'list' : 'object'
}

const isUnion = (shape: unknown): shape is { '|': unknown[] } => typeof shape === 'object' && shape !== null && '|' in shape

/**
 * Compares a reply with the shape of the documented one: the same keys, the same types, lists with something in them.
 * A documented null says that a field may be empty: it fits null and any single value. A documented empty list or map says nothing of
 * what may be in it.
 */
export function compare(shape: unknown, value: unknown, path: string, rules: CompareRules = {}): Comparison {
  if (isUnion(shape)) {
    const tries = shape['|'].map(one => compare(one, value, path, rules))
    return tries.find(({ deviations }) => deviations.length === 0) ?? tries[0] ?? together([])
  }
  const fits = (yes: boolean, found = kindOf(value)): Comparison =>
    ({ checked: new Set([path]), deviations: yes ? [] : [{ path, documented: shown(shape), found }] })
  if (value === null && rules.emptyAllowed) return fits(true)
  if (shape === 'null') return fits(kindOf(value) !== 'list' && kindOf(value) !== 'object')
  if (typeof shape === 'string') return fits(kindOf(value) === shape)
  if (Array.isArray(shape)) {
    // PHP has one kind of array: an empty list and an empty map look the same
    if (shape.length === 0) return fits(kindOf(value) === 'list' || kindOf(value) === 'object')
    if (!Array.isArray(value)) return fits(false)
    if (value.length === 0) return fits(rules.emptyAllowed === true, 'empty list')
    return together(value.map(item => compare(shape[0], item, `${path}[]`, rules)))
  }
  if (Array.isArray(value) && value.length === 0) return fits(Object.keys(shape as object).length === 0 || rules.emptyAllowed === true, 'empty list')
  if (kindOf(value) !== 'object') return fits(false)
  return compareMaps(shape as Record<string, unknown>, value as Record<string, unknown>, path, rules)
}

function compareMaps(shape: Record<string, unknown>, value: Record<string, unknown>, path: string, rules: CompareRules): Comparison {
  const names = Object.keys(shape)
  if (names.length === 0) return { checked: new Set([path]), deviations: [] }
  if (rules.ownKeys?.includes(path) || names.every(name => OWN_KEY.test(name))) {
    return together(Object.keys(value).map(key => compare(shape[key] ?? shape[names[0]!], value[key], `${path}.*`, rules)))
  }
  const one = (name: string, documented: string, found: string): Comparison =>
    ({ checked: new Set([`${path}.${name}`]), deviations: [{ path: `${path}.${name}`, documented, found }] })
  return together([
    ...names.filter(name => !OWN_FIELD.test(name) && !(rules.partial?.includes(path) && !(name in value))).map(name =>
      name in value ? compare(shape[name], value[name], `${path}.${name}`, rules) : one(name, shown(shape[name]), 'nothing')),
    ...Object.keys(value).filter(key => !names.includes(key) && !OWN_FIELD.test(key)).map(key => one(key, 'nothing', kindOf(value[key])))
  ])
}

/** Rows of one list differ in the same way: each deviation counts once. */
function together(parts: Comparison[]): Comparison {
  const deviations = new Map(parts.flatMap(part => part.deviations).map(one => [`${one.path} ${one.documented} ${one.found}`, one]))
  return { checked: new Set(parts.flatMap(({ checked }) => [...checked])), deviations: [...deviations.values()] }
}
