import type { Portal } from '@/portal/client'
export interface Frame { resize: (height: number) => void }
export const openFrame = async (_options: { timeoutMs: number }): Promise<{ portal: Portal, frame: Frame }> => { throw new Error('no frame yet') }
