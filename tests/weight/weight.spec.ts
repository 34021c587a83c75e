import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assetsIn, DIST, readBuilt, weighPages } from './page-weight'

describe.runIf(existsSync(DIST))('weight on the wire', () => {
  it('is within its budget, page by page', () => {
    const table = weighPages()
    console.table(table.map(row => ({ ...row, script: row.script.toFixed(1), style: row.style.toFixed(1), all: row.all.toFixed(1) })))
    for (const { page, limit, all, script } of table) {
      expect(script, `${page} has a script`).toBeGreaterThan(0)
      expect(all, `${page} in KB, brotli`).toBeLessThanOrEqual(limit)
    }
  })

  it.each(['tab', 'request', 'report', 'index', 'survey', 'worker'])('%s asks nobody else for anything', page => {
    const html = readBuilt(`${page}.html`).toString()
    expect(html.match(/(?:src|href)="(?:https?:)?\/\/[^"]+"/g)).toBeNull()
    for (const file of assetsIn(html).filter(name => name.endsWith('.css'))) {
      expect(readBuilt(file).toString().match(/(?:@import|url\()\s*["']?(?:https?:)?\/\/[^)]*/g)).toBeNull()
    }
  })

  it.each(['tab', 'request', 'report', 'index'])('%s has every design token that it uses', page => {
    const sheet = assetsIn(readBuilt(`${page}.html`).toString()).filter(file => file.endsWith('.css')).map(file => readBuilt(file).toString()).join('')
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
