import { cutText, oneLine } from '@/survey/model/cut-text'

/** A field of a card, as crm.item.fields describes it. */
export interface SnapshotField {
  type: string
  /** words of a list by their ids */
  items: ReadonlyMap<string, string>
}

/** What the portal's ids mean. */
export interface SnapshotWords {
  yes: string
  no: string
  /** name of a directory's entry by its code, e.g. of a stage or a source; undefined for a code that is gone */
  status: (code: string) => string | undefined
  person: (id: number) => string | undefined
  company: { id: number, name: string } | null
  contact: { id: number, name: string } | null
}

/** Longer texts are of no use in filters and breakdowns. */
const LIMIT = 250

/** Plain numbers that are amounts in the currency of their card. */
const AMOUNTS: ReadonlySet<string> = new Set(['opportunity', 'taxValue', 'revenue'])

/**
 * A field's value as people read it, at this moment.
 * @param name of the field in `item`
 * @returns '' when it is empty, null when it cannot be said in words: a file, a link to a record that is not at hand, an entry that was deleted
 */
export function snapshotText(name: string, field: SnapshotField, item: Readonly<Record<string, unknown>>, words: SnapshotWords): string | null {
  const values = [item[name]].flat().filter(value => !isEmpty(value))
  const texts = values.map(value => oneText(name, field, value, item, words))
  return texts.includes(null) ? null : cutText(oneLine(texts.join(', ')), LIMIT)
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === ''

function oneText(name: string, { type, items }: SnapshotField, value: unknown, item: Readonly<Record<string, unknown>>, words: SnapshotWords): string | null {
  if (typeof value === 'object') return null
  const text = String(value)
  const id = Number(value)
  switch (type) {
    case 'string': case 'text': case 'url': case 'integer': case 'crm_currency': return text
    case 'double': return AMOUNTS.has(name) ? amount(text, String(item.currencyId ?? '')) : text
    case 'money': return amount(...splitAt(text, '|'))
    // the place's coordinates stand behind its name
    case 'address': return splitAt(text, '|')[0]
    case 'date': return text.slice(0, 10)
    case 'datetime': return text.slice(0, 16).replace('T', ' ')
    case 'boolean': return ['Y', '1', 'true'].includes(text) ? words.yes : words.no
    case 'enumeration': return items.get(text) ?? null
    case 'crm_status': return words.status(text) ?? text
    case 'user': case 'employee': return id > 0 ? words.person(id) ?? `#${id}` : ''
    case 'crm_company': return id > 0 ? nameOf(words.company, id) : ''
    case 'crm_contact': return id > 0 ? nameOf(words.contact, id) : ''
    default: return null
  }
}

const amount = (number: string, currency: string): string => [number, currency].filter(Boolean).join(' ')

function splitAt(text: string, mark: string): [string, string] {
  const [first = '', second = ''] = text.split(mark)
  return [first, second]
}

const nameOf = (card: { id: number, name: string } | null, id: number): string | null => card?.id === id ? card.name : null
