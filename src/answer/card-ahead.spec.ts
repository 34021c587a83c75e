import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import type { FramePortal } from '@/portal/frame'
import type { TabSubject, TabView } from './store'

const openFrame = vi.hoisted(() => vi.fn<() => Promise<FramePortal>>())
const loadTab = vi.hoisted(() => vi.fn<(portal: unknown, store: unknown, subject: TabSubject) => Promise<TabView>>())
vi.mock('@/portal/frame', () => ({ openFrame }))
vi.mock('@/portal/settings-store', () => ({ requireStore: () => 'store' }))
vi.mock('@/answer/store', () => ({ loadTab }))

const portalIn = (placement: string, options: Record<string, string>, isInstalled = true): FramePortal =>
  ({ context: { placement, options, isInstalled } }) as unknown as FramePortal
const DEAL_5: TabSubject = { entityTypeId: 2, id: 5 }
const inDeal5 = portalIn('CRM_DEAL_DETAIL_TAB', { ID: '5' })

let loaded = 0
beforeEach(() => {
  loaded = 0
  loadTab.mockReset().mockImplementation(async (_portal, _store, subject) => ({ subject, viewerId: ++loaded }) as TabView)
  openFrame.mockReset().mockResolvedValue(inDeal5)
})
afterEach(() => vi.resetModules())

describe('the card that the frame stands in', () => {
  it.each<[string, Record<string, string>, TabSubject | null]>([
    ['CRM_DEAL_DETAIL_TAB', { ID: '5' }, DEAL_5],
    ['CRM_CONTACT_DETAIL_TAB', { ID: '7' }, { entityTypeId: 3, id: 7 }],
    ['CRM_COMPANY_DETAIL_TAB', { ID: '9' }, { entityTypeId: 4, id: 9 }],
    ['CRM_DEAL_DETAIL_TAB', {}, null],
    ['REST_APP_URI', { ID: '5' }, null],
    ['CRM_DEAL_DETAIL_TAB', { ID: '5', answer: '12' }, null]
  ])('%s %j', async (placement, options, subject) => {
    const { subjectOf } = await import('./card-ahead')
    expect(subjectOf({ placement, options })).toEqual(subject)
  })
})

describe('loadCard', () => {
  it('takes what was asked for ahead once, then asks again', async () => {
    const { loadCard, loadCardAhead } = await import('./card-ahead')
    loadCardAhead()
    expect((await loadCard(inDeal5, DEAL_5)).viewerId).toBe(1)
    expect(loadTab).toHaveBeenCalledTimes(1)
    expect((await loadCard(inDeal5, DEAL_5)).viewerId).toBe(2)
  })

  it('asks for a card that nobody asked for ahead', async () => {
    const { loadCard, loadCardAhead } = await import('./card-ahead')
    loadCardAhead()
    expect((await loadCard(inDeal5, { entityTypeId: 2, id: 6 })).subject).toEqual({ entityTypeId: 2, id: 6 })
  })

  it.each<[string, () => void]>([
    ['the portal is silent', () => { openFrame.mockRejectedValue(new PortalError('portalSilent')) }],
    ['the app is not installed', () => { openFrame.mockResolvedValue(portalIn('CRM_DEAL_DETAIL_TAB', { ID: '5' }, false)) }],
    ['one answer was opened', () => { openFrame.mockResolvedValue(portalIn('REST_APP_URI', { answer: '5' })) }]
  ])('asks by itself where %s', async (_what, arrange) => {
    arrange()
    const { loadCard, loadCardAhead } = await import('./card-ahead')
    loadCardAhead()
    expect((await loadCard(inDeal5, DEAL_5)).subject).toEqual(DEAL_5)
  })

  it('tells what went wrong ahead instead of making the person wait twice, and asks again after that', async () => {
    loadTab.mockRejectedValueOnce(new PortalError('unreachable'))
    const { loadCard, loadCardAhead } = await import('./card-ahead')
    loadCardAhead()
    await expect(loadCard(inDeal5, DEAL_5)).rejects.toMatchObject({ code: 'unreachable' })
    expect((await loadCard(inDeal5, DEAL_5)).subject).toEqual(DEAL_5)
  })
})
