import type { EnumItem, UserField } from '../../state'
import { filterOf, orderOf, pageOf, type Column } from '../filter'
import { flagOf, intOf, isRecord, listOf, recordOf, RestError, textOf, type Call, type MethodTable } from '../handler'
import { nextId } from '../records'

const TYPES = ['string', 'integer', 'double', 'boolean', 'date', 'datetime', 'money', 'url', 'address', 'file', 'enumeration', 'employee',
  'crm', 'crm_status', 'iblock_section', 'iblock_element']

const DEFAULTS: Record<string, Record<string, unknown>> = {
  string: { SIZE: 20, ROWS: 1, REGEXP: '', MIN_LENGTH: 0, MAX_LENGTH: 0, DEFAULT_VALUE: '' },
  integer: { SIZE: 20, MIN_VALUE: 0, MAX_VALUE: 0, DEFAULT_VALUE: null },
  double: { PRECISION: 4, SIZE: 20, MIN_VALUE: 0, MAX_VALUE: 0, DEFAULT_VALUE: null },
  boolean: { DEFAULT_VALUE: 0, DISPLAY: 'CHECKBOX', LABEL: ['', ''], LABEL_CHECKBOX: '' },
  date: { DEFAULT_VALUE: { TYPE: 'NONE', VALUE: '' } },
  datetime: { DEFAULT_VALUE: { TYPE: 'NONE', VALUE: '' }, USE_SECOND: 'Y', USE_TIMEZONE: 'N' },
  enumeration: { DISPLAY: 'LIST', LIST_HEIGHT: 1, CAPTION_NO_VALUE: '', SHOW_NO_VALUE: 'Y' }
}

const LANGUAGES = ['ru', 'en', 'kz']

/** Labels come as one text for all languages or as a map. */
const labels = (value: unknown): Record<string, string> =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).map(([lang, text]) => [lang, textOf(text)])) : value === undefined ? {}
    : Object.fromEntries(LANGUAGES.map(lang => [lang, textOf(value)]))

function enumItem({ portal: { state } }: Call, raw: Record<string, unknown>): EnumItem {
  const id = nextId(state, 'enum')
  return { id, value: textOf(raw.value), def: flagOf(raw.def), sort: 'sort' in raw ? intOf(raw.sort) : 500, xmlId: textOf(raw.xmlId)
    || `x${id.toString(16).padStart(8, '0')}` }
}

const invalid = (text: string): RestError => new RestError('', text, 400, {}, 'rule')

const byLanguage = (map: Record<string, string>, language: string | null): unknown => {
  if (language) return map[language] ? { [language]: map[language] } : null
  return Object.fromEntries(LANGUAGES.map(lang => [lang, map[lang] ?? null]))
}

/** A field as the pages show it: everything is a text; labels and list items only where the page has them. */
function row(field: UserField, options: { labels: boolean; language: string | null; items: boolean }): Record<string, unknown> {
  const empty = options.language ? null : Object.fromEntries(LANGUAGES.map(lang => [lang, null]))
  return {
    id: String(field.id), entityId: field.entityId, fieldName: field.fieldName, userTypeId: field.userTypeId, xmlId: field.xmlId, sort: String(field.sort),
    multiple: field.multiple ? 'Y' : 'N', mandatory: field.mandatory ? 'Y' : 'N', showFilter: 'N', showInList: 'N', editInList: 'Y',
    isSearchable: 'N', settings: field.settings,
    ...(options.labels ? {
      languageId: Object.fromEntries((options.language ? [options.language] : LANGUAGES).map(lang => [lang, lang])),
      editFormLabel: byLanguage(field.editFormLabel, options.language),
      listColumnLabel: empty, listFilterLabel: empty, errorMessage: empty, helpMessage: byLanguage(field.helpMessage, options.language)
    } : {}),
    ...(options.items && field.userTypeId === 'enumeration' ? {
      enum: field.enum.map(item => ({ id: String(item.id), userFieldId: String(field.id), value: item.value, def: item.def ? 'Y' : 'N',
        sort: String(item.sort), xmlId: item.xmlId }))
    } : {})
  }
}

const COLUMNS: Record<string, Column<UserField>> = {
  id: { kind: 'number', value: field => field.id },
  // not among the filterable fields of the page; observed
  entityId: { kind: 'text', value: field => field.entityId },
  fieldName: { kind: 'text', value: field => field.fieldName },
  userTypeId: { kind: 'text', value: field => field.userTypeId },
  xmlId: { kind: 'text', value: field => field.xmlId },
  sort: { kind: 'number', value: field => field.sort },
  multiple: { kind: 'boolean', value: field => field.multiple },
  mandatory: { kind: 'boolean', value: field => field.mandatory }
}

function knownObjects({ portal: { state } }: Call): string[] {
  return ['CRM_LEAD', 'CRM_DEAL', 'CRM_CONTACT', 'CRM_COMPANY', 'CRM_QUOTE', 'CRM_SMART_INVOICE', 'CRM_REQUISITE',
    ...state.types.map(type => `CRM_${type.id}`)]
}

