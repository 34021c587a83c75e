import type { Plugin } from 'vite'

/** Vite's own module, by the id that its build gives it. */
const HELPER = '\0vite/preload-helper.js'

/**
 * Chunks of this environment are loaded by import() alone. Vite's helper would fetch their stylesheets and imports ahead; pieces of the answer page
 * have none, and the helper would be the heaviest thing of ours that every customer loads.
 */
export function plainImports(environment: string): Plugin {
  return {
    name: 'feedback:plain-imports',
    enforce: 'pre',
    applyToEnvironment: ({ name }) => name === environment,
    load: id => id === HELPER ? 'export const __vitePreload = load => load()' : null
  }
}
