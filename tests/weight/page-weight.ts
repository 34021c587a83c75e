import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

/**
 * What a page costs on the wire until its first screen: every script and stylesheet that its HTML names, everything those
 * import, and what the start loads by itself. Brotli 11, as a good static host sends it; HTML and headers are not counted.
 */
export const DIST = join(import.meta.dirname, '../../dist')

export interface Budget {
  page: string
  /** in KB of 1000 bytes; Infinity = watched, not limited */
  limit: number
  /** Chunks that are loaded without being imported, by the start of their name, with the reason. */
  onStart: Record<string, string>
}

export interface PageWeight { page: string; limit: number; files: number; script: number; style: number; all: number }

/** `modulepreload` of the page's component is in the HTML already. */
const WORDS = { 'ru-': 'texts of every noun of the page in the longest language of the app' }

export const BUDGETS: readonly Budget[] = [
  { page: 'tab', limit: 170, onStart: WORDS },
  { page: 'request', limit: 170, onStart: WORDS },
  { page: 'survey', limit: 40, onStart: { 'ru-': 'its own texts in the customer\'s language' } },
  { page: 'worker', limit: 80, onStart: {} },
  // opened on purpose, and they stay open
  { page: 'report', limit: Infinity, onStart: WORDS },
  { page: 'index', limit: Infinity, onStart: WORDS }
]

export const readBuilt = (file: string): Buffer => readFileSync(join(DIST, file))

/** Scripts and stylesheets that a page's HTML names. */
export const assetsIn = (html: string): string[] => [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file!)

const staticImports = (code: string): string[] => [...code.matchAll(/(?:^|[;}\n])import(?:[^"'();]*from)?["']\.\/([^"']+\.js)["']/g)].map(([, file]) => `assets/${file}`)
const dynamicImports = (code: string): string[] => [...code.matchAll(/import\([`"']\.\/([^`"']+\.js)[`"']\)/g)].map(([, file]) => `assets/${file}`)

function filesOf({ page, onStart }: Budget): Set<string> {
  const files = new Set<string>()
  const wanted = (file: string): boolean => Object.keys(onStart).some(name => file.startsWith(`assets/${name}`))
  const add = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    if (!file.endsWith('.js')) return
    const code = readBuilt(file).toString()
    for (const imported of [...staticImports(code), ...dynamicImports(code).filter(wanted)]) add(imported)
  }
  for (const file of assetsIn(readBuilt(`${page}.html`).toString())) add(file)
  return files
}

const onTheWire = new Map<string, number>()

function bytes(file: string): number {
  const known = onTheWire.get(file) ?? brotliCompressSync(readBuilt(file)).length
  onTheWire.set(file, known)
  return known
}

const kilobytes = (files: readonly string[]): number => files.reduce((sum, file) => sum + bytes(file), 0) / 1000

/** Every page of the build, in KB of 1000 bytes. @throws Error when a page is missing in dist/ */
export function weighPages(): PageWeight[] {
  return BUDGETS.map(budget => {
    const files = [...filesOf(budget)]
    const script = kilobytes(files.filter(file => file.endsWith('.js')))
    const style = kilobytes(files.filter(file => file.endsWith('.css')))
    return { page: budget.page, limit: budget.limit, files: files.length, script, style, all: script + style }
  })
}
