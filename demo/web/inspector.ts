import type { DemoPortal, Fault } from '../state'
import type { Html } from './html'
import { html } from './html'
import type { Visit } from './page'
import { page } from './page'

export const FAULT_KINDS: Fault['kind'][] = ['lost-before', 'reply-lost', '503', '401', 'executed-twice', 'timeout', 'method-error']
const NEWEST = 200

/** Every collection under its name, newest last; records by type, the app as one row. */
export function collections(portal: DemoPortal): Map<string, object[]> {
  const { items, app, counters, ...lists } = portal.state
  return new Map<string, object[]>([
    ...[...items].map(([entityTypeId, records]): [string, object[]] => [`items.${entityTypeId}`, [...records.values()].map(({ id, fields, fm }) => ({ id, ...fields, ...(fm.length ? { fm } : {}) }))]),
    ...Object.entries(lists),
    ['app', [app]], ['counters', [counters]], ['requests', portal.requests]
  ])
}

const cell = (value: unknown): string => value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)

/** One page over everything the portal keeps: contract log first, faults and switches to set, any collection as a table. */
export function inspectorPage(visit: Visit): Html {
  const { portal, t, url } = visit
  const all = collections(portal)
  const chosen = url.searchParams.get('collection') ?? 'requests'
  const query = (url.searchParams.get('q') ?? '').toLowerCase()
  const rows = (all.get(chosen) ?? []).filter(row => !query || JSON.stringify(row).toLowerCase().includes(query))
  const shown = rows.slice(-NEWEST).reverse()
  const columns = [...new Set(shown.flatMap(row => Object.keys(row)))]
  // a refusal breaks no rule: nobody knows beforehand where a chain of pages ends, or what a role allows
  const [broken, refused] = [portal.contractLog.filter(({ kind }) => kind === 'rule'), portal.contractLog.filter(({ kind }) => kind === 'refusal')]
  const listOf = (lines: typeof broken) => html`<ol class="log">${lines.slice(-NEWEST).reverse().map(line =>
    html`<li><code>${line.method}</code> ${line.problem} <details><summary>${line.at}</summary><pre class="raw">${JSON.stringify(line.params, null, 2)}</pre></details></li>`)}</ol>`
  return page(visit, t.inspector, html`
    <p><a href="/inspector/processes/">${t.processes}</a></p>
    <h2>${t.contractLog} (${broken.length})</h2>
    ${broken.length ? listOf(broken) : html`<p class="muted">${t.contractEmpty}</p>`}
    ${refused.length ? html`<details><summary>${t.refused} (${refused.length})</summary>${listOf(refused)}</details>` : ''}
    <div class="columns">
      <section><h2>${t.faults}</h2>
        ${portal.faults.length ? html`<ul>${portal.faults.map(fault => html`<li><code>${JSON.stringify(fault)}</code></li>`)}</ul>` : ''}
        <form method="post" action="/inspector/faults/">
          <label>${t.kind} <select name="kind">${FAULT_KINDS.map(kind => html`<option>${kind}</option>`)}</select></label>
          <label>${t.method} <input name="method" required placeholder="crm.item.add"></label>
          <label>${t.nth} <input name="nth" type="number" min="1" value="1"></label>
          <label>${t.times} <input name="times" type="number" min="1" value="1"></label>
          <p><button name="do" value="add">${t.addFault}</button> <button name="do" value="clear" formnovalidate>${t.clear}</button></p></form></section>
      <section><h2>${t.switches}</h2><form method="post" action="/inspector/switches/">${Object.entries(portal.switches).map(([name, value]) => typeof value === 'boolean'
        ? html`<label class="check"><input type="checkbox" name="${name}"${value ? html` checked` : ''}> ${name}</label>`
        : html`<label>${name} <input type="number" name="${name}" min="0" value="${value}"></label>`)}<p><button>${t.save}</button></p></form></section>
    </div>
    <form method="get" class="toolbar"><label><select name="collection" data-submit aria-label="${t.inspector}">${[...all].map(([name, list]) =>
      html`<option value="${name}"${name === chosen ? html` selected` : ''}>${name} (${list.length})</option>`)}</select></label>
      <label>${t.filter} <input type="search" name="q" value="${query}"></label><button>${t.find}</button> <span class="muted">${rows.length} ${t.rows}${rows.length > NEWEST ? `, ${t.shownFirst}` : ''}</span></form>
    <div class="scroll"><table><thead><tr>${columns.map(name => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${shown.map(row => html`<tr>${columns.map(name =>
      html`<td class="clip" title="${cell((row as Record<string, unknown>)[name])}">${cell((row as Record<string, unknown>)[name])}</td>`)}</tr>`)}</tbody></table></div>`, { wide: true })
}

/** Sets switches from the inspector's form: an unchecked box is not posted. */
export function setSwitches(portal: DemoPortal, posted: Record<string, unknown>): void {
  const next = Object.entries(portal.switches).map(([name, value]) => [name, typeof value === 'boolean' ? name in posted : Number(posted[name] ?? value)])
  Object.assign(portal.switches, Object.fromEntries(next))
}

/** Adds a fault from the inspector's form, or clears them all. */
export function setFaults(portal: DemoPortal, posted: Record<string, unknown>): void {
  if (posted.do === 'clear') { portal.faults.length = 0; return }
  const kind = FAULT_KINDS.find(item => item === posted.kind)
  const method = String(posted.method ?? '').trim()
  if (kind && method) portal.faults.push({ kind, method, nth: Math.max(1, Number(posted.nth) || 1), times: Math.max(1, Number(posted.times) || 1) })
}
