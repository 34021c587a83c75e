import { expect, it } from 'vitest'
import { openScene, type Scene } from './scene'
import { FIRST_PAGES, listDoNotAsk, loadConsent, saveConsent } from '@/invitation/consent'
import { COMPANY, CONTACT } from '@/portal/fields'

const TODAY = '2026-03-02'
const contactsOf = ({ demo }: Scene): number[] => [...demo.state.items.get(CONTACT)!.keys()]
/** people of the demo's seed: an administrator, and one whose role is his own records */
const [ADMINISTRATOR, OWN_ONLY] = [1, 2]

it('lists who opted out and who may not be asked yet, each once, and nobody else', async () => {
  const scene = await openScene()
  const portal = scene.as(ADMINISTRATOR)
  const [both, out, later, today, past] = contactsOf(scene) as [number, number, number, number, number]
  const [company] = [...scene.demo.state.items.get(COMPANY)!.keys()] as [number]
  const save = (entityTypeId: typeof CONTACT | typeof COMPANY, id: number, optedOut: boolean, notBefore: string | null) =>
    saveConsent(portal, scene.store, { entityTypeId, id, optedOut, notBefore })
  await save(CONTACT, both, true, '2026-05-01')
  await save(CONTACT, out, true, null)
  await save(CONTACT, later, false, '2026-03-03')
  await save(CONTACT, today, false, TODAY)
  await save(CONTACT, past, false, '2026-01-01')
  await save(COMPANY, company, true, null)
  const { clients, next, failed } = await listDoNotAsk(portal, scene.store, TODAY)
  expect(clients.map(({ entityTypeId, id, optedOut, notBefore }) => [entityTypeId, id, optedOut, notBefore]).sort()).toEqual([
    [CONTACT, both, true, '2026-05-01'], [CONTACT, out, true, null], [CONTACT, later, false, '2026-03-03'], [COMPANY, company, true, null]
  ].sort())
  expect([next, failed]).toEqual([null, null])
  expect(clients.every(({ name }) => name !== '' && !name.startsWith('#'))).toBe(true)

  await save(CONTACT, both, false, null)
  expect((await listDoNotAsk(portal, scene.store, TODAY)).clients.map(({ id, entityTypeId }) => [entityTypeId, id])).not.toContainEqual([CONTACT, both])
  expect(await loadConsent(portal, scene.store, CONTACT, both)).toMatchObject({ optedOut: false, notBefore: null })
  expect(scene.demo.contractLog).toEqual([])
})

it('reads pages until the end', async () => {
  const scene = await openScene()
  for (let count = 0; count < 120; count++) scene.demo.createItem(CONTACT, { NAME: `N${count}`, UF_CRM_CONTACT_FB_OPT_OUT: 1 }, ADMINISTRATOR)
  const seen = new Set<number>()
  let pages = 0
  for (let cursor: typeof FIRST_PAGES | null = FIRST_PAGES; cursor; pages++) {
    const page = await listDoNotAsk(scene.as(ADMINISTRATOR), scene.store, TODAY, cursor)
    for (const { id } of page.clients) seen.add(id)
    cursor = page.next
  }
  expect([seen.size, pages]).toEqual([120, 3])
})

it('shows a person with "own" only his part, and refuses to change another\'s contact', async () => {
  const scene = await openScene()
  const items = scene.demo.state.items.get(CONTACT)!
  const [foreign] = [...items.values()].filter(item => Number(item.fields.ASSIGNED_BY_ID) !== OWN_ONLY)
  const own = scene.demo.createItem(CONTACT, { NAME: 'Own', ASSIGNED_BY_ID: OWN_ONLY }, OWN_ONLY)
  for (const { id } of [foreign!, own]) {
    await saveConsent(scene.as(ADMINISTRATOR), scene.store, { entityTypeId: CONTACT, id, optedOut: true, notBefore: null })
  }
  const manager = scene.as(OWN_ONLY)
  expect((await listDoNotAsk(manager, scene.store, TODAY)).clients.map(({ id }) => id)).toEqual([own.id])
  const takeBack = (id: number) => saveConsent(manager, scene.store, { entityTypeId: CONTACT, id, optedOut: false, notBefore: null })
  await expect(takeBack(foreign!.id)).rejects.toMatchObject({ code: 'noRight' })
  await expect(takeBack(own.id)).resolves.toMatchObject({ optedOut: false })
})
