import type { DemoPortal } from '../state'

export function seedAnswers(_portal: DemoPortal, _count: number): number {
  return 0
}
