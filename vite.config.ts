import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import b24ui from '@bitrix24/b24ui-nuxt/vite'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** One HTML entry per placement: each loads only what it needs. */
const entries = ['index', 'tab', 'request', 'report', 'worker', 'survey']

const node = { environment: 'node' as const, testTimeout: 120_000, hookTimeout: 120_000 }

export default defineConfig({
  base: './',
  resolve: { alias: { '@': at('./src') } },
  plugins: [
    vue(),
    b24ui({ dts: false, prose: false, mdc: false, autoImport: false, experimental: { componentDetection: true } } as Parameters<typeof b24ui>[0]),
    vueI18n({ include: [at('./src/**/locales/*.json')], runtimeOnly: true, strictMessage: true })
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
