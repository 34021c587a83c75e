import { bagOf, type Bag, type Run } from './run'
import { compareAs, compareLoosely, flat, isEmpty, isFalsy, isList, NotServed, TEXT, toText, type Property } from './values'

/** Keys under which a branch or a loop may carry its condition; the first one counts (facts 68, 69). */
export const CONDITION_KEYS = ['fieldcondition', 'propertyvariablecondition', 'mixedcondition', 'truecondition']

const OPERATORS = ['=', '!=', '>', '>=', '<', '<=', 'in', '!in', 'contain', '!contain', 'empty', '!empty', 'between']

interface Item { object: string; field: string; operator: string; value: unknown; or: boolean }

function itemsOf(key: string, condition: unknown): Item[] {
  return Object.values(bagOf(condition)).map((raw): Item => {
    const row = bagOf(raw)
    const [field, operator, value, joiner] = key === 'mixedcondition' ? [row.field, row.operator, row.value, row.joiner] : [row[0], row[1], row[2], row[3]]
    const object = key === 'mixedcondition' ? toText(row.object) : key === 'fieldcondition' ? 'Document' : ''
    return { object, field: toText(field), operator: toText(operator), value, or: !isFalsy(joiner) }
  })
}

/** What is wrong with the condition of a node; empty when nothing is. */
export function conditionProblems(properties: Bag, needed: boolean): string[] {
  const keys = Object.keys(properties).filter(key => CONDITION_KEYS.includes(key))
  const [key] = keys
  if (key === undefined) return needed ? ['The condition is not set'] : []
  if (keys.length > 1) return [`Only one condition counts: ${keys.join(', ')}`]
  if (key === 'truecondition') return []
  const items = itemsOf(key, properties[key])
  if (!items.length) return ['The condition is empty']
  return items.flatMap(({ field, operator }) => [
    ...(field ? [] : ['The condition names no field']), ...(OPERATORS.includes(operator) ? [] : [`Unknown operator "${operator}"`])
  ])
}

/** Whether a branch is taken. Without a condition it is the else branch. */
export function holds(run: Run, properties: Bag): boolean {
  const key = Object.keys(properties).find(name => CONDITION_KEYS.includes(name))
  if (key === undefined || key === 'truecondition') return true
  const groups = [true]
  for (const item of itemsOf(key, properties[key])) {
    const met = isMet(run, item)
    // an "or" opens a new group; one before the first condition leaves an empty group, which always holds
    if (item.or) groups.push(met)
    else if (!met) groups[groups.length - 1] = false
  }
  return groups.some(Boolean)
}

function isMet(run: Run, { object, field, operator, value }: Item): boolean {
  const { property, value: left } = object === '' ? run.parameterOrVariable(field) : run.lookUp(object, field)
  return check(operator, left, run.resolve(value, property.type), property, users => run.usersOf(users))
}

const listOf = (value: unknown): unknown[] => {
  const list = isList(value) ? value : typeof value === 'object' && value !== null && value.constructor === Object ? Object.keys(value) : [value]
  return list.length ? list : [null]
}

const isText = (value: unknown): boolean => !isEmpty(value) && !isList(value) && (typeof value !== 'object' || value?.constructor !== Object)

/** One comparison as the portal makes it; lists are compared place by place, an empty one like a single empty value. */
export function check(operator: string, left: unknown, right: unknown, property: Property = TEXT, users: (value: unknown) => number[] = () => []): boolean {
  if (operator === 'empty' || operator === '!empty') return isEmpty(left) === (operator === 'empty')
  const [a, b] = property.type === 'user' ? [users(left), users(right)] : [left, right]
  const compare = (x: unknown, y: unknown): number => compareAs(property.type, x, y)
  const places = (test: (order: number) => boolean): boolean => {
    const [as, bs] = [listOf(a), listOf(b)]
    return Array.from({ length: Math.max(as.length, bs.length) }, (_, index) => [as[Math.min(index, as.length - 1)], bs[Math.min(index, bs.length - 1)]])
      .every(([x, y]) => test(isZeroAndNothing(x, y) ? 0 : compare(x, y)))
  }
  switch (operator) {
    case '=': return places(order => order === 0)
    // the opposite of "equal": every place that has a counterpart must be the same to fail
    case '!=': return !places(order => order === 0)
    case '>': return places(order => order > 0)
    case '>=': return places(order => order >= 0)
    case '<': return places(order => order < 0)
    case '<=': return places(order => order <= 0)
    case 'between': return compare(listOf(a)[0], listOf(listOf(b)[0])[0]) >= 0 && compare(listOf(a)[0], listOf(listOf(b)[1])[0]) <= 0
    case 'in': case '!in': {
      const found = flat(listOf(a)).every(x => isList(b) ? b.some(y => compareLoosely(x, y) === 0) : isText(b) && isText(x) && toText(b).includes(toText(x)))
      return found === (operator === 'in')
    }
    case 'contain': case '!contain': {
      const found = flat(listOf(b)).every(y => listOf(a).some(x => isText(x) && isText(y) && toText(x).includes(toText(y))))
      return found === (operator === 'contain')
    }
    default: throw new NotServed(`operator ${operator}`)
  }
}

const isZeroAndNothing = (a: unknown, b: unknown): boolean => (a === '' && b === '0') || (a === '0' && b === '')
