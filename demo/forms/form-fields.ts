import { flagOf as yes, listOf as list, recordOf as bag, textOf as text } from '../rest/handler'
import type { CrmForm, DemoPortal, UserField } from '../state'

/** A field that a form may carry. Facts 16–19 of CRM forms (core modules, crm/lib/webform/entityfieldprovider.php). */
export interface FormField {
  /** name on the wire: `<ENTITY>_<FIELD>` */
  name: string
  entityName: string
  fieldName: string
  label: string
  type: string
  multiple: boolean
  items: { value: string; label: string }[]
}

/** Language of the portal: a field without a label in it is not offered to forms. */
export const PORTAL_LANGUAGE = 'ru'

const NATIVE = new Map([[2, 'DEAL'], [3, 'CONTACT'], [4, 'COMPANY']])
const SCHEMES = new Map([[2, 3], [3, 2]])

export const entityName = (entityTypeId: number): string => NATIVE.get(entityTypeId) ?? `DYNAMIC_${entityTypeId}`

/** Scheme 2 contact, 3 deal, `10 × type` smart process (fact 33). Null: a scheme the demo portal has no records for. */
export const typeOfScheme = (scheme: number): number | null =>
  [...SCHEMES].find(([, value]) => value === scheme)?.[0] ?? (scheme >= 1280 ? Math.floor(scheme / 10) : null)

export const schemeOfType = (entityTypeId: number): number => SCHEMES.get(entityTypeId) ?? entityTypeId * 10

/** Owner of the user fields of a type: CRM_DEAL, CRM_CONTACT …, CRM_<id of the type> for a smart process. */
export function userFieldEntity(portal: DemoPortal, entityTypeId: number): string {
  const native = NATIVE.get(entityTypeId)
  return native ? `CRM_${native}` : `CRM_${portal.state.types.find(type => type.entityTypeId === entityTypeId)?.id ?? 0}`
}

function typeOf(field: UserField): string | null {
  switch (field.userTypeId) {
    case 'string': return Number(field.settings.ROWS ?? 1) > 1 ? 'text' : 'string'
    case 'url': return 'string'
    case 'enumeration': return field.settings.DISPLAY === 'CHECKBOX' ? (field.multiple ? 'checkbox' : 'radio') : 'list'
    case 'boolean': return 'bool'
    case 'integer': case 'double': case 'date': case 'datetime': case 'money': case 'file': return field.userTypeId
    default: return null
  }
}

/** All fields of a record type that forms are offered, TITLE first. */
export function formFieldsOf(portal: DemoPortal, entityTypeId: number): FormField[] {
  const entity = entityName(entityTypeId)
  const owner = userFieldEntity(portal, entityTypeId)
  const title: FormField = {
    name: `${entity}_TITLE`, entityName: entity, fieldName: 'TITLE', label: 'Название', type: 'string', multiple: false, items: []
  }
  return [title, ...portal.state.userFields.filter(field => field.entityId === owner).flatMap(field => {
    const type = typeOf(field)
    const label = field.editFormLabel[PORTAL_LANGUAGE]
    if (!type || !label) return []
    return [{
      name: `${entity}_${field.fieldName}`, entityName: entity, fieldName: field.fieldName, label, type, multiple: field.multiple,
      items: field.enum.map(item => ({ value: String(item.id), label: item.value }))
    }]
  })]
}

/** What the form keeps per field; other keys of the options pass through untouched. */
export interface SavedField {
  name: string; type: string; label: string; required: boolean; multiple: boolean; hint: string; placeholder: string; value: string
}
export interface Preset { entityName: string; fieldName: string; value: string }

/** The parts of the form's options (fact 50) that the demo portal acts on. */
export interface FormOptions {
  name: string
  data: { language: string; title: string; desc: string; buttonCaption: string; useSign: boolean; fields: SavedField[] }
  presetFields: Preset[]
  document: { scheme: number; duplicateMode: string; deal: { category: number | null }; dynamic: { category: number | null } }
  responsible: { users: number[] }
  result: {
    success: { url: string; text: string }; failure: { url: string; text: string }; redirectDelay: number; refill: { active: boolean; caption: string }
  }
  captcha: boolean
  views: Record<string, unknown>
}

type Bag = Record<string, unknown>
const number = (value: unknown): number | null => text(value) === '' || !Number.isFinite(Number(value)) ? null : Number(value)

/** Reads options in the shape of `crm.form.save`; whatever is missing gets the value of an empty form. */
export function readOptions(options: Bag): FormOptions {
  const data = bag(options.data), document = bag(options.document), result = bag(options.result), captcha = bag(data.captcha)
  return {
    name: text(options.name),
    data: {
      language: text(data.language) || PORTAL_LANGUAGE, title: text(data.title), desc: text(data.desc), buttonCaption: text(data.buttonCaption),
      useSign: yes(data.useSign),
      fields: list(data.fields).map(bag).filter(field => text(field.name)).map(field => ({
        name: text(field.name), type: text(field.type), label: text(field.label), required: yes(field.required), multiple: yes(field.multiple),
        hint: text(field.hint), placeholder: text(field.placeholder), value: text(field.value)
      }))
    },
    presetFields: list(options.presetFields).map(bag)
      .map(preset => ({ entityName: text(preset.entityName), fieldName: text(preset.fieldName), value: text(preset.value) })),
    document: {
      scheme: number(document.scheme) ?? 0, duplicateMode: text(document.duplicateMode),
      deal: { category: number(bag(document.deal).category) }, dynamic: { category: number(bag(document.dynamic).category) }
    },
    responsible: { users: list(bag(options.responsible).users).map(Number).filter(id => id > 0) },
    result: {
      success: { url: text(bag(result.success).url), text: text(bag(result.success).text) },
      failure: { url: text(bag(result.failure).url), text: text(bag(result.failure).text) },
      redirectDelay: number(result.redirectDelay) ?? 0,
      refill: { active: yes(bag(result.refill).active), caption: text(bag(result.refill).caption) }
    },
    captcha: yes(bag(captcha.recaptcha).use) || yes(bag(captcha.yandexCaptcha).use),
    views: bag(bag(options.embedding).views)
  }
}

