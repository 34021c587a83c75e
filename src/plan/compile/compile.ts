import { collectTemplate } from './collect'
import { handleTemplate } from './handle'
import { helperTemplate } from './on-card'
import type { CompileInput, TemplateIds, TemplateKey } from './input'
import { sendTemplate } from './send'
import { templateFile, templateText, type Template } from './template'

/** A template ready for upload. */
export interface CompiledTemplate {
  key: TemplateKey
  /** with the version, e.g. "Feedback: handle · 1f0c9a77" */
  name: string
  description: string
  document: Template['document']
  autoExecute: Template['autoExecute']
  /** tells apart what is written; the same for the same input */
  version: string
  /** content of the .bpt file */
  file: () => Promise<Uint8Array<ArrayBuffer>>
}

/**
 * Writes one of the portal's processes. Upload in the order of `TEMPLATE_KEYS`: the later ones start the earlier ones by their ids.
 * The same input gives the same bytes.
 * @param ids of the templates that are uploaded already
 * @throws RangeError when the import would refuse what was written, or an id is missing
 */
export function compileTemplate(key: TemplateKey, input: CompileInput, ids: TemplateIds): CompiledTemplate {
  const template = templateOf(key, input, ids)
  const version = fingerprint(templateText(template) + template.description)
  const name = `${template.name} · ${version}`
  const { description, document, autoExecute } = template
  return { key, name, description, document, autoExecute, version, file: () => templateFile(template) }
}

/** As a tree, for looking into. */
export function templateOf(key: TemplateKey, input: CompileInput, ids: TemplateIds): Template {
  switch (key) {
    case 'deal':
    case 'contact':
    case 'company': return helperTemplate(key, input)
    case 'send': return sendTemplate(input, ids)
    case 'handle': return handleTemplate(input, ids)
    case 'collect': return collectTemplate(input, ids)
  }
}

/**
 * Eight hexadecimal digits of a text. FNV-1a over UTF-16 units (isthe.com/chongo/tech/comp/fnv): no secret, only to see a difference.
 */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
