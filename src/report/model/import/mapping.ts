/** What a row of a file may say about an answer. */
export const IMPORT_FIELDS = ['id', 'date', 'score', 'comment', 'email', 'phone', 'name', 'firstName', 'lastName', 'company', 'deal', 'lang', 'tags', 'metric'] as const
export type ImportField = typeof IMPORT_FIELDS[number]

/** Column of each field by its header; a field that is not there is not in the file. */
export type ImportMapping = Partial<Record<ImportField, string>>

export type ImportSource = 'delighted' | 'retently'

/**
 * How columns are called, the likeliest name first. Of Delighted and Retently by the fields of their APIs and help pages (neither documents the
 * headers of its export word by word); the rest as people write them.
 */
const NAMES: Record<ImportField, readonly string[]> = {
  id: ['response id', 'survey response id', 'feedback id', 'id', 'ид', 'номер ответа'],
  date: ['response date', 'responded at', 'created at', 'survey responded at', 'feedback date', 'date', 'created', 'timestamp', 'дата', 'дата ответа', 'дата и время', 'время'],
  score: ['score', 'nps score', 'nps', 'rating', 'csat', 'ces', 'оценка', 'балл', 'баллы'],
  comment: ['comment', 'feedback', 'comments', 'answer', 'response', 'комментарий', 'отзыв', 'текст'],
  email: ['email', 'person email', 'email address', 'e mail', 'customer email', 'почта', 'электронная почта', 'эл почта'],
  phone: ['phone', 'person phone', 'phone number', 'person phone number', 'mobile', 'mobile phone', 'customer phone', 'телефон', 'номер телефона', 'мобильный', 'мобильный телефон', 'телефон клиента'],
  name: ['name', 'person name', 'customer name', 'full name', 'customer', 'имя', 'клиент', 'контакт', 'фио'],
  firstName: ['first name'],
  lastName: ['last name', 'фамилия'],
  company: ['company', 'company name', 'person company', 'organization', 'account', 'компания', 'организация'],
  deal: ['deal id', 'deal', 'crm deal id', 'сделка', 'id сделки', 'номер сделки'],
  lang: ['language', 'locale', 'lang', 'язык'],
  tags: ['tags', 'response tags', 'topics', 'теги', 'темы'],
  metric: ['survey type', 'metric', 'template', 'campaign type', 'тип опроса']
}

/** Headers that tell where a file comes from: all of one set. */
const SIGNS: Record<ImportSource, readonly (readonly string[])[]> = {
  delighted: [['response id', 'survey type'], ['permalink', 'survey type'], ['person id', 'score', 'permalink']],
  retently: [['campaign', 'score', 'feedback'], ['campaign name', 'score'], ['feedback id', 'score']]
}

/** Lower case, words by one blank: `Created_At` and ` created-at ` are the same. */
const plain = (header: string): string => header.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()

/** What the headers say; a person looks at it and corrects it. Each column serves one field at most. */
export function suggestMapping(headers: readonly string[]): { source: ImportSource | null, mapping: ImportMapping } {
  const known = new Map(headers.map(header => [plain(header), header]))
  const mapping: ImportMapping = {}
  const used = new Set<string>()
  for (const field of IMPORT_FIELDS) {
    const name = NAMES[field].find(one => known.has(one) && !used.has(one))
    if (name === undefined) continue
    used.add(name)
    mapping[field] = known.get(name)!
  }
  const source = (Object.keys(SIGNS) as ImportSource[]).find(one => SIGNS[one].some(set => set.every(name => known.has(name)))) ?? null
  return { source, mapping }
}

/** Fields without which nothing can be imported. */
export function missingFields(mapping: ImportMapping): ImportField[] {
  return (['date', 'score'] as const).filter(field => mapping[field] === undefined)
}