/** Fields as the public config (and, with `editing`, the editor's options) gives them: facts 14, 17, 50. */
function shownFields(portal: DemoPortal, options: FormOptions, inEditor: boolean): Bag[] {
  const editing = inEditor ? { id: null, editable: { valueType: '' } } : null
  const entityTypeId = typeOfScheme(options.document.scheme)
  const known = new Map((entityTypeId === null ? [] : formFieldsOf(portal, entityTypeId)).map(field => [field.name, field]))
  return options.data.fields.map(field => {
    const source = known.get(field.name)
    const type = field.type || source?.type || 'string'
    return {
      id: field.name, name: field.name, label: field.label || source?.label || '', visible: true, required: field.required, multiple: field.multiple,
      ...(editing ? { editing: { ...editing, entityId: entityTypeId, entityName: source?.entityName ?? null, name: source?.fieldName ?? null } } : {}),
      ...(type === 'bool' ? { checked: false } : {}),
      type, placeholder: field.placeholder, value: type === 'bool' ? 'Y' : field.value,
      items: (source?.items ?? []).map(item => ({ ...item, selected: false })),
      hint: field.hint, hintOnFocus: false, autocomplete: false, bigPic: false, size: null, contentTypes: null
    }
  })
}

const shownData = (portal: DemoPortal, options: FormOptions, editing: boolean): Bag => ({
  language: options.data.language, design: { style: 'classic' }, title: options.data.title, desc: options.data.desc, buttonCaption: options.data.buttonCaption,
  useSign: options.data.useSign, date: { dateFormat: 'DD.MM.YYYY', dateTimeFormat: 'DD.MM.YYYY HH:MI:SS', sundayFirstly: false },
  currency: { code: 'RUB', title: 'Российский рубль', format: '# ₽' },
  fields: shownFields(portal, options, editing), agreements: [], dependencies: [],
  captcha: { service: 'google', recaptcha: { use: options.captcha }, yandexCaptcha: { use: options.captcha } }
})

export const publicAddress = (portal: DemoPortal, form: CrmForm): string => `${portal.origin}/pub/form/${form.id}/${form.sec}/`

/** Code for a page of a site, as in fact 54. */
export const embedScripts = (portal: DemoPortal, form: CrmForm): Record<'inline' | 'click' | 'auto', { text: string }> => {
  const code = (kind: string): { text: string } => ({
    text: `<script data-b24-form="${kind}/${form.id}/${form.sec}" data-skip-moving="true">(function(w,d,u){var s=d.createElement('script');s.async=true;s.src=u;`
      + `d.head.appendChild(s)})(window,document,'${portal.origin}/upload/crm/form/loader_${form.id}_${form.sec}.js');</script>`
  })
  return { inline: code('inline'), click: code('click'), auto: code('auto') }
}

/** `result.config` and `result.loader` of crm.site.form.get (fact 14). Presets, pipeline and responsible are not in it. */
export function publicConfig(portal: DemoPortal, form: CrmForm, loaderOnly: boolean): Bag {
  const options = readOptions(form.options)
  const scripts = embedScripts(portal, form)
  return {
    config: loaderOnly ? null : {
      id: form.id, sec: form.sec, lang: options.data.language, address: portal.origin, views: options.views, data: shownData(portal, options, false)
    },
    loader: {
      form: { inline: scripts.inline.text, click: scripts.click.text, auto: scripts.auto.text },
      app: { link: `${portal.origin}/bitrix/js/crm/site/form/dist/app.js`, script: '' }
    }
  }
}

/** The form as `crm.form.get` and `.save` return it (fact 50); null gives the options of a form that does not exist. */
export function shownOptions(portal: DemoPortal, form: CrmForm | null, unsaved: Bag = {}): Bag {
  const options = readOptions(form?.options ?? unsaved)
  return {
    data: shownData(portal, options, true), id: form?.id ?? null, name: options.name, templateId: null, presetFields: options.presetFields,
    payment: { use: false, payer: '', disabledSystems: [] },
    captcha: {
      service: 'google', recaptcha: { key: '', secret: '', hasDefaults: true, use: options.captcha },
      yandexCaptcha: { key: '', secret: '', hasDefaults: false, use: options.captcha }
    },
    document: {
      scheme: options.document.scheme, duplicateMode: options.document.duplicateMode,
      deal: { category: options.document.deal.category, duplicatesEnabled: false },
      dynamic: { category: options.document.dynamic.category, duplicatesEnabled: false }
    },
    responsible: { users: options.responsible.users, checkWorkTime: false, supportWorkTime: false },
    agreements: { use: false }, result: options.result, callback: { use: false, from: '', text: '' }, whatsapp: { use: false },
    analytics: { steps: [] }, integration: { cases: [] },
    embedding: form ? { link: publicAddress(portal, form), scripts: embedScripts(portal, form), views: options.views } : [],
    bookingResourceAutoSelection: { use: false }
  }
}
