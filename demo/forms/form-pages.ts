import type { CrmForm } from '../state'
import type { Html } from '../web/html'
import { html } from '../web/html'
import type { Visit } from '../web/page'
import { notice, page, table } from '../web/page'
import { listOf, recordOf, textOf } from '../rest/handler'
import type { FormField } from './form-fields'
import { embedScripts, entityName, formFieldsOf, publicAddress, readOptions, schemeOfType, typeOfScheme } from './form-fields'

const mayWrite = (visit: Visit): boolean => visit.user.admin || visit.user.role === 'administrator'

/** All forms of the portal. */
export function formListPage(visit: Visit): Html {
  const { portal, t } = visit
  const rows = portal.state.forms.map(form => [
    html`${form.id}`, html`<a href="/crm/webform/edit/${form.id}/">${form.name}</a>`, html`${form.active ? t.active : t.inactive}`,
    html`<a href="${publicAddress(portal, form)}">${t.publicPage}</a>`
  ])
  return page(visit, t.forms, html`${table([t.id, t.name, t.active, t.publicPage], rows, t.empty)}
    ${mayWrite(visit) ? html`<h2>${t.newForm}</h2><ul>${typeChoice(visit).map(([id, title]) => html`<li><a href="/crm/webform/edit/0/?type=${id}">${title}</a></li>`)}</ul>` : ''}`)
}

const typeChoice = ({ portal, t }: Visit): [number, string][] =>
  [[2, t.deals], [3, t.contacts], ...portal.state.types.map((type): [number, string] => [type.entityTypeId, type.title])]

/** The editor, enough to make a form by hand: record type, pipeline, fields with hints, preset values, duplicates, responsible. */
export function formEditorPage(visit: Visit, id: number): Html {
  const { portal, t, url } = visit
  if (!mayWrite(visit)) return page(visit, t.noAccess, notice(t.noAccess, t.adminOnly))
  const form = portal.state.forms.find(item => item.id === id)
  const options = readOptions(form?.options ?? {})
  const entityTypeId = Number(url.searchParams.get('type')) || typeOfScheme(options.document.scheme) || 2
  const known = formFieldsOf(portal, entityTypeId)
  const chosen = new Map(options.data.fields.map(field => [field.name, field]))
  const category = entityTypeId === 2 ? options.document.deal.category : options.document.dynamic.category
  const presets = [...options.presetFields, ...Array.from({ length: Math.max(3, 8 - options.presetFields.length) }, () => ({ entityName: '', fieldName: '', value: '' }))]
  const scripts = form ? embedScripts(portal, form) : null
  const selected = (yes: boolean): Html | '' => yes ? html` selected` : ''
  const checked = (yes: boolean): Html | '' => yes ? html` checked` : ''
  const fieldRow = (field: FormField): Html => html`<li>
    <label class="check"><input type="checkbox" name="fields[]" value="${field.name}"${checked(chosen.has(field.name))}> ${field.label} <code>${field.fieldName}</code></label>
    <label class="hint">${t.hint} <textarea name="hints[${field.name}]" rows="1">${chosen.get(field.name)?.hint ?? ''}</textarea></label></li>`
  return page(visit, form?.name ?? t.newForm, html`<form method="post" action="/crm/webform/edit/${form?.id ?? 0}/" class="editor">
    <input type="hidden" name="type" value="${entityTypeId}">
    <label>${t.name} <input name="name" required value="${options.name}"></label>
    <p>${t.formType}: ${typeChoice(visit).map(([typeId, title]) => html`<a href="?type=${typeId}"${typeId === entityTypeId ? html` aria-current="true"` : ''}>${title}</a> `)}</p>
    <label>${t.pipeline} <select name="category"><option value="">${t.defaultPipeline}</option>${portal.state.categories.filter(item => item.entityTypeId === entityTypeId).map(item => html`
      <option value="${item.id}"${selected(item.id === category)}>${item.name}</option>`)}</select></label>
    <label>${t.responsible} <select name="responsible">${portal.state.users.filter(user => user.active).map(user => html`
      <option value="${user.id}"${selected(options.responsible.users[0] === user.id)}>${user.name} ${user.lastName}</option>`)}</select></label>
    <label>${t.duplicates} <select name="duplicateMode">${([['', t.duplicatesNew], ['MERGE', t.duplicatesMerge], ['REPLACE', t.duplicatesReplace]] as const).map(([value, label]) => html`
      <option value="${value}"${selected(options.document.duplicateMode === value)}>${label}</option>`)}</select></label>
    <label class="check"><input type="checkbox" name="active" value="Y"${checked(form?.active ?? false)}> ${t.active}</label>
    <label>${t.title} <input name="title" value="${options.data.title}"></label>
    <label>${t.success} <input name="success" value="${options.result.success.text}"></label>
    <h2>${t.formFields}</h2><ul class="plain">${known.map(fieldRow)}</ul>
    <h2>${t.presets}</h2><p class="muted">${t.presetsText}</p>
    <ul class="plain">${presets.map((preset, index) => html`<li class="preset">
      <label>${t.field} <select name="presets[${index}][field]"><option value=""></option>${known.map(field => html`
        <option value="${field.fieldName}"${selected(field.fieldName === preset.fieldName)}>${field.label} (${field.fieldName})</option>`)}</select></label>
      <label>${t.value} <input name="presets[${index}][value]" value="${preset.value}"></label></li>`)}</ul>
    <p><button>${t.save}</button></p></form>
    ${form && scripts ? html`<h2>${t.publicPage}</h2><p><a href="${publicAddress(portal, form)}">${publicAddress(portal, form)}</a></p>
      <h2>${t.embed}</h2><textarea class="raw" readonly rows="3" aria-label="${t.embed}">${scripts.inline.text}</textarea>` : ''}`)
}

