import axe from 'axe-core'
import type { Frame, Locator } from 'playwright-core'
import type { DemoPortal } from '../../demo/state'
import type { Lang } from './stage'
import { roots, wordsIn } from './words'

/** What is wrong with what a frame shows, one line each. */

/** The frame behind an iframe element. */
export async function frameOf(iframe: Locator): Promise<Frame> {
  const frame = await (await iframe.elementHandle())?.contentFrame()
  if (!frame) throw new Error('no frame')
  return frame
}

/** Wider than the window. */
export async function overflow(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    // what is cut off or scrolls in a box of its own makes nothing wider
    const boxed = ({ parentElement }: Element): boolean => parentElement !== null && (getComputedStyle(parentElement).overflowX !== 'visible' || boxed(parentElement))
    const wide = [...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > clientWidth + 1 && !boxed(element))
    const culprits = wide.slice(-3)
    return [`${scrollWidth - clientWidth} px wider than ${clientWidth}: ${culprits.map(element => element.outerHTML.slice(0, 120)).join(' | ')}`]
  })
}

/** A colour on its way from one theme to the other is nobody's colour: themes change at once. */
export async function stopTransitions(frame: Frame): Promise<void> {
  await frame.addStyleTag({ content: '*, ::before, ::after { transition: none !important }' })
}

/** Higher than the frame that the portal gives: a scroll bar inside. */
export const scrolls = (frame: Frame): Promise<boolean> =>
  frame.evaluate(() => document.documentElement.scrollHeight > document.documentElement.clientHeight)

/** Violations of axe's rules, best practice included. `of`: of this rule only */
export async function violations(frame: Frame, of?: string): Promise<string[]> {
  if (!await frame.evaluate(() => 'axe' in window)) await frame.evaluate(axe.source)
  return frame.evaluate(async rule => {
    const { axe: checker } = window as unknown as { axe: typeof axe }
    const { violations: found } = await checker.run(document, { resultTypes: ['violations'], iframes: false, ...rule ? { runOnly: [rule] } : {} })
    const told = ({ html, failureSummary = '' }: (typeof found)[number]['nodes'][number]): string => `${html.slice(0, 160)} – ${failureSummary.split('\n')[1]?.trim() ?? ''}`
    return found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(told).join(' | ')}`)
  }, of)
}

/** Words of people, companies, deals and surveys: everything that the portal keeps as text. */
export function dataWords({ state }: DemoPortal): ReadonlySet<string> {
  const found = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string') for (const word of value.match(WORD) ?? []) found.add(word.toLowerCase())
    else if (value instanceof Map) for (const item of value.values()) collect(item)
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item)
  }
  collect(state)
  return found
}

const WORD = /[\p{L}]+/gu
/** `report.title`: a root of the catalogue with something behind it, whether the catalogue has it or not. */
const RAW_KEY = new RegExp(`\\b(?:${roots().join('|')})(?:\\.[a-z]\\w*)+`, 'gu')
const FOREIGN: Record<Lang, RegExp> = { ru: /^[a-z]{3,}$/i, en: /^[а-яё]{2,}$/i }

/** A placeholder that nothing was put into; where people write texts with placeholders they are what is written. */
export const EMPTY_PLACEHOLDER = /^\w+: empty placeholder/

/** Raw keys of texts, placeholders that nothing was put into, and words of another language that are neither data nor in the catalogue. */
export async function strangeWords(frame: Frame, lang: Lang, data: ReadonlySet<string>): Promise<string[]> {
  const shown = await frame.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts: string[] = []
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode
      if (!parentElement || parentElement.closest('script, style, [lang], code, pre, textarea, option') || !parentElement.checkVisibility()) continue
      texts.push(textContent ?? '')
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) texts.push(element.getAttribute(name) ?? '')
    }
    return texts
  })
  const own = wordsIn(lang)
  const everything = shown.join('\n')
  const raw = (everything.match(RAW_KEY) ?? []).filter(key => !key.endsWith('.html'))
  const empty = everything.match(/\{[a-z]+\}/gi) ?? []
  const foreign = (everything.match(WORD) ?? []).filter(word => FOREIGN[lang].test(word) && !own.has(word.toLowerCase()) && !data.has(word.toLowerCase()))
  return [...raw.map(key => `raw key ${key}`), ...empty.map(text => `empty placeholder ${text}`), ...new Set(foreign.map(word => `foreign word ${word}`))]
}