function checkModule({ params }: Call): void {
  if (params.moduleId !== 'crm') throw invalid('No settings for UserFieldAccess')
}

export const userFieldMethods: MethodTable = {
  // api-reference/crm/universal/userfieldconfig/userfieldconfig-add.md
  'userfieldconfig.add': call => {
    checkModule(call)
    const { portal: { state }, params } = call
    const field = recordOf(params.field)
    const [entityId, fieldName, userTypeId] = [textOf(field.entityId), textOf(field.fieldName), textOf(field.userTypeId)]
    if (!knownObjects(call).includes(entityId) || !fieldName.startsWith(`UF_${entityId}_`)) throw invalid('You cannot create custom fields')
    if (fieldName.length > 50 || !/^[A-Z0-9_]+$/.test(fieldName) || !TYPES.includes(userTypeId)) throw invalid('Fail to create new user field')
    if (state.userFields.some(other => other.entityId === entityId && other.fieldName === fieldName)) throw new RestError('',
      `Field ${fieldName} for object ${entityId} already exists`)
    const created: UserField = {
      id: nextId(state, 'userField'), entityId, fieldName, userTypeId, multiple: flagOf(field.multiple), mandatory: flagOf(field.mandatory),
      xmlId: textOf(field.xmlId) || null,
      sort: 'sort' in field ? intOf(field.sort) : 100, settings: { ...DEFAULTS[userTypeId], ...recordOf(field.settings) },
      editFormLabel: labels(field.editFormLabel),
      helpMessage: labels(field.helpMessage), enum: userTypeId === 'enumeration' ? listOf(field.enum).filter(isRecord).map(raw => enumItem(call, raw)) : []
    }
    state.userFields.push(created)
    return { result: { field: row(created, { labels: true, language: null, items: true }) } }
  },
  // api-reference/crm/universal/userfieldconfig/userfieldconfig-list.md; labels only with select.language, list items never
  'userfieldconfig.list': call => {
    checkModule(call)
    const { portal: { state }, params, log } = call
    const find = (name: string): Column<UserField> | undefined => {
      if (!COLUMNS[name]) log(`unknown field ${name} in filter or order`)
      return COLUMNS[name] ?? { kind: 'text', value: () => '' }
    }
    const order = Object.keys(recordOf(params.order)).length ? params.order : { sort: 'ASC', id: 'ASC' }
    const rows = state.userFields.filter(filterOf<UserField>(params.filter, find, { log })).sort(orderOf<UserField>(order, find, field => field.id))
    const page = pageOf(rows, params.start)
    const { language, ...rest } = recordOf(params.select)
    const names = Object.values(rest).map(String)
    const fields = page.rows.map(field => row(field, { labels: language !== undefined, language: language === undefined ? null
      : textOf(language), items: false }))
      .map(full => names.length && !names.includes('*') ? Object.fromEntries(Object.entries(full).filter(([key]) => names.includes(key))) : full)
    return { result: { fields }, total: page.total, ...(page.next ? { next: page.next } : {}) }
  },
  // api-reference/crm/universal/userfieldconfig/userfieldconfig-get.md
  'userfieldconfig.get': call => {
    checkModule(call)
    const field = call.portal.state.userFields.find(other => other.id === intOf(call.params.id))
    if (!field) throw new RestError('', 'You do not have permission to view user field settings')
    return { result: { field: row(field, { labels: true, language: null, items: true }) } }
  },
  // api-reference/crm/universal/userfieldconfig/userfieldconfig-update.md; settings are replaced, list items are matched by id
  'userfieldconfig.update': call => {
    checkModule(call)
    const { portal: { state }, params, log } = call
    const field = state.userFields.find(other => other.id === intOf(params.id))
    if (!field) throw new RestError('', 'You cannot change the settings of the user field')
    const changes = recordOf(params.field)
    if ('settings' in changes) field.settings = { ...recordOf(changes.settings) }
    if ('sort' in changes) field.sort = intOf(changes.sort)
    if ('mandatory' in changes) field.mandatory = flagOf(changes.mandatory)
    if ('editFormLabel' in changes) field.editFormLabel = { ...field.editFormLabel, ...labels(changes.editFormLabel) }
    if ('helpMessage' in changes) field.helpMessage = { ...field.helpMessage, ...labels(changes.helpMessage) }
    if ('enum' in changes && changes.userTypeId !== 'enumeration') log('field.enum without field.userTypeId "enumeration" is ignored')
    else for (const raw of listOf(changes.enum).filter(isRecord)) {
      const known = field.enum.find(item => item.id === intOf(raw.id))
      if (!known) field.enum.push(enumItem(call, raw))
      else if (flagOf(raw.del)) field.enum.splice(field.enum.indexOf(known), 1)
      else Object.assign(known, { value: textOf(raw.value) || known.value, sort: 'sort' in raw ? intOf(raw.sort) : known.sort,
        xmlId: textOf(raw.xmlId) || known.xmlId, def: flagOf(raw.def) })
    }
    return { result: { field: row(field, { labels: true, language: null, items: true }) } }
  }
}