/** The editor's post as options of `crm.form.save`; what the editor does not show is kept from the form as it was. */
export function editorOptions(visit: Visit, form: CrmForm | undefined, posted: Record<string, unknown>): Record<string, unknown> {
  const entityTypeId = Number(posted.type)
  const before = readOptions(form?.options ?? {})
  const hints = recordOf(posted.hints)
  const known = new Map(formFieldsOf(visit.portal, entityTypeId).map(field => [field.name, field]))
  const category = posted.category === '' || posted.category === undefined ? null : Number(posted.category)
  return {
    ...form?.options, ...(form ? { id: form.id } : {}), name: textOf(posted.name).trim(),
    data: {
      ...before.data, language: before.data.language, title: textOf(posted.title), buttonCaption: before.data.buttonCaption || visit.t.send,
      fields: listOf(posted.fields).map(textOf).map(name => ({
        ...before.data.fields.find(field => field.name === name), name, type: known.get(name)?.type ?? '', label: known.get(name)?.label ?? '',
        multiple: known.get(name)?.multiple ?? false, hint: textOf(hints[name]).trim()
      }))
    },
    presetFields: listOf(posted.presets).map(recordOf).filter(preset => textOf(preset.field))
      .map(preset => ({ entityName: entityName(entityTypeId), fieldName: textOf(preset.field), value: textOf(preset.value) })),
    document: {
      scheme: schemeOfType(entityTypeId), duplicateMode: textOf(posted.duplicateMode),
      deal: { category: entityTypeId === 2 ? category : null, duplicatesEnabled: false },
      dynamic: { category: entityTypeId === 2 ? null : category, duplicatesEnabled: false }
    },
    responsible: { users: [Number(posted.responsible)], checkWorkTime: false },
    result: { ...before.result, success: { ...before.result.success, text: textOf(posted.success) } },
    embedding: { views: before.views }
  }
}

/** The portal's own page of a form: the plain form, posted with the page's address in the trace, so that presets read its query (fact 22). */
export function publicFormPage(visit: Visit, form: CrmForm): Html {
  const { t, portal } = visit
  const options = readOptions(form.options)
  const entityTypeId = typeOfScheme(options.document.scheme)
  const known = new Map((entityTypeId === null ? [] : formFieldsOf(portal, entityTypeId)).map(field => [field.name, field]))
  const input = (name: string, label: string, type: string, required: boolean): Html => {
    const must = required ? html` required` : ''
    const items = known.get(name)?.items ?? []
    if (type === 'text') return html`<label>${label} <textarea name="${name}" rows="4"${must}></textarea></label>`
    if (items.length) return html`<label>${label} <select name="${name}"${must}><option value=""></option>${items.map(item => html`<option value="${item.value}">${item.label}</option>`)}</select></label>`
    if (type === 'bool') return html`<label class="check"><input type="checkbox" name="${name}" value="Y"${must}> ${label}</label>`
    return html`<label>${label} <input name="${name}"${must}></label>`
  }
  const title = options.data.title || options.name
  return html`<!doctype html><html lang="${visit.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/demo/style.css"></head><body class="in-slider"><main><h1>${title}</h1><p>${options.data.desc}</p>
    <form class="editor" data-form="${form.id}" data-sec="${form.sec}" data-thanks="${t.thanks}" data-failed="${t.failed}">
      ${options.data.fields.map(field => input(field.name, field.label || (known.get(field.name)?.label ?? field.name), field.type, field.required))}
      <p><button>${options.data.buttonCaption || t.send}</button></p></form><p role="status"></p></main><script src="/demo/public-form.js"></script></body></html>`
}
