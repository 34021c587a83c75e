import { describe, expect, it } from 'vitest'
import { installStore, specPortal } from '../rest/spec-portal'
import type { Item, State } from '../state'

const plain = (state: State): string => JSON.stringify(state, (_, value: unknown) => value instanceof Map ? [...value.entries()] : value)
const rows = (state: State, entityTypeId: number): Item[] => [...state.items.get(entityTypeId)?.values() ?? []]

describe('the CRM before the app', () => {
  const { state } = specPortal()

  it('has five employees in two departments with heads, thirty contacts, twelve companies, sixty deals in two pipelines', () => {
    expect(state.users.map(user => user.role)).toEqual(['administrator', 'own', 'all', 'department', 'all'])
    expect(state.departments.map(department => department.head)).toEqual([4, 5])
    expect([rows(state, 3).length, rows(state, 4).length, rows(state, 2).length]).toEqual([30, 12, 60])
    expect(new Set(rows(state, 2).map(deal => deal.fields.CATEGORY_ID))).toEqual(new Set([0, 1]))
  })

  it('has two contacts without e-mail, one of them with a deal of the manager who sees only his own', () => {
    const silent = rows(state, 3).filter(contact => !contact.fm.some(row => row.typeId === 'EMAIL'))
    expect(silent).toHaveLength(2)
    const own = rows(state, 2).filter(deal => deal.fields.ASSIGNED_BY_ID === 2)
    expect(own.some(deal => silent.some(contact => contact.id === deal.fields.CONTACT_ID))).toBe(true)
    expect(own.length).toBeGreaterThan(10)
  })

  it('gives that manager open deals with clients whom he may write to, and one whose client is a colleague\'s', () => {
    const owner = (deal: Item): unknown => rows(state, 3).find(contact => contact.id === deal.fields.CONTACT_ID)?.fields.ASSIGNED_BY_ID
    const own = rows(state, 2).filter(deal => deal.fields.ASSIGNED_BY_ID === 2)
    expect(own.filter(deal => deal.fields.CLOSED === 'N' && owner(deal) === 2).length).toBeGreaterThan(2)
    expect(own.some(deal => owner(deal) !== 2)).toBe(true)
  })

  it('uses example addresses only, and is the same every time', () => {
    const addresses = [...rows(state, 3), ...rows(state, 4)].flatMap(item => item.fm.filter(row => row.typeId === 'EMAIL').map(row => row.value))
    expect(addresses.every(address => /^[a-z.]+@[a-z.]*example\.(com|kz)$/.test(address))).toBe(true)
    expect(plain(specPortal().state)).toBe(plain(state))
  })
})

describe('answers after the app', () => {
  it('without the app there is nothing to fill', () => {
    expect(specPortal().seedAnswers(400)).toBe(0)
  })

  it('four hundred over twenty-six months, the same every time, with a rising NPS', async () => {
    const portal = specPortal()
    const { entityTypeId, answers, invitations } = await installStore(portal)
    expect(portal.seedAnswers(400)).toBe(400)
    const all = rows(portal.state, entityTypeId)
    const made = all.filter(item => item.fields.CATEGORY_ID === answers)
    expect(made.length).toBe(400)
    const invited = all.filter(item => item.fields.CATEGORY_ID === invitations).length
    // those who came over an open link or were called have none of their own
    expect(invited).toBeGreaterThan(720)
    expect(invited).toBeLessThan(800)
    // ids rise with time, as reading newest first by id needs
    expect(made.every((item, index) => index === 0 || String(item.fields.CREATED_TIME) >= String(made[index - 1]?.fields.CREATED_TIME))).toBe(true)
    const months = new Set(made.map(item => String(item.fields.CREATED_TIME).slice(0, 7)))
    expect(months.size).toBeGreaterThan(24)

    const counted = made.filter(item => !item.fields.UF_CRM_1_FB_FLAG)
    expect(made.length - counted.length).toBeGreaterThan(8)
    const nps = (items: Item[]): number => {
      const scores = items.map(item => Number(item.fields.UF_CRM_1_FB_VALUE))
      return 100 * (scores.filter(score => score >= 9).length - scores.filter(score => score <= 6).length) / scores.length
    }
    const half = Math.floor(counted.length / 2)
    expect(nps(counted)).toBeGreaterThan(25)
    expect(nps(counted)).toBeLessThan(50)
    expect(nps(counted.slice(half))).toBeGreaterThan(nps(counted.slice(0, half)))

    const again = specPortal()
    await installStore(again)
    again.seedAnswers(400)
    expect(plain(again.state)).toBe(plain(portal.state))
  })

  it('every handled answer stands in a group stage, is linked, and its token belongs to its invitation', async () => {
    const portal = specPortal()
    const { entityTypeId, answers } = await installStore(portal)
    portal.seedAnswers(100)
    const all = rows(portal.state, entityTypeId)
    const group = portal.state.userFields.find(field => field.fieldName === 'UF_CRM_1_FB_GROUP')
    for (const item of all.filter(other => other.fields.CATEGORY_ID === answers)) {
      expect(item.fields.STAGE_ID).not.toMatch(/:NEW$/)
      if (item.fields.UF_CRM_1_FB_FLAG) {
        expect(item.fields.STAGE_ID).toMatch(/SET_ASIDE$/)
        continue
      }
      const invitation = all.find(other => String(other.id) === item.fields.UF_CRM_1_FB_INVITATION)
      if (!item.fields.UF_CRM_1_FB_INVITATION) continue
      expect(invitation?.fields.UF_CRM_1_FB_TOKEN).toBe(item.fields.UF_CRM_1_FB_TOKEN)
      // the deal is there, or was deleted and is linked no more
      if (item.fields.PARENT_ID_2) expect(portal.state.items.get(2)?.has(Number(item.fields.UF_CRM_1_FB_DEAL))).toBe(true)
      expect(group?.enum.some(option => option.id === item.fields.UF_CRM_1_FB_GROUP)).toBe(true)
    }
    // and the cards show the last score
    expect(rows(portal.state, 2).some(deal => typeof deal.fields.UF_CRM_DEAL_FB_LAST_SCORE === 'number')).toBe(true)
  })

  it('leaves clients whom nobody asked lately', async () => {
    const portal = specPortal()
    const { entityTypeId } = await installStore(portal)
    portal.seedAnswers(400)
    const recent = new Set(rows(portal.state, entityTypeId).filter(item => String(item.fields.CREATED_TIME) > '2026-04-15')
      .map(item => item.fields.CONTACT_ID))
    const open = rows(portal.state, 2).filter(deal => deal.fields.ASSIGNED_BY_ID === 2 && !recent.has(deal.fields.CONTACT_ID))
    expect(open.length).toBeGreaterThan(2)
  })
})
