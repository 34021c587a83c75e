import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** A custom property with its value: strings and brackets may hold what would otherwise end it. */
const DECLARATION = /(?<=[{;\s])(--[\w-]+)\s*:((?:"[^"]*"|'[^']*'|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|[^;{}"'()])*)(?:;|(?=\}))/g

const names = (text: string): string[] => text.match(/--[\w-]+/g) ?? []

/**
 * Leaves out the custom properties that nothing uses. b24ui declares some 1,300 design tokens, several times over, and a page uses a
 * quarter of them: it halves the stylesheet.
 * @param css a stylesheet without comments
 * @param elsewhere names used outside it, by scripts
 */
export function withoutUnusedTokens(css: string, elsewhere: readonly string[]): string {
  const needs = new Map<string, string[]>()
  const rest = css.replaceAll(DECLARATION, (_whole, name: string, value: string) => {
    needs.set(name, [...needs.get(name) ?? [], ...names(value)])
    return ''
  })
  const used = new Set<string>()
  const open = [...names(rest), ...elsewhere]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (used.has(name)) continue
    used.add(name)
    open.push(...needs.get(name) ?? [])
  }
  return css.replaceAll(DECLARATION, (whole, name: string) => used.has(name) ? whole : '')
}

/** The names written in the sources: a chart reads its colours from the stylesheet by name. */
function namesInSources(): string[] {
  const folder = fileURLToPath(new URL('./src/', import.meta.url))
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.(vue|ts)$/.test(path))
    .flatMap(path => names(readFileSync(folder + path, 'utf8')))
}

/** Runs behind Tailwind and before Vite names the file by its content. */
export function designTokens(): Plugin {
  return {
    name: 'feedback:design-tokens',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!/\/src\/entries\/\w+\.css$/.test(id)) return
      return { code: withoutUnusedTokens(code.replaceAll(/\/\*(?!!)[\s\S]*?\*\//g, ''), namesInSources()), map: null }
    }
  }
}
