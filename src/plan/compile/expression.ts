/**
 * Expressions of the portal's process engine, and words that must not become any.
 *
 * What the core does with a property (bizproc/classes/general/activity.php, lib/Calc/Parser.php): a value that consists of one `{=Object:field}`
 * is replaced by the value itself, whatever its type; one that consists of `{{=…}}`, or begins with =, is calculated; inside a longer text first
 * the calculations are put in, then the references – so a calculation inside a text may bring in a reference, and the customer's words with it.
 * Hence the rule here: calculations stand alone, as the value of a variable, and texts refer to variables only.
 */

/** `{=Document:TITLE}` */
export const ref = (object: string, field: string): string => `{=${object}:${field}}`
export const doc = (field: string): string => ref('Document', field)
export const variable = (name: string): string => ref('Variable', name)
export const parameter = (name: string): string => ref('Template', name)
export const NOW = ref('System', 'Now')
export const TODAY = ref('System', 'Date')

/** A value that is calculated. Only for values that are nothing else, see above. */
export const calc = (expression: string): string => `{{=${expression}}}`

/** A constant inside a calculation. @throws RangeError for a text with both kinds of quotation marks: the engine knows no escape. */
export function quoted(text: string): string {
  if (!text.includes('"')) return `"${text}"`
  if (!text.includes('\'')) return `'${text}'`
  throw new RangeError('a constant of a calculation has one kind of quotation marks')
}

/** All `from` inside the value of an expression become `to`. The engine has no other function for it. */
export function replaced(expression: string, from: string, to: string): string {
  return `implode(${quoted(to)},explode(${quoted(from)},${expression}))`
}

/** What stands in front of the first `mark`. */
export const before = (expression: string, mark: string): string => `firstvalue(explode(${quoted(mark)},${expression}))`
/** What stands between the first `mark` and the next one; the whole value where there is none. */
export const behind = (expression: string, mark: string): string => `firstvalue(swirl(explode(${quoted(mark)},${expression})))`

/** At most `limit` characters, the last of them an ellipsis when something was cut. */
export function shortened(expression: string, limit: number): string {
  return `if(strlen(${expression})>${limit},substr(${expression},0,${limit - 1})&"…",${expression})`
}

/**
 * Words of a customer for comments, tasks and notices: no BB code, and no reference when the words travel on as a parameter – parameters and
 * results of activities are read once more as expressions (activity.php, `__get`).
 */
export function customerWords(expression: string): string {
  return [['{=', '{ ='], ['[', '［'], [']', '］']].reduce((inner, [from, to]) => replaced(inner, from!, to!), expression)
}

/** Names of people and companies in a mail. */
export function htmlOf(expression: string): string {
  return [['&', '&amp;'], ['<', '&lt;'], ['>', '&gt;'], ['"', '&quot;']].reduce((inner, [from, to]) => replaced(inner, from!, to!), expression)
}

/** The number of a person, whether the portal says `user_7` or 7; of several the first. */
export const userNumber = (expression: string): string => replaced(expression, 'user_', '')

/**
 * Words that somebody wrote – an administrator, a template – as part of a property. An expression loses its brace, and what looks like a
 * serialised object its semicolon's neighbour: the import would refuse the whole file (CheckSerializedData in the core's tools.php).
 */
export function harmless(text: string): string {
  return text.replace(/\{(?==)/g, '{ ').replace(/;(?=[OC]:\+?\d+:)/g, '; ')
}

/** For what is the whole of a property and begins with somebody's words: a leading = would make a calculation of it. */
export function wholeValue(text: string): string {
  return text.replace(/^(\s*)=/, '$1＝')
}

/** Somebody's words alone, as the whole of a property. */
export const harmlessValue = (text: string): string => wholeValue(harmless(text))
