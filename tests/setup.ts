import { afterEach, beforeEach, expect, vi } from 'vitest'

type Level = 'warn' | 'error'

let expected: { level: Level, pattern: RegExp, seen: boolean }[] = []
let heard: string[] = []

/**
 * Says that the test makes the console speak. Whatever is not announced fails the test, and so does an announced message
 * that never comes: a warning of Vue is a mistake of ours.
 */
export function expectConsole(level: Level, pattern: RegExp): void {
  expected.push({ level, pattern, seen: false })
}

beforeEach(() => {
  expected = []
  heard = []
  for (const level of ['warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      const text = parts.map(part => part instanceof Error ? part.stack : String(part)).join(' ')
      const match = expected.find(one => one.level === level && one.pattern.test(text))
      if (match) match.seen = true
      else heard.push(`console.${level}: ${text}`)
    })
  }
})

afterEach(() => {
  expect(heard, 'messages nobody expected (tests/setup.ts, expectConsole)').toEqual([])
  expect(expected.filter(one => !one.seen).map(one => String(one.pattern)), 'messages that were expected and did not come').toEqual([])
})
