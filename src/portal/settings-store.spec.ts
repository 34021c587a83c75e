import { describe, expect, it } from 'vitest'
import { EVERYONE } from './access'
import type { Command, Params, Portal, PortalContext } from './client'
import { RECORD_FIELDS } from './fields'
import type { RecordStore } from './record-store'
import { ANSWER_STAGES, INVITATION_STAGES } from './record-store'
import { MAX_SETTING_BYTES, parseSettings, readSettings, requireStore, storeOrNone, writeSetting } from './settings-store'

const named = (keys: readonly string[], name: (key: string) => string) => Object.fromEntries(keys.map(key => [key, name(key)]))
const native = { names: { FB_LAST_SCORE: 'ufCrmFbLastScore' }, enums: { FB_LAST_GROUP: { high: 1, middle: 2, low: 3 } } }
const store = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 21, answerCategoryId: 22, generation: 'g20260301',
  names: named(Object.keys(RECORD_FIELDS), key => `ufCrm1_${key}`), enums: { FB_STATE: { sent: 52 } }, native: { 2: native, 3: native, 4: native },
  answerStages: named(ANSWER_STAGES, key => `DT1038_22:${key}`), invitationStages: named(INVITATION_STAGES, key => `DT1038_21:${key}`)
} as unknown as RecordStore

/** An app.option that loses the first `losses` writes to somebody else's. */
function portalKeeping(options: Record<string, unknown> | [], losses = 0): { portal: Portal, writes: number[] } {
  const kept: Record<string, unknown> = { ...options }
  const writes: number[] = []
  const call = async (method: string, params: Params = {}) => {
    if (method === 'app.option.get') return params.option === undefined ? (Object.keys(kept).length > 0 ? kept : []) : kept[String(params.option)] ?? null
    writes.push(Object.keys(params.options as object).length)
    if (writes.length > losses) Object.assign(kept, params.options)
    return true
  }
  const context = { appOptions: options } as unknown as PortalContext
  const batch = async (commands: Record<string, Command>) => {
    const outcomes: Record<string, unknown> = {}
    for (const [name, { method, params }] of Object.entries(commands)) outcomes[name] = { ok: true, result: await call(method, params) }
    return outcomes
  }
  return { writes, portal: { context, call: call as Portal['call'], batch: batch as Portal['batch'] } }
}

it('writes every setting and reads it back as it was', async () => {
  const { portal } = portalKeeping({})
  await writeSetting(portal, 'store', store)
  await writeSetting(portal, 'duty', { person: 1, deputy: null })
  await writeSetting(portal, 'base', 'https://f.test/')
  await writeSetting(portal, 'installed', 'g20260301')
  expect(await readSettings(portal)).toEqual({ store, duty: { person: 1, deputy: null }, base: 'https://f.test/', installed: 'g20260301', access: EVERYONE, engine: null })
})

it.each([[{}], [[] as never[]]])('nothing written yet: %j', async options => {
  const nothing = { store: null, duty: null, base: null, installed: null, access: EVERYONE, engine: null }
  expect(await readSettings(portalKeeping(options as Record<string, unknown>).portal)).toEqual(nothing)
})

describe('writing', () => {
  it('one key at a time', async () => {
    const { portal, writes } = portalKeeping({})
    await writeSetting(portal, 'base', 'https://f.test/')
    expect(writes).toEqual([1])
  })

  it('once more when somebody else undid it', async () => {
    const { portal, writes } = portalKeeping({}, 1)
    await writeSetting(portal, 'base', 'https://f.test/')
    expect(writes).toHaveLength(2)
  })

  it('says that a value is not kept', async () => {
    await expect(writeSetting(portalKeeping({}, 9).portal, 'base', 'x')).rejects.toMatchObject({ code: 'portalFailed' })
  })

  it('refuses what every frame would have to carry, before sending', async () => {
    const { portal, writes } = portalKeeping({})
    await expect(writeSetting(portal, 'base', 'я'.repeat(MAX_SETTING_BYTES / 2 + 1))).rejects.toMatchObject({ code: 'unexpected' })
    expect(writes).toEqual([])
  })

  it('has room for a real store', () => {
    const enums = Object.fromEntries(['FB_CHANNEL', 'FB_STATE', 'FB_GROUP', 'FB_FLAG', 'FB_TAGS'].map(field => [field, named(ANSWER_STAGES, () => '12345')]))
    const real = { ...store, enums, native: Object.fromEntries([2, 3, 4].map(type => [type, { names: named(['FB_LAST_SCORE', 'FB_LAST_GROUP', 'FB_LAST_AT', 'FB_ASK_LANG', 'FB_NOT_BEFORE', 'FB_OPT_OUT'], key => `ufCrm_${key}`), enums: native.enums }])) }
    expect(JSON.stringify(real).length).toBeLessThan(MAX_SETTING_BYTES)
  })
})

describe('a broken store', () => {
  const without = (key: keyof RecordStore) => JSON.stringify({ ...store, [key]: undefined })
  const names = Object.fromEntries(Object.entries(store.names).filter(([field]) => field !== 'FB_TOKEN'))

  it.each([
    ['no JSON', '{', /^store: /], ['empty object', '{}', /^store\./], ['other version', JSON.stringify({ ...store, version: 2 }), /^store\.version/],
    ['missing type', without('entityTypeId'), /^store\.entityTypeId/], ['missing field name', JSON.stringify({ ...store, names }), /^store\.names\.FB_TOKEN/],
    ['missing stage', JSON.stringify({ ...store, answerStages: { new: 'x' } }), /^store\.answerStages\./],
    ['missing card', JSON.stringify({ ...store, native: { 2: native } }), /^store\.native\./], ['id as text', JSON.stringify({ ...store, typeId: '13' }), /^store\.typeId/]
  ])('%s', (_name, text, detail) => {
    expect(() => parseSettings({ store: text })).toThrow(expect.objectContaining({ code: 'storeIncomplete', detail: expect.stringMatching(detail) as string }))
  })

  it('a broken duty person is said too', () => {
    expect(() => parseSettings({ duty: '{"person":"x"}' })).toThrow(expect.objectContaining({ code: 'storeIncomplete' }))
  })
})

it.each(['ftp://f.test/', 'f.test', 'https://f.test', 'https://f.test/?a=1/', '{}'])('an address of links that leads nowhere is said: %s', base => {
  expect(() => parseSettings({ base })).toThrow(expect.objectContaining({ code: 'storeIncomplete', detail: `base: ${base}` }))
})

it('the store alone, where a damaged one is as good as none: a screen that only leaves our own deals out', () => {
  expect(storeOrNone(portalKeeping({ store: JSON.stringify(store) }).portal)?.entityTypeId).toBe(1038)
  for (const options of [{}, { store: '{' }, { store: '{"version":1}' }]) expect(storeOrNone(portalKeeping(options).portal)).toBeNull()
})

it('an access list that cannot be read stops nothing', () => {
  expect(parseSettings({ access: '{"report":"nobody"' }).access).toEqual({ ...EVERYONE, report: 'unreadable' })
})

it('takes the store from the frame, without a request', () => {
  expect(requireStore(portalKeeping({ store: JSON.stringify(store) }).portal)).toEqual(store)
  expect(() => requireStore(portalKeeping({}).portal)).toThrow(expect.objectContaining({ code: 'notInstalled' }))
})
