import type { Page } from 'playwright-core'
import { text, shown } from './words'
import type { Lang } from './stage'

/** What a customer does on the answer page of the first survey, on a phone: one question a screen. */
export interface Said {
  /** null: the score of the link stays */
  score?: number | null
  comment?: string
  lang?: Lang
}

/** Fills the page in up to the last button. */
export async function fillIn(page: Page, { score = null, comment, lang = 'ru' }: Said): Promise<void> {
  if (score !== null) await page.locator('.point', { has: page.locator(`input[value="${score}"]`) }).click()
  await page.getByRole('button', { name: text(lang, 'page.next') }).click()
  if (comment !== undefined) await page.getByRole('textbox').fill(comment)
}

/** Presses Send. */
export async function send(page: Page, lang: Lang = 'ru'): Promise<void> {
  await page.getByRole('button', { name: text(lang, 'page.send'), exact: true }).click()
}

/** Fills in, sends, and waits for the thanks. */
export async function answer(page: Page, said: Said): Promise<void> {
  await fillIn(page, said)
  await send(page, said.lang)
  await page.getByText(shown(said.lang ?? 'ru', 'page.received')).waitFor()
}
