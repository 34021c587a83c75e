import type { DateOrder } from '@/report/model/import/dates'
import type { ImportMapping } from '@/report/model/import/mapping'
import type { ImportTable } from '@/report/model/import/table'

/** Rows and how they are to be read. */
export interface ImportSourceChoice {
  table: ImportTable
  mapping: ImportMapping
  dates: DateOrder
  /** whether the numbers of the rows are lines of a file; else they are deals */
  lines: boolean
}
