import { chromium, type Browser } from 'playwright-core'

/** No graphics card, no network of the browser's own, nothing that asks the person. Site isolation and web security stay as people have them. */
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-extensions', '--disable-dev-shm-usage', '--font-render-hinting=none'
]

const NONE = `No browser for the end-to-end tests. On Linux x64 it comes with "npm ci"; elsewhere install Google Chrome,
or name a Chrome or Chromium: CHROMIUM_PATH=/path/to/chrome npm run e2e`

/** The browser of the install on Linux x64; CHROMIUM_PATH goes first, an installed Chrome last. */
export async function findBrowser(): Promise<{ executablePath: string } | { channel: 'chrome' }> {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH) return { executablePath: CHROMIUM_PATH }
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' }
  // read while the package is imported: it then unpacks the libraries that a bare system lacks
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x'
  const packed = await import('@sparticuz/chromium')
  return { executablePath: await packed.default.executablePath() }
}

/** Starts a headless browser. `flags`: what the measurements need besides. @throws Error with what to do when there is none */
export async function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  const found = await findBrowser()
  return chromium.launch({ ...found, headless: true, args: [...FLAGS, ...flags] }).catch((error: unknown) => {
    throw new Error(NONE, { cause: error })
  })
}
