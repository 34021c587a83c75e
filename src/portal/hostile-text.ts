/**
 * Words of customers on their way into comments, tasks, notifications and mails.
 * Their text may carry BB code ([URL=…], [USER=…]), control and direction signs, or be endless.
 */

/** Everything that is no text: control signs but tab and line feed, signs that turn the direction of what follows, a stray half of a pair. */
const NO_TEXT = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF]|\p{Surrogate}/gu

/** Line breaks become \n, signs that are no text disappear, blank space at both ends too. Emoji and all scripts stay. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?|\u2028|\u2029/g, '\n').replace(NO_TEXT, '').trim()
}

/**
 * Brackets as their full-width twins ［ ］: they read the same and no parser of BB code, and no batch, takes them for its own.
 */
export function neutraliseBbCode(text: string): string {
  return text.replaceAll('[', '［').replaceAll(']', '］')
}

/**
 * At most `max` code points, an ellipsis being the last of them when something was cut.
 * @param max 1 or more
 */
export function shorten(text: string, max: number): string {
  const points = [...text]
  return points.length <= max ? text : `${points.slice(0, max - 1).join('').trimEnd()}…`
}

/** A customer's words for a comment, a task or a notification: clean, at most `max` code points, without BB code. */
export function quoteCustomer(text: string, max: number): string {
  return neutraliseBbCode(shorten(cleanText(text), max))
}
