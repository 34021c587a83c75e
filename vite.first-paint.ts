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

/**
 * Puts into every page with the mark `<!-- start -->` what must stand there before its first paint (the theme's class,
 * the look of the skeleton), and lets the browser fetch the page's own component together with the start, not after it.
 */
export function firstPaint(): Plugin {
  return {
    name: 'feedback:first-paint',
    transformIndexHtml(html, { chunk, bundle }) {
      if (!html.includes(PLACE)) return html
      const tags: HtmlTagDescriptor[] = []
      if (chunk && bundle) {
        const start = withImports(bundle, chunk.fileName)
        const pages = chunk.dynamicImports.filter(name => chunkOf(bundle, name)?.facadeModuleId?.endsWith('.vue'))
        const ahead = new Set(pages.flatMap(name => [...withImports(bundle, name)]).filter(name => !start.has(name)))
        for (const name of ahead) tags.push({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `./${name}` }, injectTo: 'head' })
      }
      return { html: html.replace(PLACE, () => `<script>${read('theme.js')}</script>\n  <style>${read('skeleton.css')}</style>`), tags }
    }
  }
}
