import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import b24ui from '@bitrix24/b24ui-nuxt/vite'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import type { HtmlTagDescriptor, Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** One HTML entry per placement: each loads only what it needs. */
const entries = ['index', 'tab', 'request', 'report', 'worker', 'survey'].filter(name => existsSync(at(`./${name}.html`)))

/**
 * Puts into every page that has a skeleton what must run before its first paint (colours of the theme, look of the
 * skeleton), and lets the browser fetch the page's own chunk together with the start instead of after it.
 */
function firstPaint(): Plugin {
  const read = (name: string): string => readFileSync(at(`./src/ui/start/${name}`), 'utf8').replaceAll(/\s*\n\s*/g, ' ').trim()
  return {
    name: 'feedback:first-paint',
    transformIndexHtml(html, { chunk, bundle }) {
      if (!html.includes('<!-- start -->')) return html
      const pages = (chunk?.dynamicImports ?? []).filter(name => /\/(ui|entries)\/.*\.vue/.test(bundle?.[name]?.type === 'chunk' ? bundle[name].facadeModuleId ?? '' : ''))
      const tags: HtmlTagDescriptor[] = pages.map(href => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `./${href}` }, injectTo: 'head' }))
      return { html: html.replace('<!-- start -->', `<script>${read('theme.js')}</script>\n  <style>${read('skeleton.css')}</style>`), tags }
    }
  }
}

const node = { environment: 'node' as const, testTimeout: 120_000, hookTimeout: 120_000 }

export default defineConfig({
  base: './',
  resolve: { alias: { '@': at('./src') } },
  plugins: [
    vue(),
    b24ui({ dts: false, router: false, colorMode: false, prose: false, mdc: false, autoImport: false, components: false, experimental: { componentDetection: true } }),
    vueI18n({ include: [at('./src/**/locales/*.json')], runtimeOnly: true, fullInstall: false, strictMessage: true }),
    firstPaint()
  ],
  build: {
    target: 'es2022',
    rollupOptions: { input: Object.fromEntries(entries.map(name => [name, at(`./${name}.html`)])) }
  },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.spec.ts', 'demo/**/*.spec.ts'], environment: 'happy-dom', css: false, env: { TZ: 'Asia/Almaty' } } },
      { extends: true, test: { name: 'contract', include: ['tests/contract/**/*.spec.ts'], ...node } },
      { extends: true, test: { name: 'weight', include: ['tests/weight/**/*.spec.ts'], ...node } },
      { extends: true, test: { name: 'e2e', include: ['tests/e2e/**/*.e2e.ts'], ...node, fileParallelism: false } }
    ]
  }
})
