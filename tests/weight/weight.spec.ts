import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

/**
 * What a page costs on the wire until its first screen: every script and stylesheet that its HTML names, everything those
 * import, and what the start loads by itself. Brotli 11, as a good static host sends it; HTML and headers are not counted.
 */
const DIST = join(import.meta.dirname, '../../dist')

interface Budget {
  page: string
  /** in KB of 1000 bytes */
  limit: number
  /** Chunks that are loaded without being imported, by the start of their name, with the reason. */
  onStart: Record<string, string>
}

/** `modulepreload` of the page's component is in the HTML already. */
const WORDS = { 'ru-': 'texts of every noun of the page in the longest language of the app' }

const BUDGETS: Budget[] = [
  { page: 'tab', limit: 170, onStart: WORDS },
  { page: 'request', limit: 170, onStart: WORDS },
  { page: 'survey', limit: 40, onStart: { 'ru-': 'its own texts in the customer\'s language' } },
  { page: 'worker', limit: 80, onStart: {} }
]

/** Watched, not limited: these pages are opened on purpose and stay open. */
const WATCHED: Budget[] = [{ page: 'report', limit: Infinity, onStart: WORDS }, { page: 'index', limit: Infinity, onStart: WORDS }]

const read = (file: string): Buffer => readFileSync(join(DIST, file))
const assetsIn = (html: string): string[] => [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file!)
const staticImports = (code: string): string[] => [...code.matchAll(/(?:^|[;}\n])import(?:[^"'();]*from)?["']\.\/([^"']+\.js)["']/g)].map(([, file]) => `assets/${file}`)
const dynamicImports = (code: string): string[] => [...code.matchAll(/import\([`"']\.\/([^`"']+\.js)[`"']\)/g)].map(([, file]) => `assets/${file}`)

function filesOf({ page, onStart }: Budget): Set<string> {
  const files = new Set<string>()
  const wanted = (file: string): boolean => Object.keys(onStart).some(name => file.startsWith(`assets/${name}`))
  const add = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    if (!file.endsWith('.js')) return
    const code = read(file).toString()
    for (const imported of [...staticImports(code), ...dynamicImports(code).filter(wanted)]) add(imported)
  }
  for (const file of assetsIn(read(`${page}.html`).toString())) add(file)
  return files
}

const onTheWire = new Map<string, number>()

function bytes(file: string): number {
  const known = onTheWire.get(file) ?? brotliCompressSync(read(file)).length
  onTheWire.set(file, known)
  return known
}

const kilobytes = (files: readonly string[]): number => files.reduce((sum, file) => sum + bytes(file), 0) / 1000

describe.runIf(existsSync(DIST))('weight on the wire', () => {
  it('is within its budget, page by page', () => {
    const table = [...BUDGETS, ...WATCHED].map(budget => {
      const files = [...filesOf(budget)]
      const script = kilobytes(files.filter(file => file.endsWith('.js')))
      const style = kilobytes(files.filter(file => file.endsWith('.css')))
      return { page: budget.page, limit: budget.limit, files: files.length, script, style, all: script + style }
    })
    console.table(table.map(row => ({ ...row, script: row.script.toFixed(1), style: row.style.toFixed(1), all: row.all.toFixed(1) })))
    for (const { page, limit, all, script } of table) {
      expect(script, `${page} has a script`).toBeGreaterThan(0)
      expect(all, `${page} in KB, brotli`).toBeLessThanOrEqual(limit)
    }
  })

  it.each(['tab', 'request', 'report', 'index', 'survey', 'worker'])('%s asks nobody else for anything', page => {
    const html = read(`${page}.html`).toString()
    expect(html.match(/(?:src|href)="(?:https?:)?\/\/[^"]+"/g)).toBeNull()
    for (const file of assetsIn(html).filter(name => name.endsWith('.css'))) {
      expect(read(file).toString().match(/(?:@import|url\()\s*["']?(?:https?:)?\/\/[^)]*/g)).toBeNull()
    }
  })

  it.each(['tab', 'request', 'report', 'index'])('%s has every design token that it uses', page => {
    const sheet = assetsIn(read(`${page}.html`).toString()).filter(file => file.endsWith('.css')).map(file => read(file).toString()).join('')
    const declared = new Set(sheet.match(/--[\w-]+(?=:)/g))
    const used = new Set([...sheet.matchAll(/var\((--(?:ui|air|b24ui)-[\w-]+)\)/g)].map(([, name]) => name!))
    expect(used.size).toBeGreaterThan(50)
    const kit = join(DIST, '../node_modules/@bitrix24/b24ui-nuxt/dist/runtime/air-design-tokens')
    const known = ['001_b24_global', '003_b24_context_light', '004_b24_context_dark', '008_ui_global'].map(name => readFileSync(join(kit, `${name}.css`), 'utf8')).join('')
    expect([...used].filter(name => !declared.has(name) && known.includes(`${name}:`))).toEqual([])
  })
})

it('there is a build to weigh', () => {
  expect(existsSync(DIST), 'dist/ is missing: run "npm run build" first').toBe(true)
})
