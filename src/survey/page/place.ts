import type { Phase, usePage } from './use-page'

/** A page that says one thing. */
export interface Message {
  tone: 'done' | 'wait' | 'stop'
  title: string
  text: string
  button?: string | undefined
  href?: string | undefined
  outside?: boolean | undefined
}

export type Page = ReturnType<typeof usePage>

/**
 * What the page does differently for a link of its own kind: one that stands in a place and is answered by many, one that stops mails.
 * Loaded by those only who follow such a link, so it imports nothing of the page: what two chunks share would become a third one, which
 * every customer loads.
 */
export interface Place {
  /** @param usual what the page says in this phase; null = it shows the questions, or waits */
  words: (usual: Message | null, page: Page) => Message | null
  /** also told of a wish to be called back, which goes out behind the thank-you */
  reached?: (phase: Phase) => void
  /** the button; @returns false when it is the page's own in this phase */
  pressed: (page: Page) => boolean
}
