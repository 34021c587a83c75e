import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, getCurrentInstance, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { fakePortal, STORE, type FakePortal, type Replies } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import type { Frame } from '@/portal/frame'
import { PortalError } from '@/portal/errors'
import { settingsMessages } from '../messages'
import DoNotAskPage from './DoNotAskPage.vue'
import { doNotAskMessages } from './messages'

const NONE = { items: [] }
const anna = { id: 12, name: 'Anna', lastName: 'Petrova', FB_OPT_OUT: true }
const otto = { id: 13, name: 'Otto', lastName: 'Kern', FB_OPT_OUT: false, FB_NOT_BEFORE: '2199-05-31T03:00:00+03:00' }

interface Opened { wrapper: VueWrapper, portal: FakePortal, frame: Frame }

async function open(replies: Replies, { isAdmin = true, picked = null as Awaited<ReturnType<Frame['selectCrm']>> } = {}): Promise<Opened> {
  const portal = fakePortal({
    'app.option.get': { store: JSON.stringify(STORE) }, 'profile': { ID: '7' }, 'contactOut': NONE, 'contactLater': NONE, 'companyOut': NONE, 'companyLater': NONE, ...replies
  }, { isAdmin, placement: 'DEFAULT' })
  const frame = { ...silentFrame(), selectCrm: vi.fn(async () => picked) }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: DoNotAskPage }] })
  const page = defineComponent({
    setup() {
      getCurrentInstance()?.appContext.app.use(router)
      return () => h(DoNotAskPage)
    }
  })
  const wrapper = await mountInPortal(page, { portal, frame, messages: [settingsMessages, doNotAskMessages] })
  await flushPromises()
  await flushPromises()
  return { wrapper, portal, frame }
}

const button = (wrapper: VueWrapper, label: string) => wrapper.findAll('button').find(one => one.text() === label || one.attributes('aria-label') === label)!
const rows = (wrapper: VueWrapper): string[] => wrapper.findAll('li p').map(state => state.text())

it('shows everybody once, and leaves out whom a filter found by mistake', async () => {
  const { wrapper } = await open({ contactOut: { items: [anna, { id: 14, name: 'Stranger' }] }, contactLater: { items: [otto, anna] } })
  expect(rows(wrapper)).toEqual(['Never ask', 'Not before May 31, 2199'])
  expect(wrapper.text()).not.toContain('Stranger')
})

it('says that everybody may be asked – only what one may see, where one sees a part', async () => {
  expect((await open({})).wrapper.text()).toContain('Everybody may be asked at the moment.')
  const { wrapper } = await open({}, { isAdmin: false })
  expect(wrapper.text()).toContain('Nobody that you may see is left out at the moment.')
  expect(wrapper.text()).toContain('There may be others.')
  expect(wrapper.text()).toContain('Only an administrator of the portal can erase')
})

it('says that a list is not complete when a part of it failed, and an error when all of it did', async () => {
  const failed = new PortalError('noRight')
  const partly = (await open({ contactOut: { items: [anna] }, companyOut: failed })).wrapper
  expect(partly.get('[role=alert]').text()).toContain('not complete')
  expect(rows(partly)).toEqual(['Never ask'])
  const wholly = (await open({ contactOut: failed, contactLater: failed, companyOut: failed, companyLater: failed })).wrapper
  expect(wholly.get('[role=alert]').text()).toContain('You do not have the right')
  expect(wholly.text()).not.toContain('Everybody may be asked')
})

describe('changing', () => {
  it('takes it back', async () => {
    const { wrapper } = await open({ 'contactOut': { items: [anna] }, 'crm.item.update': { item: { ...anna, FB_OPT_OUT: false } } })
    await button(wrapper, 'Change: Anna Petrova').trigger('click')
    await wrapper.get('input[value=any]').setValue()
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(wrapper.get('[role=status]').text()).toBe('Saved: Anna Petrova – May be asked.')
    expect(wrapper.find('form').exists()).toBe(false)
  })

  it.each(['', '2001-01-01'])('refuses the day "%s"', async day => {
    const { wrapper, portal } = await open({ contactOut: { items: [anna] } })
    await button(wrapper, 'Change: Anna Petrova').trigger('click')
    await wrapper.get('input[value=until]').setValue()
    await wrapper.get('input[type=date]').setValue(day)
    await wrapper.get('form').trigger('submit')
    expect(wrapper.get('form').text()).toContain('Choose a day in the future.')
    expect(portal.requests).not.toContain('crm.item.update')
  })

  it('says that the right is missing, and keeps what was chosen', async () => {
    const { wrapper } = await open({ 'contactOut': { items: [anna] }, 'crm.item.update': new PortalError('noRight') }, { isAdmin: false })
    await button(wrapper, 'Change: Anna Petrova').trigger('click')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(wrapper.get('form').text()).toContain('This takes the right to change this contact or company')
    expect(rows(wrapper)).toContain('Never ask')
  })

  it('says that the portal kept something else', async () => {
    const { wrapper } = await open({ 'contactOut': { items: [anna] }, 'crm.item.update': { item: anna } })
    await button(wrapper, 'Change: Anna Petrova').trigger('click')
    await wrapper.get('input[value=any]').setValue()
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(wrapper.get('form [role=alert]').text()).not.toBe('')
    expect(wrapper.text()).not.toContain('Saved')
  })

  it('adds a company picked in the portal', async () => {
    const company = { id: 4, title: 'Alatau', FB_OPT_OUT: false }
    const { wrapper, frame } = await open(
      { 'crm.item.get': { item: company }, 'crm.item.update': { item: { ...company, FB_OPT_OUT: true } } },
      { picked: { kind: 'company', id: 4, title: 'Alatau' } }
    )
    await button(wrapper, 'Add a contact or company').trigger('click')
    await flushPromises()
    expect(frame.selectCrm).toHaveBeenCalledWith(['contact', 'company'])
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(wrapper.get('[role=status]').text()).toBe('Saved: Alatau – Never ask.')
    expect(rows(wrapper)).toEqual(['Never ask'])
  })
})
