import { describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import ErrorView from '@/ui/ErrorView.vue'
import { mountInPortal } from '../../tests/mount'

describe('ErrorView', () => {
  it.each([
    ['an error of the catalogue', new PortalError('noRight', { rest: 'ACCESS_DENIED', method: 'crm.item.get' }), 'You do not have the right', 'noRight · crm.item.get · ACCESS_DENIED'],
    ['a code', 'noEmail', 'no e-mail address', 'noEmail'],
    ['anything thrown', new TypeError('x is not a function'), 'did not expect', 'TypeError: x is not a function'],
    ['a text that is no code', 'boom', 'did not expect', 'boom']
  ])('puts %s into words and keeps the technical text apart', async (_what, error, sentence, detail) => {
    const view = await mountInPortal(ErrorView, { props: { error } })
    expect(view.get('[role=alert]').text()).toContain(sentence)
    expect(view.get('details code').text()).toBe(detail)
  })

  it('speaks Russian', async () => {
    const view = await mountInPortal(ErrorView, { lang: 'ru', props: { error: 'offline' } })
    expect(view.text()).toContain('Нет подключения к интернету. Ничего не отправлено.')
  })

  it('offers a retry only to who can retry', async () => {
    const onRetry = vi.fn()
    expect((await mountInPortal(ErrorView, { props: { error: 'timeout' } })).find('button').exists()).toBe(false)
    await (await mountInPortal(ErrorView, { props: { error: 'timeout', onRetry } })).get('button').trigger('click')
    expect(onRetry).toHaveBeenCalledOnce()
  })

  it('shows where it can be put right', async () => {
    const view = await mountInPortal(ErrorView, { props: { error: 'noEmail', link: { label: 'Open the contact', href: '/crm/contact/details/3/' } } })
    expect(view.get('a').attributes('href')).toBe('/crm/contact/details/3/')
  })

  it('never reads a message as markup', async () => {
    const view = await mountInPortal(ErrorView, { props: { error: new Error('<img src=x onerror=alert(1)>') } })
    expect(view.find('img').exists()).toBe(false)
  })
})
