import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Kind, KeptOf } from './store-rows'

/*
 * What was read from the portal, kept in the browser. In a frame storage is partitioned, may be forbidden, full, or written by a newer version of
 * the app: the report then works without, only slower. It belongs to one user of one portal; comments are never written.
 */

/** How the kept records look. Raise it with every change of `ReportAnswer`, `ReportInvitation` or of the rules that fill them. */
const VERSION = 2

const NAME = 'feedback-report'

/** Kept records are trusted for so long: what changed on records older than the look-back is not noticed before. */
const LIFE = 30 * 86_400_000

/** Rows written and read in one go, which takes a few milliseconds. */
const PART = 500

/** What is kept apart from the records. Times are milliseconds since 1970. */
export interface Mark {
  /** first time at which this scope was written */
  begunAt: number
  /** everything created since then is kept, of each kind; null = nothing; −Infinity = everything */
  since: Record<Kind, number | null>
  /** `updatedTime` up to which changes are known, ISO 8601 as the portal writes it; null = none was seen */
  changedUpTo: string | null
}

export interface MonthDisk {
  /** null when nothing usable is kept */
  mark(): Promise<Mark | null>
  /** Months, `2026-03` in UTC, that have records of a kind; newest first. Null when storage has failed: nobody knows. */
  months(kind: Kind): Promise<string[] | null>
  /** Records of a month, `2026-03` in UTC; [] when there are none, null as above. */
  read<K extends Kind>(kind: K, month: string): Promise<KeptOf[K][] | null>
  /** Replaces the records of a month. Comments are left out. */
  write<K extends Kind>(kind: K, month: string, rows: readonly KeptOf[K][]): Promise<void>
  /** After the months: they count only when the mark says so. */
  setMark(mark: Mark): Promise<void>
  /** Forgets everything of this user. */
  clear(): Promise<void>
  close(): void
}

interface Schema extends DBSchema {
  marks: { key: string, value: Mark }
  /** Rows as JSON: read from it, what many rows have in common is in memory once, where a clone would have it once for each row. */
  parts: { key: [scope: string, kind: string, month: string, part: number], value: string }
}

/** Why nothing is kept. */
export type DiskTrouble = 'unavailable' | 'newer' | 'full'

export interface DiskOptions {
  /** whose records: member id, user id, type and generation of the store */
  scope: string
  now: () => Date
  /** told once, when storage gives up */
  onTrouble?: (trouble: DiskTrouble) => void
}

/**
 * Opens the storage of one user.
 * Nothing here throws: at the first failure the trouble is told, and from then on nothing is read or written.
 */
export function openMonthDisk({ scope, now, onTrouble }: DiskOptions): MonthDisk {
  let gaveUp = false
  let opening: Promise<IDBPDatabase<Schema>> | undefined

  function giveUp(trouble: DiskTrouble): void {
    if (gaveUp) return
    gaveUp = true
    onTrouble?.(trouble)
    // a database that never opened has nothing to close; why was told
    void opening?.then(db => db.close(), () => undefined)
  }

  async function database(): Promise<IDBPDatabase<Schema>> {
    opening ??= openDB<Schema>(NAME, VERSION, {
      upgrade(db) {
        for (const name of [...db.objectStoreNames]) db.deleteObjectStore(name)
        db.createObjectStore('marks')
        db.createObjectStore('parts')
      },
      // another window brings a newer version of the app: it may have the storage
      blocking: () => giveUp('newer'),
      terminated: () => giveUp('unavailable')
    }).then(async db => {
      await forgetOld(db)
      return db
    })
    return opening
  }

  async function forgetOld(db: IDBPDatabase<Schema>): Promise<void> {
    const oldest = now().getTime() - LIFE
    for (const key of await db.getAllKeys('marks')) {
      const mark = await db.get('marks', key)
      if (!mark || mark.begunAt < oldest || mark.begunAt > now().getTime()) await forget(db, key)
    }
  }

  async function forget(db: IDBPDatabase<Schema>, key: string): Promise<void> {
    const work = db.transaction(['marks', 'parts'], 'readwrite')
    await Promise.all([work.objectStore('marks').delete(key), work.objectStore('parts').delete(IDBKeyRange.bound([key], [key, []])), work.done])
  }

  async function attempt<T>(otherwise: T, work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    if (gaveUp) return otherwise
    try {
      return await work(await database())
    } catch (error) {
      giveUp(troubleOf(error))
      return otherwise
    }
  }

  const monthRange = (kind: Kind, month: string): IDBKeyRange => IDBKeyRange.bound([scope, kind, month], [scope, kind, month, []])

  return {
    mark: () => attempt(null, async db => await db.get('marks', scope) ?? null),

    months: kind => attempt<string[] | null>(null, async db => {
      const keys = await db.getAllKeys('parts', IDBKeyRange.bound([scope, kind], [scope, kind, []]))
      return [...new Set(keys.map(([, , month]) => month))].sort().reverse()
    }),

    read: <K extends Kind>(kind: K, month: string) => attempt<KeptOf[K][] | null>(null, async db => {
      const rows: KeptOf[K][] = []
      for (const key of await db.getAllKeys('parts', monthRange(kind, month))) {
        // written by this version: its shape is ours
        for (const row of JSON.parse(await db.get('parts', key) ?? '[]') as KeptOf[K][]) rows.push(row)
      }
      return rows
    }),

    write: (kind, month, rows) => attempt(undefined, async db => {
      const work = db.transaction('parts', 'readwrite')
      // a part at a time: the page waits for each
      const write = async (): Promise<void> => {
        await work.store.delete(monthRange(kind, month))
        for (let from = 0; from < rows.length; from += PART) {
          await work.store.put(JSON.stringify(rows.slice(from, from + PART).map(withoutComment)), [scope, kind, month, from])
        }
      }
      await Promise.all([write(), work.done])
    }),

    setMark: mark => attempt(undefined, async db => { await db.put('marks', mark, scope) }),

    clear: () => attempt(undefined, async db => { await forget(db, scope) }),

    close: () => {
      gaveUp = true
      void opening?.then(db => db.close(), () => undefined)
    }
  }
}

function withoutComment(row: KeptOf[Kind]): KeptOf[Kind] {
  return 'comment' in row.record ? { ...row, record: { ...row.record, comment: row.record.hasComment ? null : '' } } as KeptOf['answers'] : row
}

function troubleOf(error: unknown): DiskTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  return name === 'VersionError' ? 'newer' : name === 'QuotaExceededError' ? 'full' : 'unavailable'
}
