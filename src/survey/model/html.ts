const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

/** Text for the content or a quoted attribute of HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, sign => ENTITIES[sign] ?? sign)
}

/** Plain text as HTML for a mail: escaped, its line breaks kept. */
export function textToHtml(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>\n')
}
