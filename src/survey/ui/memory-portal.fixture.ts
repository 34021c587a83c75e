import { vi } from 'vitest'
import type { Command, Outcome, Portal, PortalContext } from '@/portal/client'
import { PortalError } from '@/portal/errors'

export interface MemoryItem { ID: string, NAME: string, TIMESTAMP_X: string, PROPERTY_VALUES: { JSON: string } }

export interface MemoryPortal extends Portal {
  items: Record<'surveys' | 'versions', MemoryItem[]>
  /** every call, in order: "entity.item.update surveys" */
  log: string[]
}

type Answers = Record<string, (params: Record<string, unknown>) => unknown>

/** A portal that keeps storages in memory; other methods answer as the test says, and what it does not say is missing. */
export function memoryPortal(answers: Answers = {}, context: Partial<PortalContext> = {}): MemoryPortal {
  const items: MemoryPortal['items'] = { surveys: [], versions: [] }
  const log: string[] = []
  let lastId = 0

  const storageOf = (params: Record<string, unknown>): MemoryItem[] => items[params.ENTITY as 'surveys' | 'versions']
  const methods: Answers = {
    'entity.item.get': params => {
      const name = (params.FILTER as Record<string, string> | undefined)?.['=NAME']
      return storageOf(params).filter(item => name === undefined || item.NAME === name).map(item => structuredClone(item))
    },
    'entity.item.add': params => {
      lastId += 1
      storageOf(params).push({
        ID: String(lastId), NAME: String(params.NAME), TIMESTAMP_X: '2026-03-01T10:00:00+00:00', PROPERTY_VALUES: params.PROPERTY_VALUES as { JSON: string }
      })
      return lastId
    },
    'entity.item.update': params => {
      const item = storageOf(params).find(({ ID }) => ID === String(params.ID))
      if (!item) throw new PortalError('notFound')
      item.PROPERTY_VALUES = params.PROPERTY_VALUES as { JSON: string }
      return true
    },
    'entity.item.delete': params => {
      const item = storageOf(params).find(({ ID }) => ID === String(params.ID))
      if (!item) throw new PortalError('notFound')
      storageOf(params).splice(storageOf(params).indexOf(item), 1)
      return true
    },
    ...answers
  }

  async function call<T>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    log.push([method, params.ENTITY].filter(Boolean).join(' '))
    const run = methods[method]
    if (!run) throw new PortalError('methodMissing', { method })
    return run(params) as T
  }

  return {
    items,
    log,
    context: {
      origin: 'https://acme.example', memberId: 'm', lang: 'en', isAdmin: true, placement: 'DEFAULT', options: {}, appOptions: {}, isInstalled: true, ...context
    },
    call,
    batch: vi.fn(async (commands: Record<string, Command>) => {
      const outcomes: Record<string, Outcome<unknown>> = {}
      for (const [name, { method, params }] of Object.entries(commands)) {
        outcomes[name] = await call(method, params).then(
          (result): Outcome<unknown> => ({ ok: true, result }),
          (error: PortalError): Outcome<unknown> => ({ ok: false, error })
        )
      }
      return outcomes
    }) as unknown as Portal['batch']
  }
}
