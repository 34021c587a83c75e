import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import b24ui from '@bitrix24/b24ui-nuxt/vite'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import { defineConfig } from 'vitest/config'
import { designTokens } from './vite.design-tokens.ts'
import { firstPaint } from './vite.first-paint.ts'
import { plainImports } from './vite.plain-imports.ts'
import { uiIcons } from './vite.ui-icons.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const pages = (...names: string[]) => ({ input: Object.fromEntries(names.map(name => [name, at(`./${name}.html`)])) })

// by itself vitest leaves one core alone: on a machine with two it would use one
const node = { environment: 'node' as const, testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: '100%' }

export default defineConfig({
  // relative, so that the app can stand in any folder of any host
  base: './',
  resolve: {
    alias: {
      '@': at('./src'),
      // The SDK asks luxon for dates that we never ask of the SDK; it would be a third of its weight.
      'luxon': at('./src/portal/luxon-stub.ts')
    }
  },
  plugins: [
    vue({ features: { optionsAPI: false } }),
    // Components are imported by name from '@bitrix24/b24ui-nuxt/components/<Name>.vue' as B24<Name>: the detection of used
    // components reads that name, types and lint see an ordinary import. No prose, no colour mode with storage, no router.
    b24ui({
      dts: false, router: false, colorMode: false, prose: false, mdc: false, autoImport: false, components: false,
      experimental: { componentDetection: true }
    }),
    designTokens(),
    uiIcons(),
    vueI18n({ include: [at('./src/**/locales/*.json')], runtimeOnly: true, fullInstall: false, dropMessageCompiler: true, strictMessage: true }),
    firstPaint(),
    plainImports('survey')
  ],
  build: {
    target: 'es2022',
    // every browser that runs es2022 knows modulepreload
    modulePreload: { polyfill: false }
  },
  environments: {
    // One page per placement: each loads only what it needs. What several need becomes a chunk of its own, by itself.
    client: { build: { rolldownOptions: pages('index', 'tab', 'request', 'report', 'worker') } },
    // The answer page is built apart: customers load nothing else of us, and its own copy of Vue is half of the shared one.
    survey: { consumer: 'client', build: { emptyOutDir: false, copyPublicDir: false, rolldownOptions: pages('survey') } }
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['client', 'survey']) await builder.build(builder.environments[name]!)
    }
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit', include: ['src/**/*.spec.ts', 'demo/**/*.spec.ts'], setupFiles: ['./tests/setup.ts'],
          environment: 'happy-dom', css: false, testTimeout: 30_000, env: { TZ: 'Asia/Almaty' }
        }
      },
      // With PORTAL=<incoming webhook> the replies of that portal are checked, and nothing else.
      { extends: true, test: { name: 'contract', include: [process.env.PORTAL ? 'tests/contract/shapes.spec.ts' : 'tests/contract/**/*.spec.ts'], ...node } },
      { extends: true, test: { name: 'weight', include: ['tests/weight/**/*.spec.ts'], ...node } },
      // what is polled for is as patient as what is waited for, see PATIENCE in tests/e2e/stage.ts
      { extends: true, test: { name: 'e2e', include: ['tests/e2e/**/*.e2e.ts'], ...node, globalSetup: './tests/e2e/unpack-browser.ts', expect: { poll: { timeout: 20_000 } } } }
    ]
  }
})
