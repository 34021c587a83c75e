import pluginVue from 'eslint-plugin-vue'
import a11y from 'eslint-plugin-vuejs-accessibility'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

/** Nouns go one way: each may import only those to its left. */
const NOUNS = ['survey', 'plan', 'invitation', 'answer', 'report']
const laterNouns = noun => NOUNS.slice(NOUNS.indexOf(noun) + 1).flatMap(name => [`@/${name}/*`, `@/${name}/**`])

const group = (patterns, message) => ({ group: patterns, message })
const restrict = patterns => ({ 'no-restricted-imports': ['error', { patterns: [
  group(['../*'], 'Import by @/ path, so that the layer is visible.'),
  group(['**/demo/**', '**/tests/**'], 'src knows neither the demo portal nor the tests.'),
  // the last noun has no later ones, and an empty group is an error
  ...patterns.filter(({ group }) => group.length > 0)
] }] })

const layerBlocks = NOUNS.flatMap(noun => [
  {
    files: [`src/${noun}/model/**/*.ts`],
    rules: restrict([
      group(laterNouns(noun), 'Nouns go one way: survey ← plan ← invitation ← answer ← report.'),
      group(['vue', 'vue-*', 'pinia', '@pinia/*', '@bitrix24/*', '@/portal/**', '@/ui/**', '@/*/store', '@/*/ui/**'], 'A model is pure: no Vue, no REST.')
    ])
  },
  {
    files: [`src/${noun}/*.ts`, `src/${noun}/interpret/**/*.ts`, `src/${noun}/compile/**/*.ts`],
    rules: restrict([
      group(laterNouns(noun), 'Nouns go one way: survey ← plan ← invitation ← answer ← report.'),
      group(['vue', '@/ui/**', '@/*/ui/**'], 'A store talks to the portal; what is seen lives in ui.')
    ])
  },
  {
    files: [`src/${noun}/{ui,page}/**/*.{ts,vue}`],
    rules: restrict([
      group(laterNouns(noun), 'Nouns go one way: survey ← plan ← invitation ← answer ← report.'),
      group(['@bitrix24/b24jssdk'], 'Only portal/ talks to the SDK.')
    ])
  }
])

export default tseslint.config(
  { ignores: ['.cache/', 'dist/', 'coverage/', 'node_modules/', 'tests/output/'] },
  ...tseslint.configs.recommended,
  ...pluginVue.configs['flat/recommended'],
  ...a11y.configs['flat/recommended'],
  {
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'], sourceType: 'module' } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-console': 'error',
      'eqeqeq': ['error', 'always'],
      'semi': 'off',
      'max-len': ['error', { code: 160, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      'vue/multi-word-component-names': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/require-default-prop': 'off',
      'vue/one-component-per-file': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-closing-bracket-spacing': 'error',
      'vue/no-v-html': 'error',
      'vue/no-bare-strings-in-template': ['error', { allowlist: ['·', '—', '–', ':', '…', '×', '%', '/', '(', ')', '«', '»', '→', '←', '•', '+', ','] }],
      'vuejs-accessibility/label-has-for': 'off'
    }
  },
  ...layerBlocks,
  {
    files: ['src/survey/page/**/*.{ts,vue}', 'src/entries/survey.ts'],
    rules: restrict([group(['@bitrix24/*', '@/portal/**', '@/ui/**', 'vue-i18n', 'pinia', '@pinia/*'], 'The answer page runs at the customer: no SDK, no UI kit, no portal.')])
  },
  {
    files: ['src/entries/worker.ts'],
    rules: restrict([group(['vue', 'vue-*', 'pinia', '@pinia/*', '@bitrix24/b24ui-nuxt', '@bitrix24/b24ui-nuxt/**', '@/ui/**', '@/*/ui/**'], 'The worker has no screen.')])
  },
  { files: ['src/portal/**/*.ts'], rules: restrict([group(NOUNS.flatMap(noun => [`@/${noun}/*`, `@/${noun}/**`]), 'portal/ knows no noun.')]) },
  { files: ['src/ui/**/*.{ts,vue}'], rules: restrict([group(NOUNS.flatMap(noun => [`@/${noun}/*`, `@/${noun}/**`]), 'src/ui knows no noun.')]) },
  {
    files: ['src/*/model/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', 'window', 'document', 'fetch', 'localStorage', 'crypto', 'performance'],
      'no-restricted-properties': ['error',
        { object: 'Date', property: 'now', message: 'A model has no clock: pass now in.' },
        { object: 'Math', property: 'random', message: 'A model is not random: pass the value in.' }],
      'no-restricted-syntax': ['error', { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'A model has no clock: pass now in.' }]
    }
  },
  {
    files: ['demo/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [group(['@/*', '@/**', '**/src/**'], 'The demo portal shares nothing with the app.')] }] }
  },
  // a spec may use what tests share (tests/setup.ts, tests/mount.ts); the demo portal belongs to tests/ only
  {
    files: ['src/**/*.spec.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [group(['**/demo/**'], 'Specs beside the source use fakes; tests/ may use the demo portal.')] }] }
  },
  { files: ['demo/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts'], rules: { 'no-console': 'off' } }
)
