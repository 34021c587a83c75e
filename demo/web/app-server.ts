import { readFile, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Connect } from 'vite'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.webmanifest': 'application/manifest+json', '.map': 'application/json'
}
const COMPRESSED = /\.(html|js|css|json|svg|webmanifest|map)$/

const brotli = promisify(brotliCompress)
/** Compressed once per version of a file and process. */
const packed = new Map<string, Buffer>()

async function pack(key: string, raw: Buffer): Promise<Buffer> {
  const known = packed.get(key)
  if (known) return known
  const result = await brotli(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } })
  packed.set(key, result)
  return result
}

/** The portal opens every handler by POST, and the Market looks by HEAD: pages answer them like GET. */
const asGet = (request: IncomingMessage, path: string): boolean =>
  request.method === 'GET' || request.method === 'HEAD' || (request.method === 'POST' && path.endsWith('.html'))

const pathOf = (request: IncomingMessage): string => {
  const path = new URL(request.url ?? '/', 'http://app').pathname
  return path.endsWith('/') ? `${path}index.html` : path
}

/** Serves a folder as a static host does, and `portals.json` with the portal's origin. `middleware` (Vite) takes over what it can when given. */
export async function answerApp(
  request: IncomingMessage, response: ServerResponse, options: { folder: string; portalOrigin: string; middleware?: Connect.Server }
): Promise<void> {
  const path = pathOf(request)
  if (!asGet(request, path)) { response.writeHead(405).end(); return }
  request.on('error', () => response.destroy())
  request.resume()
  const send = async (raw: Buffer, type: string, cache: string, key: string): Promise<void> => {
    const small = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? '')) && COMPRESSED.test(path)
    const body = small ? await pack(key, raw) : raw
    response.writeHead(200, {
      'content-type': type, 'cache-control': cache, 'content-length': body.length, 'vary': 'accept-encoding', ...(small ? { 'content-encoding': 'br' } : {})
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  if (path === '/portals.json') return send(Buffer.from(JSON.stringify([options.portalOrigin])), 'application/json; charset=utf-8', 'no-cache', options.portalOrigin)
  if (options.middleware) {
    if (request.method === 'POST') request.method = 'GET'
    options.middleware(request, response, () => response.writeHead(404).end())
    return
  }
  const file = normalize(join(options.folder, decodeURIComponent(path)))
  const info = file.startsWith(normalize(options.folder)) ? await stat(file).catch(() => null) : null
  if (!info?.isFile()) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(path === '/index.html' ? 'The app is not built yet: npm run build' : 'Not found')
    return
  }
  const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  await send(await readFile(file), TYPES[extname(file)] ?? 'application/octet-stream', cache, `${file} ${info.mtimeMs}`)
}
