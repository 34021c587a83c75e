import type { DemoPortal } from '../state'
import type { Bag, Node, Run, Steps } from './run'

/** One kind of activity: what the import checks and what a run does (facts 66–91). */
export interface Kind {
  /** every property that is known; another one fails the import */
  properties: string[]
  /** properties that must not be empty at import */
  required?: string[]
  /** further messages of the import */
  check?(properties: Bag, portal: DemoPortal): string[]
  /** carries a condition: it may, or it must */
  condition?: 'may' | 'must'
  /** types of children that are taken; without it there are none */
  children?: (type: string) => boolean
  /** only on records of smart processes */
  dynamicOnly?: boolean
  /** results and their types */
  results?: Record<string, string>
  run(run: Run, node: Node): Steps | void
}

/** Ends the process early; the message becomes its title. */
export class Ended extends Error {}
