/* The portal's side of the frame protocol, as the SDK speaks it: "command:params:key:sid" up, "key:json" down. Plain script, no build. */
(() => {
  'use strict'
  const frames = []

  // --- frames -----------------------------------------------------------------------------------------------------------------------------
  function openFrame(holder) {
    if (holder.dataset.opened) return
    holder.dataset.opened = 'yes'
    const data = JSON.parse(holder.dataset.frame)
    const iframe = document.createElement('iframe')
    iframe.name = data.name
    iframe.title = data.init.PLACEMENT
    iframe.setAttribute('allow', 'clipboard-write')
    holder.append(iframe)
    frames.push({ iframe, holder, data, origin: new URL(data.action).origin })
    const form = Object.assign(document.createElement('form'), { method: 'post', action: data.action, target: data.name, hidden: true })
    for (const [name, value] of Object.entries(data.body)) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
    document.body.append(form)
    form.submit()
    form.remove()
  }

  const post = (path, values) => fetch(path, { method: 'POST', body: new URLSearchParams(values) }).then(reply => reply.json())

  // --- sliders: all of them are kept by the topmost window, so that a slider may open another ------------------------------------------------
  const sliders = []
  function openSlider(address, width, onClose) {
    const url = new URL(address, location.origin)
    url.searchParams.set('IFRAME', 'Y')
    url.searchParams.set('IFRAME_TYPE', 'SIDE_SLIDER')
    const box = document.createElement('div')
    box.className = 'slider'
    const panel = document.createElement('div')
    panel.className = 'slider-panel'
    if (width) panel.style.maxWidth = width + 'px'
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'slider-close', textContent: '×' })
    button.setAttribute('aria-label', 'Close')
    const iframe = Object.assign(document.createElement('iframe'), { src: url.href, title: 'slider' })
    panel.append(button, iframe)
    box.append(panel)
    document.body.append(box)
    document.body.classList.add('has-slider')
    const slider = { box, iframe, onClose }
    sliders.push(slider)
    button.addEventListener('click', () => closeSlider(slider))
    box.addEventListener('click', event => { if (event.target === box) closeSlider(slider) })
    button.focus()
  }
  function closeSlider(slider) {
    if (!sliders.includes(slider)) return
    sliders.splice(sliders.indexOf(slider), 1)
    slider.box.remove()
    document.body.classList.toggle('has-slider', sliders.length > 0)
    if (slider.onClose) slider.onClose()
  }
  const closeOf = child => {
    const slider = sliders.find(item => item.iframe.contentWindow === child)
    if (slider) closeSlider(slider)
    return Boolean(slider)
  }
  window.demoPortal = { openSlider, closeOf, closeTop: () => sliders.length && closeSlider(sliders[sliders.length - 1]) }
  const host = () => (window.top && window.top.demoPortal) || window.demoPortal
  document.addEventListener('keydown', event => { if (event.key === 'Escape') host().closeTop() })

  // --- dialogs ----------------------------------------------------------------------------------------------------------------------------
  async function choose(kind, params, multiple) {
    const rows = await fetch('/demo/find/?' + new URLSearchParams({ kind, types: [].concat(params.entityType || []).join(',') })).then(reply => reply.json())
    const dialog = document.createElement('dialog')
    const list = document.createElement('ul')
    const filter = Object.assign(document.createElement('input'), { type: 'search' })
    filter.setAttribute('aria-label', 'Find')
    const ok = Object.assign(document.createElement('button'), { type: 'button', textContent: 'OK' })
    const cancel = Object.assign(document.createElement('button'), { type: 'button', textContent: '×' })
    const boxes = rows.map(row => {
      const input = Object.assign(document.createElement('input'), { type: multiple ? 'checkbox' : 'radio', name: 'choice', value: String(row.id) })
      const label = document.createElement('label')
      label.append(input, ' ' + (row.name || row.title))
      const item = document.createElement('li')
      item.append(label)
      list.append(item)
      return { row, input, item }
    })
    filter.addEventListener('input', () => {
      for (const box of boxes) box.item.hidden = !(box.row.name || box.row.title).toLowerCase().includes(filter.value.toLowerCase())
    })
    dialog.append(filter, list, ok, ' ', cancel)
    document.body.append(dialog)
    dialog.showModal()
    return new Promise(resolve => {
      const end = value => { dialog.close(); dialog.remove(); resolve(value) }
      ok.addEventListener('click', () => end(boxes.filter(box => box.input.checked).map(box => box.row)))
      cancel.addEventListener('click', () => end(null))
      dialog.addEventListener('cancel', () => end(null))
    })
  }
  const buckets = rows => {
    const result = {}
    for (const row of rows || []) (result[row.type] = result[row.type] || []).push(row)
    return result
  }

  // --- commands ---------------------------------------------------------------------------------------------------------------------------
  const reloadable = /_DETAIL_TAB$|_DETAIL_ACTIVITY$|_LIST_MENU$/
  const withParams = (address, params) => {
    const url = new URL(address, location.origin)
    for (const [key, value] of Object.entries(params || {})) url.searchParams.set('params[' + key + ']', typeof value === 'object' ? JSON.stringify(value) : String(value))
    return url.href
  }
  const commands = {
    getInitData: (_params, frame) => frame.data.init,
    refreshAuth: async (_params, frame) => Object.assign(frame.data.init, await post('/demo/token/')) && {
      AUTH_ID: frame.data.init.AUTH_ID, REFRESH_ID: frame.data.init.REFRESH_ID, AUTH_EXPIRES: frame.data.init.AUTH_EXPIRES
    },
    setInstall: () => post('/demo/seen/'),
    setInstallFinish: async (_params, frame) => {
      if (!frame.data.init.INSTALL) return undefined
      await post('/demo/install-finish/')
      location.assign('/marketplace/app/' + (document.body.classList.contains('in-slider') ? '?IFRAME=Y' : ''))
      return undefined
    },
    setAppOption: params => post('/demo/option/', { kind: 'app', name: params.name, value: params.value }),
    setUserOption: params => post('/demo/option/', { kind: 'user', name: params.name, value: params.value }),
    resizeWindow: (params, frame) => {
      if (frame.holder.dataset.kind === 'hidden') return {}
      const height = Math.max(0, Number(params.height) || 0)
      if (height) frame.iframe.style.height = height + 'px'
      return { width: frame.iframe.offsetWidth, height: frame.iframe.offsetHeight }
    },
    setTitle: (params, frame) => {
      if (frame.holder.dataset.kind === 'hidden') return {}
      document.getElementById('pagetitle').textContent = params.title
      document.title = params.title
      return {}
    },
    setScroll: params => { window.scrollTo({ top: Number(params.scroll) || 0 }); return {} },
    reloadWindow: () => { location.reload(); return {} },
    openApplication: (params, frame, reply) => { host().openSlider(withParams('/marketplace/app/', params), Number(params.bx24_width) || 0, () => reply({})); return WAIT },
    closeApplication: (_params, frame) => {
      const box = frame.holder.closest('details')
      if (box) box.open = false
      else host().closeOf(window)
      return {}
    },
    'im:setImTextareaContent': (params, frame) => {
      const field = frame.data.init.PLACEMENT === 'IM_TEXTAREA' && document.getElementById('chat-input')
      if (!field) return { message: 'The text field is not available' }
      field.value = params.replace || !field.value ? params.text : field.value + (params.withNewLine ? '\n' : '') + params.text
      field.focus()
      return { result: true }
    },
    openPath: (params, frame, reply) => {
      const url = new URL(params.path, location.origin)
      if (url.origin !== location.origin) return { result: 'error', errorCode: 'PATH_NOT_AVAILABLE' }
      host().openSlider(url.href, 0, () => reply({ result: 'close' }))
      return WAIT
    },
    selectUser: async params => {
      const rows = await choose('user', params, params.mult === true)
      return params.mult === true ? rows || [] : (rows && rows[0]) || null
    },
    selectAccess: async params => await choose('access', params, true) || [],
    selectCRM: async params => buckets(await choose('crm', params, params.multiple === true)),
    getInterface: (_params, frame) => ({ command: reloadable.test(frame.data.init.PLACEMENT) ? ['reloadData'] : [], event: [] }),
    placementBindEvent: () => ({}),
    reloadData: async (_params, frame) => {
      if (!reloadable.test(frame.data.init.PLACEMENT)) return WAIT
      const fresh = new DOMParser().parseFromString(await fetch(location.href).then(reply => reply.text()), 'text/html').getElementById('card-general')
      const old = document.getElementById('card-general')
      if (fresh && old) old.replaceChildren(...fresh.children)
      return {}
    }
  }
  const WAIT = Symbol('answered later, or never')

  function read(message) {
    if (message && typeof message === 'object') return { command: message.method, params: message.params || {}, key: message.callback, sid: message.appSid }
    if (typeof message !== 'string') return null
    const parts = message.split(':')
    if (parts.length < 3) return null
    const json = parts.slice(1, -2).join(':')
    try {
      return { command: parts[0], params: json ? JSON.parse(json) : {}, key: parts[parts.length - 2], sid: parts[parts.length - 1] }
    } catch {
      return { command: parts[0], params: {}, key: parts[parts.length - 2], sid: parts[parts.length - 1] }
    }
  }
  window.addEventListener('message', async event => {
    const frame = frames.find(item => item.iframe.contentWindow === event.source)
    const message = read(event.data)
    if (!frame || !message || event.origin !== frame.origin || message.sid !== frame.data.sid || !Object.hasOwn(commands, message.command)) return
    const reply = value => frame.iframe.contentWindow?.postMessage(message.key + ':' + (value === undefined ? '' : JSON.stringify(value)), frame.origin)
    const value = await commands[message.command](message.params, frame, reply)
    if (value !== WAIT) reply(value)
  })

  // --- the page itself --------------------------------------------------------------------------------------------------------------------
  document.querySelectorAll('[data-frame]').forEach(holder => { if (holder.dataset.kind !== 'tab') openFrame(holder) })
  const showTab = tab => {
    document.querySelectorAll('[role=tab]').forEach(item => item.setAttribute('aria-selected', String(item === tab)))
    document.querySelectorAll('[role=tabpanel]').forEach(panel => { panel.hidden = panel.id !== tab.getAttribute('aria-controls') })
    document.querySelectorAll('#' + tab.getAttribute('aria-controls') + ' [data-frame]').forEach(openFrame)
  }
  document.querySelectorAll('[role=tab]').forEach(tab => tab.addEventListener('click', () => showTab(tab)))
  document.querySelectorAll('details.chat-app').forEach(box => box.addEventListener('toggle', () => { if (box.open) box.querySelectorAll('[data-frame]').forEach(openFrame) }))
  document.getElementById('chat-input')?.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    event.target.form.requestSubmit(event.target.form.querySelector('button'))
  })
  document.addEventListener('change', event => { if (event.target.matches('[data-submit]')) event.target.form.requestSubmit() })
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-slider]')
    if (!link || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    host().openSlider(link.getAttribute('href'), Number(link.dataset.width) || 0, null)
  })
  const bell = document.getElementById('bell')
  if (bell) setInterval(async () => {
    const reply = await fetch('/demo/unread/').catch(() => null)
    if (!reply || !reply.ok) return
    const { unread } = await reply.json()
    bell.textContent = unread
    bell.hidden = !unread
  }, 5000)
})()
