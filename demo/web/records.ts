import { entityTypeName, itemOf, itemsOf, stagesOf } from '../rest/records'
import { mayRecord } from '../rights'
import type { Activity, Comment, Item } from '../state'
import { entityName, userFieldEntity } from '../forms/form-fields'
import { appFrame, placementsOf } from './frame'
import type { Html } from './html'
import { bbCode, html } from './html'
import type { Visit } from './page'
import { cardPath, itemTitle, nameOf, NATIVE_PATHS, notice, page, table, when } from './page'

const SHOWN = 200

const link = (item: Item): Html => html`<a href="${cardPath(item.entityTypeId, item.id)}">${itemTitle(item)}</a>`

const stageName = ({ portal }: Visit, item: Item): string =>
  portal.state.statuses.find(status => status.statusId === item.fields.STAGE_ID)?.name ?? String(item.fields.STAGE_ID ?? '')

/** The sum of a deal in its currency; nothing when there is none. */
function sum(visit: Visit, item: Item): string {
  const { OPPORTUNITY, CURRENCY_ID } = item.fields
  return typeof OPPORTUNITY === 'number' && typeof CURRENCY_ID === 'string'
    ? new Intl.NumberFormat(visit.lang, { style: 'currency', currency: CURRENCY_ID, maximumFractionDigits: 0 }).format(OPPORTUNITY)
    : ''
}

const firstOf = (item: Item, kind: 'EMAIL' | 'PHONE'): string => item.fm.find(entry => entry.typeId === kind)?.value ?? ''

/** Newest records of a type that the visitor may read. */
export function recordList(visit: Visit, entityTypeId: number): Html {
  const { portal, t, user } = visit
  const titles = new Map([[2, t.deals], [3, t.contacts], [4, t.companies]])
  const title = titles.get(entityTypeId) ?? portal.state.types.find(type => type.entityTypeId === entityTypeId)?.title ?? t.notFound
  const items = itemsOf(portal.state, entityTypeId).filter(item => mayRecord(portal.state, user, 'read', item)).sort((a, b) => b.id - a.id)
  const people = entityTypeId === 3 || entityTypeId === 4
  const rows = items.slice(0, SHOWN).map(item => [
    html`${item.id}`, link(item),
    ...(people ? [html`${firstOf(item, 'EMAIL')}`, html`${firstOf(item, 'PHONE')}`] : [html`${stageName(visit, item)}`, html`${sum(visit, item)}`]),
    html`${nameOf(visit, item.fields.ASSIGNED_BY_ID)}`
  ])
  const code = `CRM_${entityName(entityTypeId)}_LIST`
  const menu = placementsOf(visit, `${code}_MENU`)
  for (const [index, item] of items.slice(0, menu.length > 0 ? SHOWN : 0).entries()) {
    rows[index]!.push(html`${menu.map(tool => html`<a data-slider href="/marketplace/placement/${code}_MENU/${tool.index}/?options[ID]=${item.id}">${tool.title}</a> `)}`)
  }
  const tools = placementsOf(visit, `${code}_TOOLBAR`)
  const head = [t.id, people ? t.name : t.title, ...(people ? [t.email, t.phone] : [t.stage, t.sum]), t.responsible, ...menu.length > 0 ? [t.actions] : []]
  return page(visit, title, html`${tools.length ? html`<details class="dropdown"><summary>${t.actions}</summary><ul>${tools.map(tool => html`
    <li><a data-slider href="/marketplace/placement/${code}_TOOLBAR/${tool.index}/">${tool.title}</a></li>`)}</ul></details>` : ''}${table(head, rows, t.empty)}${items.length > SHOWN ? html`<p class="muted">${items.length} ${t.rows}, ${t.shownFirst}</p>` : ''}`)
}

