import { flushPromises } from '@vue/test-utils'
import { defineComponent, h, nextTick } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import type { FramePortal } from '@/portal/frame'
import { bootApp } from '@/ui/boot'
import { useFrame, usePortal } from '@/ui/portal'
import { silentFrame } from '../../tests/mount'

const openFrame = vi.hoisted(() => vi.fn<() => Promise<FramePortal>>())
vi.mock('@/portal/frame', () => ({ openFrame }))

const frame = silentFrame()

const portal = (lang: string, isInstalled = true): FramePortal => ({
  context: { origin: 'https://acme.bitrix24.com', memberId: 'm', lang, isAdmin: false, placement: 'DEFAULT', options: {}, appOptions: {}, isInstalled },
  call: async () => { throw new PortalError('methodMissing') },
  batch: async () => { throw new PortalError('methodMissing') },
  frame
})

const Page = defineComponent({
  setup() {
    const { context } = usePortal()
    return () => h('button', { onClick: () => { throw new PortalError('noRight') } }, `${context.lang} ${useFrame() === frame}`)
  }
})
const root = async () => ({ default: Page })

const host = (): HTMLElement => document.querySelector<HTMLElement>('#app')!

beforeEach(() => {
  document.body.innerHTML = '<div id="app"><div class="skeleton"></div></div>'
  history.replaceState(null, '', '?LANG=en')
  openFrame.mockReset()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('puts the page in place of the skeleton, with portal, frame and language', async () => {
  openFrame.mockResolvedValue(portal('ru'))
  await bootApp({ root })
  expect(host().textContent).toBe('ru true')
  expect(document.documentElement.lang).toBe('ru')
  expect(host().querySelector('.skeleton')).toBeNull()
})

it('does not wait for the portal before it loads the page', async () => {
  openFrame.mockReturnValue(new Promise(() => undefined))
  const loading = vi.fn(root)
  void bootApp({ root: loading })
  await flushPromises()
  expect(loading).toHaveBeenCalledOnce()
  expect(host().querySelector('.skeleton')).not.toBeNull()
})

it('says what failed and starts again on request', async () => {
  openFrame.mockRejectedValueOnce(new PortalError('notInPortal')).mockResolvedValue(portal('en'))
  await bootApp({ root })
  expect(host().textContent).toContain('This page works only inside Bitrix24.')
  host().querySelector('button')!.click()
  await vi.waitFor(() => expect(host().textContent).toBe('en true'))
})

it('gives up a start that takes too long', async () => {
  vi.useFakeTimers()
  openFrame.mockReturnValue(new Promise(() => undefined))
  const done = bootApp({ root })
  await vi.advanceTimersByTimeAsync(20_000)
  vi.useRealTimers()
  await done
  expect(host().textContent).toContain('The portal cannot be reached')
})

it.each([
  [true, 'There is no internet connection', false],
  [true, 'did not expect', true]
])('a file of the page that does not come: %s, %s', async (_failed, sentence, onLine) => {
  vi.stubGlobal('navigator', { onLine })
  openFrame.mockResolvedValue(portal('en'))
  await bootApp({ root: async () => { throw new TypeError('Failed to fetch dynamically imported module') } })
  expect(host().textContent).toContain(sentence)
})

it('shows a page only where the app is installed, but always the installer', async () => {
  openFrame.mockResolvedValue(portal('en', false))
  await bootApp({ root })
  expect(host().textContent).toContain('has not been set up')
  document.body.innerHTML = '<div id="app"></div>'
  await bootApp({ root, needsInstallation: false })
  expect(host().textContent).toBe('en true')
})

it('keeps the page when something in it fails, and says so above it', async () => {
  openFrame.mockResolvedValue(portal('en'))
  await bootApp({ root })
  host().querySelector('button')!.click()
  await nextTick()
  expect(host().textContent).toContain('You do not have the right')
  expect(host().textContent).toContain('en true')
})

it('tells the portal its height after it was laid out, once a change', async () => {
  let resized = (): void => undefined
  vi.stubGlobal('ResizeObserver', class {
    constructor(changed: () => void) { resized = changed }
    observe(): void { resized() }
    disconnect(): void { resized = () => undefined }
  })
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => Number(queueMicrotask(run)) || 1)
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue({ height: 480.5 } as DOMRect)
  openFrame.mockResolvedValue(portal('en'))
  await bootApp({ root })
  await flushPromises()
  resized()
  await flushPromises()
  expect(frame.fitWindow).toHaveBeenCalledOnce()
})
