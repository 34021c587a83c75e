import { maySeeTask } from '../rights'
import { itemOf } from '../rest/records'
import type { Mail, Task } from '../state'
import { listOf, recordOf } from '../rest/handler'
import { bbCode, Html, html } from './html'
import type { Visit } from './page'
import { cardPath, itemTitle, nameOf, notice, page, table, userName, when } from './page'

/** What a newcomer sees first: what this is, who to be, what to do next. */
export function startPage(visit: Visit): Html {
  const { portal, t, user } = visit
  const role = { administrator: t.roleAll, all: t.roleAll, department: t.roleDepartment, own: t.roleOwn }
  const { installed } = portal.state.app
  return page(visit, t.demo, html`
    <p class="lead">${t.welcome} ${t.welcome2} ${t.welcome3}</p>
    <section class="next"><h2>${t.next}</h2>
      <p><a class="button" href="${installed ? '/crm/deal/' : user.admin ? '/marketplace/app/' : `/login/?user=${portal.state.users.find(item => item.admin)?.id ?? 1}&back=/marketplace/app/`}">${
        installed ? t.installed : t.install}</a></p>
      <p class="muted">${installed ? t.installedText : t.installText}</p></section>
    <h2>${t.signInAs}</h2>
    <ul class="people">${portal.state.users.filter(item => item.active).map(item => html`<li>
      <a href="/login/?user=${item.id}&back=/"${item.id === user.id ? html` aria-current="true"` : ''}><b>${userName(item)}</b>
      <span>${item.position}</span><span class="muted">${item.admin ? t.administrator : role[item.role]}</span></a></li>`)}</ul>
    <p><a href="/outbox/">${t.outbox}</a> · <a href="/inspector/">${t.inspector}</a></p>`)
}

export function notificationsPage(visit: Visit): Html {
  const { portal, t, user } = visit
  const own = portal.state.notifications.filter(item => item.userId === user.id).reverse()
  return page(visit, t.notifications, own.length
    ? html`<form method="post" action="/demo/read-all/"><button>${t.readAll}</button></form><ol class="timeline">${own.map(item => html`<li${item.read ? '' : html` class="new"`}>
        <p class="muted">${when(visit, item.created)} · ${nameOf(visit, item.fromUserId)}${item.read ? '' : html` · ${t.unread}`}</p><div class="comment">${bbCode(item.message)}</div></li>`)}</ol>`
    : html`<p class="muted">${t.empty}</p>`)
}

const isDone = (task: Task): boolean => String(task.fields.STATUS) === '5'

export function tasksPage(visit: Visit): Html {
  const { portal, t, user } = visit
  const rows = portal.state.tasks.filter(task => maySeeTask(portal.state, user, task)).reverse().map(task => [
    html`<a href="/tasks/${task.id}/">${task.fields.TITLE}</a>`, html`${isDone(task) ? t.done : t.open}`, html`${when(visit, task.fields.DEADLINE)}`,
    html`${nameOf(visit, task.fields.RESPONSIBLE_ID)}`, html`${nameOf(visit, task.fields.CREATED_BY)}`
  ])
  return page(visit, t.tasks, table([t.title, t.stage, t.deadline, t.responsible, t.creator], rows, t.empty))
}

const CRM_PREFIXES: Record<string, number> = { D: 2, C: 3, CO: 4 }

function boundRecords(visit: Visit, task: Task): Html[] {
  return listOf(task.fields.UF_CRM_TASK).map(String).map(code => {
    const [prefix = '', id = ''] = code.split('_')
    const entityTypeId = CRM_PREFIXES[prefix] ?? Number.parseInt(prefix.slice(1), 16)
    const item = itemOf(visit.portal.state, entityTypeId, Number(id))
    return html`<a href="${cardPath(entityTypeId, Number(id))}">${item ? itemTitle(item) : code}</a> `
  })
}

export function taskPage(visit: Visit, id: number): Html {
  const { portal, t, user } = visit
  const task = portal.state.tasks.find(item => item.id === id)
  if (!task) return page(visit, t.notFound, notice(t.notFound, t.notFoundText))
  if (!maySeeTask(portal.state, user, task)) return page(visit, t.noAccess, notice(t.noAccess, t.noAccessText))
  return page(visit, String(task.fields.TITLE), html`
    <dl><dt>${t.stage}</dt><dd>${isDone(task) ? t.done : t.open}</dd><dt>${t.responsible}</dt><dd>${nameOf(visit, task.fields.RESPONSIBLE_ID)}</dd>
      <dt>${t.creator}</dt><dd>${nameOf(visit, task.fields.CREATED_BY)}</dd>
      <dt>${t.auditors}</dt><dd>${listOf(task.fields.AUDITORS).map(auditor => nameOf(visit, auditor)).join(', ') || '—'}</dd>
      <dt>${t.deadline}</dt><dd>${when(visit, task.fields.DEADLINE) || '—'}</dd><dt>${t.bound}</dt><dd>${boundRecords(visit, task)}</dd></dl>
    <div class="comment">${bbCode(String(task.fields.DESCRIPTION ?? ''))}</div>
    <ul>${listOf(task.fields.CHECKLIST).map(recordOf).map(row => html`<li>${row.isComplete === 'Y' ? '☑' : '☐'} ${row.title}</li>`)}</ul>
    ${isDone(task) ? '' : html`<form method="post" action="/demo/complete/"><input type="hidden" name="id" value="${id}"><button>${t.complete}</button></form>`}`)
}

export function outboxPage(visit: Visit): Html {
  const { portal, t } = visit
  const rows = [...portal.state.outbox].reverse().map(mail => [
    html`<a href="/outbox/${mail.id}/">${mail.subject}</a>`, html`${mail.to}`, html`${mail.from}`, html`${when(visit, mail.sentAt)}`
  ])
  return page(visit, t.outbox, table([t.subject, t.to, t.from, t.sent], rows, t.empty))
}

/** The mail as a mail program shows it: markup without scripts in a frame of its own, then the text part, then the raw text. */
export function mailPage(visit: Visit, id: number): Html {
  const { portal, t } = visit
  const mail: Mail | undefined = portal.state.outbox.find(item => item.id === id)
  if (!mail) return page(visit, t.notFound, notice(t.notFound, t.notFoundText))
  const text = html`${mail.text}`.text.replace(/https?:\/\/[^\s<>"]+/g, url => `<a href="${url}" target="_blank" rel="noopener">${url}</a>`)
  return page(visit, mail.subject, html`
    <dl><dt>${t.to}</dt><dd>${mail.to}</dd><dt>${t.from}</dt><dd>${mail.from}</dd><dt>${t.sent}</dt><dd>${when(visit, mail.sentAt)}</dd></dl>
    <iframe class="mail" title="${t.mailIn}" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${`<base target="_blank">${mail.html}`}"></iframe>
    <h2>${t.textPart}</h2><div class="pre mail-text">${new Html(text)}</div>
    <details><summary>${t.raw}</summary><pre class="raw">${JSON.stringify(mail, null, 2)}</pre></details>`)
}