/** One record: fields, timeline, tasks, and the places of the app. Who may not read it sees only that. */
export function card(visit: Visit, entityTypeId: number, id: number): Html {
  const { portal, t, user } = visit
  const item = itemOf(portal.state, entityTypeId, id)
  if (!item) return page(visit, t.notFound, notice(t.notFound, t.notFoundText))
  if (!mayRecord(portal.state, user, 'read', item)) return page(visit, t.noAccess, notice(t.noAccess, t.noAccessText))
  const code = `CRM_${entityName(entityTypeId)}`
  const idKey = NATIVE_PATHS.has(entityTypeId) ? 'ID' : 'ENTITY_ID'
  const tabs = placementsOf(visit, `${code}_DETAIL_TAB`)
  const tools = placementsOf(visit, `${code}_DETAIL_TOOLBAR`)
  const tab = (name: string, label: string, selected: boolean): Html =>
    html`<button type="button" role="tab" id="tab-${name}" aria-controls="panel-${name}" aria-selected="${selected}">${label}</button>`
  return page(visit, itemTitle(item), html`
    <div class="toolbar">
      ${stageForm(visit, item)}
      ${tools.length ? html`<details class="dropdown"><summary>${t.actions}</summary><ul>${tools.map(tool => html`
        <li><a data-slider href="/marketplace/placement/${tool.placement.placement}/${tool.index}/?options[${idKey}]=${id}">${tool.title}</a></li>`)}</ul></details>` : ''}
    </div>
    <div class="tabs" role="tablist">${tab('general', t.general, true)}${tabs.map(place => tab(`app-${place.index}`, place.title, false))}</div>
    <div role="tabpanel" id="panel-general" aria-labelledby="tab-general"><div id="card-general" class="card">${general(visit, item)}</div></div>
    ${tabs.map(place => html`<div role="tabpanel" id="panel-app-${place.index}" aria-labelledby="tab-app-${place.index}" hidden>${
      appFrame(visit, { placement: place.placement.placement, handler: place.placement.handler, options: { ID: String(id) }, kind: 'tab' })}</div>`)}`, { wide: true })
}

function stageForm(visit: Visit, item: Item): Html | '' {
  const { portal, t } = visit
  if (typeof item.fields.STAGE_ID !== 'string') return ''
  const stages = stagesOf(portal.state, item.entityTypeId, Number(item.fields.CATEGORY_ID))
  return html`<form method="post" action="/demo/stage/">
    <input type="hidden" name="entityTypeId" value="${item.entityTypeId}"><input type="hidden" name="id" value="${item.id}">
    <label><span>${t.stage}</span> <select name="stage" data-submit>${stages.map(stage => html`
      <option value="${stage.statusId}"${stage.statusId === item.fields.STAGE_ID ? html` selected` : ''}>${stage.name}</option>`)}</select></label>
    <noscript><button>${t.save}</button></noscript></form>`
}

/** Columns a person looks for; the others are folded away. */
const label = ({ t }: Visit, name: string): string => ({
  TITLE: t.title, NAME: t.name, LAST_NAME: t.lastName, STAGE_ID: t.stage, OPPORTUNITY: t.sum, CURRENCY_ID: t.currency,
  CONTACT_ID: t.contact, COMPANY_ID: t.company, ASSIGNED_BY_ID: t.responsible, CREATED_TIME: t.created
})[name] ?? name

/** Labels and readable values: user fields by their label, lists by the text of the value, people by name, records by link. */
function shownFields(visit: Visit, item: Item): { name: string; label: string; value: Html }[] {
  const { portal, lang } = visit
  const owner = userFieldEntity(portal, item.entityTypeId)
  const record = (entityTypeId: number, id: unknown): Html => {
    const other = itemOf(portal.state, entityTypeId, Number(id))
    return other ? link(other) : html`#${id}`
  }
  const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)
  return Object.entries(item.fields).filter(([, value]) => !isEmpty(value)).map(([name, value]) => {
    const field = portal.state.userFields.find(other => other.entityId === owner && other.fieldName === name)
    const values = Array.isArray(value) ? value : [value]
    const parent = /^PARENT_ID_(\d+)$/.exec(name)
    const shown = values.map((one, index): Html => {
      const comma = index ? ', ' : ''
      if (field?.userTypeId === 'enumeration') return html`${comma}${field.enum.find(entry => entry.id === Number(one))?.value ?? one}`
      if (field?.userTypeId === 'datetime' || name.endsWith('_TIME')) return html`${comma}${when(visit, one)}`
      if (field?.userTypeId === 'employee' || /_BY(_ID)?$|^OBSERVERS$/.test(name)) return html`${comma}${nameOf(visit, one)}`
      if (/^CONTACT_IDS?$/.test(name)) return html`${comma}${record(3, one)}`
      if (/^COMPANY_IDS?$/.test(name)) return html`${comma}${record(4, one)}`
      if (parent) return html`${comma}${record(Number(parent[1]), one)}`
      return html`${comma}${typeof one === 'object' ? JSON.stringify(one) : one}`
    })
    return { name, label: field?.editFormLabel[lang] || label(visit, name), value: name === 'STAGE_ID' ? html`${stageName(visit, item)}` : html`${shown}` }
  })
}

