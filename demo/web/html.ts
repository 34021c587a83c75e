/** Markup that is already safe to send. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string { return this.text }
}

export const escapeHtml = (text: string): string => text
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\'', '&#39;')

const render = (value: unknown): string => {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map(render).join('')
  return value === null || value === undefined || value === false ? '' : escapeHtml(String(value))
}

/** Template tag: everything put in is escaped unless it is Html (or a list of Html); null, undefined and false give nothing. */
export const html = (parts: TemplateStringsArray, ...values: unknown[]): Html =>
  new Html(parts.reduce((text, part, index) => text + render(values[index - 1]) + part))

const LINK = /^(https?:\/\/|\/(?!\/))/i

/**
 * BB code as a portal shows it in comments, tasks and notifications, so that text of customers which was not made harmless is seen to act.
 * Links of the portal itself open in a slider, others in a new tab.
 */
export function bbCode(text: string): Html {
  const link = (address: string, label: string): string => {
    const href = address.trim().replace(/^&quot;|&quot;$/g, '')
    if (!LINK.test(href)) return label
    return href.startsWith('/') ? `<a href="${href}" data-slider>${label}</a>` : `<a href="${href}" target="_blank" rel="noopener">${label}</a>`
  }
  return new Html(escapeHtml(text)
    // one level of brackets may stand in the address: ?params[key]=…
    .replace(/\[url=((?:[^[\]]|\[[^[\]]*\])+)\]([\s\S]*?)\[\/url\]/gi, (_match, address: string, label: string) => link(address, label))
    .replace(/\[url\]([\s\S]*?)\[\/url\]/gi, (_match, address: string) => link(address, address))
    .replace(/\[user=(\d+)[^\]]*\]([\s\S]*?)\[\/user\]/gi, '<a href="/company/personal/user/$1/" class="user">$2</a>')
    .replace(/\[(b|i|u|s)\]([\s\S]*?)\[\/\1\]/gi, (_match, tag: string, inner: string) => `<${tag.toLowerCase()}>${inner}</${tag.toLowerCase()}>`)
    .replace(/\[br\]|#BR#|\r?\n/gi, '<br>')
    .replace(/\[\/?p\]/gi, ''))
}
