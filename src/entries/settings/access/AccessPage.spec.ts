import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { fakePortal, type FakePortal } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import type { Params } from '@/portal/client'
import type { Frame } from '@/portal/frame'
import { settingsMessages } from '../messages'
import AccessPage from './AccessPage.vue'
import { accessMessages } from './messages'

interface Opened { wrapper: VueWrapper, portal: FakePortal, frame: Frame, kept: Record<string, string> }

async function open(access: string | null, { isAdmin = true, picked = [] as { id: string, name: string }[] } = {}): Promise<Opened> {
  const kept: Record<string, string> = access === null ? {} : { access }
  const portal = fakePortal({
    'profile': { ID: '7' },
    'app.option.get': ({ option }: Params) => typeof option === 'string' ? kept[option] ?? null : kept,
    'app.option.set': ({ options }: Params) => Object.assign(kept, options) && true,
    'user.get': [{ ID: '3', NAME: 'Anna', LAST_NAME: 'Berg', ACTIVE: true }, { ID: '4', NAME: 'Otto', LAST_NAME: 'Kern', ACTIVE: false }]
  }, { isAdmin, placement: 'DEFAULT' })
  const frame = { ...silentFrame(), selectAccess: vi.fn(async () => picked) }
  const wrapper = await mountInPortal(AccessPage, { portal, frame, messages: [settingsMessages, accessMessages] })
  await flushPromises()
  await flushPromises()
  return { wrapper, portal, frame, kept }
}

const LIST = JSON.stringify({ report: 'chosen', users: [3, 4], departments: [{ id: 5, name: 'Service', deep: true }] })
const chosen = (wrapper: VueWrapper): string | undefined => wrapper.find<HTMLInputElement>('input:checked').element?.value
const entries = (wrapper: VueWrapper): string[] => wrapper.findAll('li > span:first-child').map(name => name.text())

it('says loudly that it only hides, with the roles and the way to them', async () => {
  const { wrapper, frame } = await open(null)
  expect(wrapper.text()).toContain('This list only hides. The lock is the CRM role.')
  expect(wrapper.get('table').text()).toContain('Role “Manager”')
  await wrapper.findAll('button').find(button => button.text() === 'Open the CRM roles')!.trigger('click')
  expect(frame.openPath).toHaveBeenCalledWith('/crm/configs/perms/')
})

it('shows the list with names', async () => {
  const { wrapper } = await open(LIST)
  expect(chosen(wrapper)).toBe('chosen')
  expect(entries(wrapper)).toEqual(['Service · department with all below it', 'Anna Berg', 'Otto Kern · dismissed'])
})

describe('an administrator', () => {
  it('begins a list: only administrators then, and it is said', async () => {
    const { wrapper, kept } = await open(null)
    expect(chosen(wrapper)).toBe('everyone')
    await wrapper.get('input[value=chosen]').setValue()
    await flushPromises()
    expect(JSON.parse(kept.access!)).toEqual({ report: 'chosen', users: [], departments: [] })
    expect(wrapper.text()).toContain('Nobody yet: only administrators see the report.')
    expect(wrapper.text()).toContain('Saved.')
  })

  it('adds people and departments, and leaves out what is neither', async () => {
    const { wrapper, kept } = await open(LIST, {
      picked: [{ id: 'U3', name: 'Anna Berg' }, { id: 'U9', name: 'New' }, { id: 'D6', name: 'Sales' }, { id: 'AU', name: 'All users' }]
    })
    await wrapper.findAll('button').find(button => button.text() === 'Add people or departments')!.trigger('click')
    await flushPromises()
    expect(JSON.parse(kept.access!)).toEqual({
      report: 'chosen', users: [3, 4, 9], departments: [{ id: 5, name: 'Service', deep: true }, { id: 6, name: 'Sales', deep: false }]
    })
    expect(wrapper.text()).toContain('Left out: All users.')
  })

  it('hides answers from those they are about, whatever the list says, and takes it back', async () => {
    const { wrapper, kept } = await open(LIST)
    await wrapper.get('[data-own]').setValue(true)
    await flushPromises()
    expect(JSON.parse(kept.access!)).toEqual({ ...JSON.parse(LIST), own: 'hidden' })
    await wrapper.get('input[value=everyone]').setValue()
    await flushPromises()
    expect(JSON.parse(kept.access!)).toMatchObject({ report: 'everyone', own: 'hidden' })
    await wrapper.get('[data-own]').setValue(false)
    await flushPromises()
    expect(JSON.parse(kept.access!)).toEqual({ ...JSON.parse(LIST), report: 'everyone' })
  })

  it('takes somebody away', async () => {
    const { wrapper, kept } = await open(LIST)
    await wrapper.get('[aria-label="Remove from the list: Otto Kern"]').trigger('click')
    await flushPromises()
    expect(JSON.parse(kept.access!)).toMatchObject({ users: [3] })
  })

  it('is told of a list that every frame would have to carry, before it is sent', async () => {
    const { wrapper, portal } = await open(LIST, { picked: Array.from({ length: 3000 }, (_, index) => ({ id: `U${index + 1}`, name: '' })) })
    await wrapper.findAll('button').find(button => button.text() === 'Add people or departments')!.trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('The list is too long')
    expect(portal.requests).not.toContain('app.option.set')
  })

  it('is told of garbage, which stays until a choice is made', async () => {
    const { wrapper, portal, kept } = await open('{"report":')
    expect(wrapper.get('[role=alert]').text()).toContain('cannot be read, so everybody sees the report')
    expect(wrapper.find('input:checked').exists()).toBe(false)
    expect(portal.requests).not.toContain('app.option.set')
    await wrapper.get('input[value=everyone]').setValue()
    await flushPromises()
    expect(JSON.parse(kept.access!)).toEqual({ report: 'everyone', users: [], departments: [] })
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })
})

it('everybody else reads it, with the reason', async () => {
  const { wrapper } = await open(LIST, { isAdmin: false })
  expect(wrapper.get('fieldset').attributes('disabled')).toBeDefined()
  expect(wrapper.findAll('button').map(button => button.text())).toEqual(['Open the CRM roles'])
  expect(wrapper.text()).toContain('Only an administrator of the portal can change this.')
})
