import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

/** The layers of the architecture are rules of ESLint; this asks ESLint itself whether they hold. */
const eslint = new ESLint({ cwd: `${import.meta.dirname}/..` })

async function complaints(filePath: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(`${code}\n`, { filePath })
  return results.flatMap(result => result.messages).map(message => message.ruleId ?? message.message)
}

const uses = (from: string): string => `import thing from '${from}'\nexport const used = thing`
const component = (from: string): string => `<script setup lang="ts">\nimport thing from '${from}'\n</script>\n\n<template>\n  <i>{{ thing }}</i>\n</template>`

describe('forbidden imports', () => {
  it.each([
    ['a model that knows Vue', 'src/report/model/nps.ts', uses('vue')],
    ['a model that talks to the portal', 'src/report/model/nps.ts', uses('@/portal/client')],
    ['a model that knows a store', 'src/answer/model/group.ts', uses('@/answer/store')],
    ['a store that knows what is seen', 'src/answer/store.ts', uses('@/ui/boot')],
    ['handling that knows what is seen', 'src/answer/handling.ts', uses('@/answer/ui/messages')],
    ['an earlier noun that knows a later one', 'src/answer/store.ts', uses('@/report/model/nps')],
    ['the first noun that knows the second', 'src/survey/model/survey.ts', uses('@/plan/model/effect')],
    ['a screen that knows a later noun', 'src/invitation/ui/RequestPage.vue', component('@/answer/store')],
    ['a screen that talks to the SDK', 'src/answer/ui/FeedbackTab.vue', component('@bitrix24/b24jssdk')],
    ['the portal that knows a noun', 'src/portal/client.ts', uses('@/survey/model/survey')],
    ['shared components that know a noun', 'src/ui/NpsFigure.vue', component('@/report/model/nps')],
    ['a way up that hides the layer', 'src/report/model/nps.ts', uses('../store')],
    ['the app that knows the demo portal', 'src/portal/client.ts', uses('../../demo/state')],
    ['a spec that knows the demo portal', 'src/portal/client.spec.ts', uses('../../demo/state')],
    ['the demo portal that knows the app', 'demo/state.ts', uses('@/portal/fields')],
    ['the demo portal that knows the app by path', 'demo/state.ts', uses('../src/portal/fields')],
    ['the answer page with the SDK', 'src/survey/page/SurveyPage.vue', component('@bitrix24/b24jssdk')],
    ['the answer page with the app\'s components', 'src/entries/survey.ts', uses('@/ui/boot')],
    ['the worker with Vue', 'src/entries/worker.ts', uses('vue')]
  ])('%s', async (_what, file, code) => expect(await complaints(file, code)).toContain('no-restricted-imports'))
})

describe('a model has no clock, no chance and no browser', () => {
  it.each([
    ['export const now = Date.now()', 'no-restricted-properties'],
    ['export const now = new Date()', 'no-restricted-syntax'],
    ['export const chance = Math.random()', 'no-restricted-properties'],
    ['export const kept = localStorage', 'no-restricted-globals']
  ])('%s', async (code, rule) => expect(await complaints('src/report/model/nps.ts', code)).toContain(rule))
})

describe('a template', () => {
  it.each([
    ['with a bare string', '<template>\n  <p>Send it</p>\n</template>', 'vue/no-bare-strings-in-template'],
    ['with HTML of a customer', '<template>\n  <p v-html="text" />\n</template>', 'vue/no-v-html']
  ])('%s', async (_what, code, rule) => expect(await complaints('src/ui/QuoteText.vue', code)).toContain(rule))
})

describe('what is allowed', () => {
  it.each([
    ['a model that uses an earlier model', 'src/report/model/nps.ts', uses('@/survey/model/scale')],
    ['a store that talks to the portal', 'src/report/store.ts', uses('@/portal/client')],
    ['a screen that uses its store and shared components', 'src/report/ui/page.ts', `${uses('@/report/store')}\nexport { default as shared } from '@/ui/ErrorView.vue'`],
    ['an entry that uses any noun', 'src/entries/tab.ts', uses('@/answer/ui/messages')],
    ['a test that uses both', 'tests/contract/shape.spec.ts', `${uses('@/portal/client')}\nexport { default as demo } from '../../demo/state'`],
    ['a fixed moment in a model', 'src/report/model/nps.ts', 'export const start = new Date(0)']
  ])('%s', async (_what, file, code) => expect(await complaints(file, code)).toEqual([]))
})
