import { documentTypeOf } from '../engine/document'
import { storeTemplate } from '../engine/import'
import { textOf } from '../rest/handler'
import { itemOf } from '../rest/records'
import type { DemoPortal, Workflow } from '../state'
import type { Html } from './html'
import { html } from './html'
import type { Visit } from './page'
import { cardPath, itemTitle, nameOf, notice, page, table, when } from './page'

const NEWEST = 100
const MINUTE = 60_000

const STEPS: Record<string, number> = { hour: 60 * MINUTE, day: 1440 * MINUTE }

/** Moves the portal's clock from the inspector: by minutes, an hour, a day, or to the moment when the next process wakes up. */
export function moveClock(portal: DemoPortal, posted: Record<string, unknown>): void {
  const now = portal.now().getTime()
  const next = portal.state.workflows.flatMap(({ wakesAt }) => wakesAt === null ? [] : new Date(wakesAt).getTime())
  const ahead = posted.to === 'next' ? (next.length ? Math.min(...next) - now : 0) : STEPS[String(posted.to)] ?? Number(posted.minutes) * MINUTE
  // times in the state are cut to seconds
  portal.advance(Number.isFinite(ahead) ? Math.max(0, ahead + (posted.to === 'next' ? 1000 : 0)) : 0)
}

function processRow(visit: Visit, workflow: Workflow): Html[] {
  const { portal, t } = visit
  const item = itemOf(portal.state, workflow.entityTypeId, workflow.itemId)
  return [
    html`<b>${workflow.templateName}</b><br><small class="muted">${workflow.id}</small>`,
    html`<a href="${cardPath(workflow.entityTypeId, workflow.itemId)}">${item ? itemTitle(item) : `#${workflow.itemId}`}</a>`,
    html`${t[workflow.status]}${workflow.title ? html`<br><small>${workflow.title}</small>` : ''}`,
    html`${workflow.waitsFor}${workflow.wakesAt ? html`<br><small>${when(visit, workflow.wakesAt)}</small>` : ''}`,
    html`${when(visit, workflow.started)}<br><small>${nameOf(visit, workflow.startedBy)}</small>`,
    html`<details${workflow.status === 'faulted' ? html` open` : ''}><summary>${workflow.log.length}</summary><ol class="log">${workflow.log.map(line =>
      html`<li><span class="muted">${when(visit, line.at)}</span> ${line.kind === 'step' ? '' : html`<b>${line.kind}</b> `}${line.text} <code>${line.activity}</code></li>`)}</ol></details>`
  ]
}

/** The designer of one template, enough to change it: its name and its description. The address is the portal's own (component crm.config.bp). */
export function templatePage(visit: Visit, type: string, id: number): Html {
  const { portal, t, user, url } = visit
  const template = portal.state.workflowTemplates.find(item => item.id === id && documentTypeOf(item.entityTypeId)[2] === type)
  if (!template) return page(visit, t.notFound, notice(t.notFound, t.notFoundText))
  if (!user.admin) return page(visit, t.noAccess, notice(t.noAccess, t.noAccessText))
  return page(visit, template.name, html`<form method="post" action="${url.pathname}" class="editor">
    <label>${t.name} <input name="name" required value="${template.name}"></label>
    <label>${t.description} <textarea name="description" rows="3">${template.description}</textarea></label>
    <button>${t.save}</button></form><p class="muted">${t.saved}: ${when(visit, template.modified)}</p>`)
}

/** What somebody saves in the designer; the portal notes the moment. */
export function editTemplate(portal: DemoPortal, id: number, posted: Record<string, unknown>): boolean {
  const template = portal.state.workflowTemplates.find(item => item.id === id)
  if (!template || !textOf(posted.name).trim()) return false
  storeTemplate(portal, { ...template, name: textOf(posted.name).trim(), description: textOf(posted.description) }, id)
  return true
}

/** Templates as the import left them, processes with what they did, the clock that wakes them, and messages to phones. */
export function processesPage(visit: Visit): Html {
  const { portal, t } = visit
  const { workflowTemplates, workflows, sms, types } = portal.state
  const starts = [t.byHand, t.onCreate, t.onChange, t.onBoth]
  const typeName = (entityTypeId: number): string =>
    ({ 2: t.deals, 3: t.contacts, 4: t.companies })[entityTypeId] ?? types.find(type => type.entityTypeId === entityTypeId)?.title ?? String(entityTypeId)
  const templates = workflowTemplates.map(template => [
    html`${template.id}`, html`<details><summary>${template.name}</summary><p>${template.description}</p><pre class="raw">${JSON.stringify(template, null, 2)}</pre></details>`,
    html`${typeName(template.entityTypeId)}`, html`${starts[template.autoExecute]}`, html`${when(visit, template.modified)}`
  ])
  return page(visit, t.processes, html`
    <section><h2>${t.clock}: ${when(visit, portal.now().toISOString())}</h2><p class="muted">${t.clockText}</p>
      <form method="post" action="/inspector/clock/" class="toolbar"><label>${t.minutes} <input type="number" name="minutes" min="0" value="60"></label>
        <button>${t.forward}</button> <button name="to" value="hour">${t.anHour}</button> <button name="to" value="day">${t.aDay}</button> <button name="to" value="next">${t.nextWake}</button></form></section>
    <h2>${t.templates}</h2>${table([t.id, t.name, t.record, t.autoStart, t.saved], templates, t.empty)}
    <h2>${t.instances}</h2>${table([t.name, t.record, t.status, t.waitsFor, t.started, t.log], [...workflows].reverse().slice(0, NEWEST).map(workflow => processRow(visit, workflow)), t.empty)}
    ${sms.length ? html`<h2>${t.sms}</h2>${table([t.to, t.sent, t.description], sms.map(message => [html`${message.to}`, html`${when(visit, message.sentAt)}`, html`${message.text}`]), t.empty)}` : ''}`,
  { wide: true })
}
