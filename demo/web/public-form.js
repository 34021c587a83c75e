/* The portal's own form page: posts what was filled in, as the official form script does (facts 3 and 4). */
(() => {
  'use strict'
  const form = document.querySelector('form[data-form]')
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const values = {}
    for (const [name, value] of new FormData(form)) if (value !== '') (values[name] = values[name] || []).push(value)
    const body = new FormData()
    const parts = { id: form.dataset.form, sec: form.dataset.sec, values: JSON.stringify(values), trace: JSON.stringify({ url: location.href }) }
    for (const [name, value] of Object.entries(parts)) body.append(name, value)
    const status = document.querySelector('[role=status]')
    const reply = await fetch('/bitrix/services/main/ajax.php?action=crm.site.form.fill', { method: 'POST', body }).then(answer => answer.json()).catch(() => ({}))
    const result = reply.result || {}
    status.textContent = result.resultId ? result.message || form.dataset.thanks : result.message || form.dataset.failed
    form.hidden = Boolean(result.resultId)
  })
})()
