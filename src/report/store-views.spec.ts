import { expect, it } from 'vitest'
import type { Portal } from '@/portal/client'
import { loadViews, saveViews } from './store-views'

it('views belong to the person and come back', async () => {
  const options: Record<string, unknown> = { sendAtOnce: 'Y' }
  const portal = {
    call: (method: string, params: Record<string, unknown>) => {
      if (method === 'user.option.set') Object.assign(options, params.options)
      return Promise.resolve(method === 'user.option.get' ? options[String(params.option)] : true)
    }
  } as Pick<Portal, 'call'> as Portal
  expect(await loadViews(portal)).toEqual([])
  await saveViews(portal, [{ name: 'Low', address: 'groups=low' }])
  expect(await loadViews(portal)).toEqual([{ name: 'Low', address: 'groups=low' }])
  expect(options.sendAtOnce).toBe('Y')
})
