import type { Plugin } from 'vite'

/** Icons that the b24ui components in use draw by themselves. */
const USED = ['check', 'chevronDown', 'loading', 'minus', 'warning']

const DICTIONARY = /b24ui-nuxt\/dist\/runtime\/dictionary\/icons\.js$/
const COMPONENT = /b24ui-nuxt\/dist\/runtime\/(?:components|composables|vue\/components)\/[\w/-]+\.(?:vue|js)$/

/**
 * b24ui keeps some seventy icons in one object, so every page carries them all (8 KB on the wire). This leaves the ones that the components
 * in use draw; a component that needs another one stops the build and says so.
 */
export function uiIcons(): Plugin {
  return {
    name: 'ui-icons',
    apply: 'build',
    transform(code, id) {
      const path = id.split('?')[0] ?? id
      if (DICTIONARY.test(path)) {
        const start = code.indexOf('export default')
        const entries = USED.map(name => {
          const value = new RegExp(`^\\s*${name}: (\\w+),?$`, 'm').exec(code.slice(start))?.[1]
          if (value === undefined) this.error(`b24ui has no icon ${name} any more`)
          return `${name}: ${value}`
        })
        return { code: `${code.slice(0, start)}export default { ${entries.join(', ')} }\n`, map: null }
      }
      if (COMPONENT.test(path)) {
        const missing = [...code.matchAll(/\bicons\.([a-z]\w*)/g)].map(([, name]) => name).filter(name => name !== undefined && name !== 'js' && !USED.includes(name))
        if (missing.length > 0) this.error(`${path} draws the icon ${missing.join(', ')}: add it to USED in vite.ui-icons.ts`)
      }
      return null
    }
  }
}