function general(visit: Visit, item: Item): Html {
  const { portal, t } = visit
  const mine = (activity: Activity): boolean =>
    [activity, ...activity.bindings].some(to => to.ownerTypeId === item.entityTypeId && to.ownerId === item.id)
  const typeName = entityTypeName(item.entityTypeId)
  const events: { at: string; body: Html }[] = [
    ...portal.state.activities.filter(mine).map(activity => ({ at: String(activity.fields.CREATED ?? ''), body: activityView(visit, activity) })),
    ...portal.state.comments.filter(comment => comment.entityType.toLowerCase() === typeName && comment.entityId === item.id)
      .map(comment => ({ at: comment.created, body: commentView(visit, comment) }))
  ].sort((a, b) => b.at.localeCompare(a.at))
  const prefix = new Map([[2, 'D'], [3, 'C'], [4, 'CO']]).get(item.entityTypeId) ?? `T${item.entityTypeId.toString(16)}`
  const tasks = portal.state.tasks.filter(task => Array.isArray(task.fields.UF_CRM_TASK) && task.fields.UF_CRM_TASK.includes(`${prefix}_${item.id}`))
  const fields = shownFields(visit, item)
  const rows = (some: typeof fields): Html[] => some.map(field => html`<dt>${field.label}</dt><dd>${field.value}</dd>`)
  return html`<section><h2>${t.fields}</h2><dl>${rows(fields.filter(field => field.label !== field.name || field.name.startsWith('PARENT_ID_')))}
      ${item.fm.map(entry => html`<dt>${entry.typeId === 'EMAIL' ? t.email : t.phone}</dt><dd>${entry.value}</dd>`)}</dl>
      <details><summary>${t.otherFields}</summary><dl>${rows(fields.filter(field => field.label === field.name && !field.name.startsWith('PARENT_ID_')))}</dl></details></section>
    <section><h2>${t.tasks}</h2>${tasks.length ? html`<ul>${tasks.map(task => html`<li><a href="/tasks/${task.id}/">${task.fields.TITLE}</a></li>`)}</ul>` : html`<p class="muted">${t.empty}</p>`}
      <h2>${t.timeline}</h2>${events.length ? html`<ol class="timeline">${events.map(event => html`<li>${event.body}</li>`)}</ol>` : html`<p class="muted">${t.empty}</p>`}</section>`
}

function activityView(visit: Visit, activity: Activity): Html {
  const mail = visit.portal.state.outbox.find(item => item.activityId === activity.id)
  return html`<p class="muted">${when(visit, activity.fields.CREATED)} · ${nameOf(visit, activity.fields.AUTHOR_ID ?? activity.fields.RESPONSIBLE_ID)}</p>
    <p><b>${activity.fields.SUBJECT}</b>${mail ? html` → <a href="/outbox/${mail.id}/">${mail.to}</a>` : ''}</p>
    ${activity.fields.PROVIDER_ID === 'CRM_WEBFORM' ? html`<p class="pre">${activity.fields.DESCRIPTION}</p>` : ''}`
}

const commentView = (visit: Visit, comment: Comment): Html =>
  html`<p class="muted">${when(visit, comment.created)} · ${nameOf(visit, comment.authorId)}</p><div class="comment">${bbCode(comment.comment)}</div>`
