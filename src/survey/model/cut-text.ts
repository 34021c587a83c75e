/**
 * The text up to `limit` UTF-16 units, never ending in half a character.
 * @returns the text itself when it is short enough; else the cut text, with `end` counted in
 */
export function cutText(text: string, limit: number, end = '…'): string {
  if (text.length <= limit) return text
  const cut = text.slice(0, Math.max(0, limit - end.length))
  return (/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut) + end
}

/** For titles and subjects: line breaks and control characters become spaces (in a mail header they would begin a new header). */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}
