import { PiniaColada } from '@pinia/colada'
import { mount, type ComponentMountingOptions, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, vi } from 'vitest'
import type { Component } from 'vue'
import type { Portal } from '@/portal/client'
import type { Frame } from '@/portal/frame'
import { openI18n, type AppI18n, type MessageLoader } from '@/ui/i18n'
import { frameKey, portalKey } from '@/ui/portal'

let mounted: VueWrapper[] = []
afterEach(() => {
  for (const wrapper of mounted) wrapper.unmount()
  mounted = []
})

/** A frame that does nothing; every command is a spy. */
export const silentFrame = (): Frame => ({
  fitWindow: vi.fn(async () => undefined),
  setTitle: vi.fn(async () => undefined),
  openPath: vi.fn(async () => undefined),
  openApplication: vi.fn(async () => undefined),
  closeApplication: vi.fn(),
  reloadData: vi.fn(async () => undefined),
  selectUser: vi.fn(async () => null),
  selectAccess: vi.fn(async () => []),
  selectCrm: vi.fn(async () => null),
  typeInChat: vi.fn(async () => true),
  installFinish: vi.fn(async () => undefined),
  reload: vi.fn(async () => undefined)
})

/** A component with `generic="…"` is typed as a function, which `mount` does not take although it can mount it. */
type GenericComponent = (...parts: never[]) => unknown

export interface MountPortalOptions {
  /** Language of the portal; English without it. */
  lang?: string
  messages?: readonly MessageLoader[]
  portal?: Portal
  frame?: Frame
  props?: object
  slots?: ComponentMountingOptions<Component>['slots']
}

/**
 * Mounts a component as an entry would: with texts, stores, query cache, portal and frame, in the document.
 * It is taken down after the test.
 */
export async function mountInPortal(component: Component | GenericComponent, options: MountPortalOptions = {}): Promise<VueWrapper> {
  const i18n: AppI18n = await openI18n(options.lang ?? 'en', options.messages ?? [])
  const wrapper = mount(component as Component, {
    attachTo: document.body,
    ...(options.props && { props: options.props }),
    ...(options.slots && { slots: options.slots }),
    global: {
      plugins: [createPinia(), PiniaColada, i18n],
      provide: {
        [frameKey as symbol]: options.frame ?? silentFrame(),
        ...(options.portal && { [portalKey as symbol]: options.portal })
      }
    }
  })
  mounted.push(wrapper)
  return wrapper
}
