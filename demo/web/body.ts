import type { IncomingMessage } from 'node:http'
import type { Params } from '../rest/handler'
import { parseQuery } from '../rest/query'

/** The whole body; more than 20 MB is refused by dropping the connection. */
export async function rawBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > 20_000_000) throw request.destroy(new Error('body too large'))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export interface Body { params: Params; isJson: boolean; badJson: boolean }

/** JSON, form or multipart; files of a multipart body are left out. No body: no parameters. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const type = request.headers['content-type'] ?? ''
  const raw = await rawBody(request)
  const isJson = /^application\/json\b/i.test(type)
  if (!raw.length) return { params: {}, isJson, badJson: false }
  if (isJson) {
    try {
      const value: unknown = JSON.parse(raw.toString('utf8'))
      return { params: value !== null && typeof value === 'object' ? { ...value } : {}, isJson, badJson: false }
    } catch {
      return { params: {}, isJson, badJson: true }
    }
  }
  if (/^multipart\/form-data\b/i.test(type)) {
    const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData()
    const texts = [...form.entries()].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return { params: parseQuery(String(new URLSearchParams(texts))), isJson, badJson: false }
  }
  return { params: parseQuery(raw.toString('utf8')), isJson, badJson: false }
}
