import { readFileSync } from 'node:fs'
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle

const PLACE = '<!-- start -->'

const read = (name: string): string => readFileSync(new URL(`./src/ui/start/${name}`, import.meta.url), 'utf8').replaceAll(/\s*\n\s*/g, '\n').trim()

function chunkOf(bundle: Bundle, name: string): Rolldown.OutputChunk | undefined {
  const output = bundle[name]
  return output?.type === 'chunk' ? output : undefined
}

/** A chunk and everything it imports before it can run. */
function withImports(bundle: Bundle, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const imported of chunkOf(bundle, name)?.imports ?? []) withImports(bundle, imported, found)
  return found
}

/** What a page loads by itself as soon as it runs: its screen, and the start where that comes after the first request. */
function startedBy(bundle: Bundle, name: string): string[] {
  return (chunkOf(bundle, name)?.dynamicImports ?? []).flatMap(other => {
    const module = chunkOf(bundle, other)?.facadeModuleId ?? ''
    return /[\\/]src[\\/]entries[\\/][^\\/]+\.ts$/.test(module) ? [other, ...startedBy(bundle, other)] : module.endsWith('.vue') ? [other] : []
  })
}

/** Files of texts that the start may ask for, by language. */
function wordsOf(bundle: Bundle, start: ReadonlySet<string>): Record<string, string[]> {
  const words: Record<string, string[]> = {}
  for (const name of new Set([...start].flatMap(file => chunkOf(bundle, file)?.dynamicImports ?? []))) {
    const [, lang] = /[\\/]locales?[\\/]([a-z]{2})\.(?:json|js)$/.exec(chunkOf(bundle, name)?.facadeModuleId ?? '') ?? []
    if (lang) (words[lang] ??= []).push(`./${name}`)
  }
  return words
}

/**
 * Puts into every page with the mark `<!-- start -->` what must stand there before its first paint (the theme's class,
 * the look of the skeleton), and lets the browser fetch the page's own component and its texts together with the start, not after it.
 */
export function firstPaint(): Plugin {
  return {
    name: 'feedback:first-paint',
    transformIndexHtml(html, { chunk, bundle }) {
      if (!html.includes(PLACE)) return html
      const tags: HtmlTagDescriptor[] = []
      let words = {}
      if (chunk && bundle) {
        const start = withImports(bundle, chunk.fileName)
        const everything = startedBy(bundle, chunk.fileName).reduce((found, name) => withImports(bundle, name, found), new Set(start))
        for (const name of everything) {
          if (!start.has(name)) tags.push({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `./${name}` }, injectTo: 'head' })
        }
        words = wordsOf(bundle, everything)
      }
      const scripts = [read('theme.js'), read('words.js').replace('WORDS', () => JSON.stringify(words))]
      return { html: html.replace(PLACE, () => `<script>${scripts.join(';')}</script>\n  <style>${read('skeleton.css')}</style>`), tags }
    }
  }
}
