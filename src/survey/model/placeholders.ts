import { oneLine } from './cut-text'

/**
 * Puts values into `{name}`; a name that is not among them stays visible, so that the author notices it in the preview.
 * Where a value is empty, the comma and the quotation marks around it go too: "Hello, {client}!" → "Hello!".
 */
export function fillPlaceholders<K extends string>(text: string, values: Readonly<Record<K, string>>): string {
  const known = (name: string): name is K => Object.hasOwn(values, name)
  return text.replace(/(,? *)([“„«"]?)\{(\w+)\}([”“»"]?)/g, (all: string, gap: string, open: string, name: string, close: string) => {
    if (!known(name)) return all
    const value = oneLine(values[name])
    if (value !== '') return gap + open + value + close
    return open && close ? '' : open + close
  }).replace(/^, */gm, '')
}
