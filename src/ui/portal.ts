import { inject, type InjectionKey } from 'vue'
import type { Portal } from '@/portal/client'
import type { Frame } from '@/portal/frame'

export const portalKey: InjectionKey<Portal> = Symbol('portal')
export const frameKey: InjectionKey<Frame> = Symbol('frame')

function required<T>(key: InjectionKey<T>): T {
  const value = inject(key)
  if (value === undefined) throw new Error(`${String(key)} is provided by bootApp() only`)
  return value
}

/** The portal this page runs in. Call it in a component's setup. */
export const usePortal = (): Portal => required(portalKey)

/** Commands of the frame around this page: open a card, close, resize. Call it in a component's setup. */
export const useFrame = (): Frame => required(frameKey)
