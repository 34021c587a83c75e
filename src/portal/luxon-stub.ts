/**
 * Stands in for `luxon` in the bundles (alias in vite.config.ts). The SDK needs it only for the date helpers of `Text` and for its log
 * formatters, which we do not use; left in, it is a third of the SDK's weight. Whoever reaches it hears about it at once.
 */
export const DateTime: unknown = new Proxy({}, {
  get(_target, name): never {
    throw new Error(`luxon is left out of the build, but DateTime.${String(name)} was used`)
  }
})
