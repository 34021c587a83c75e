import type { CDPSession } from 'playwright-core'

/** What is between the browser and both hosts, and how much slower the processor is. */
export interface Profile {
  name: 'local' | 'desktop' | 'slow4g'
  /** round trip in milliseconds */
  latency: number
  /** bits a second, both ways; 0 = as fast as the machine */
  bits: number
  slowdown: number
}

export const PROFILES: readonly Profile[] = [
  { name: 'local', latency: 0, bits: 0, slowdown: 1 },
  { name: 'desktop', latency: 40, bits: 10_000_000, slowdown: 1 },
  { name: 'slow4g', latency: 150, bits: 1_600_000, slowdown: 4 }
]

/** Without these a frame of another site is a process of its own, and the page's throttling does not reach it. */
export const THROTTLING_FLAGS = ['--disable-site-isolation-trials', '--disable-features=IsolateOrigins,site-per-process']

export async function throttle(session: CDPSession, { latency, bits, slowdown }: Profile): Promise<void> {
  const bytes = bits === 0 ? -1 : bits / 8
  await session.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: bytes, uploadThroughput: bytes })
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
}
