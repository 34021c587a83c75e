import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url))

/** A text that is nothing but the name of a method: the namespaces of Bitrix24 REST that have dots in their names. */
const NAMESPACES = 'app|bizproc|calendar|catalog|crm|department|disk|entity|event|feature|im|imbot|imopenlines|lists|log|mailservice|messageservice|method|'
  + 'placement|sale|server|sonet_group|task|tasks|telephony|user|userconsent|userfieldconfig|userfieldtype'
const METHOD = new RegExp(`(?<before>[!=]==\\s*)?(?<quote>['"\`])(?<name>(?:${NAMESPACES})(?:\\.[a-z]\\w*)+)\\k<quote>`, 'gi')

/** Names without a dot are ordinary words too: only where a method is expected. */
const SHORT_METHOD = /(?:\bmethod:\s*|\bcall(?:<[^()]*>)?\(|\brequest\()(['"`])(batch|profile|scope|methods|events)\1/g

/** Without comments, and without the template of a component: what stands in its quotes are expressions, not texts. */
const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<=^|\s)\/\/ .*$/gm, '').replace(/^<template>[\s\S]*^<\/template>/m, '')

/** Actions of the public form are no REST: they go to another address, and anybody may call them. */
const FORM_ACTION = /^crm\.site\.form\./

/** Methods named in the code of the app, each with the files that name it. Names that are only compared with are not called. */
export function methodsInSource(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const note = (name: string, file: string): void => { found.set(name, [...new Set([...found.get(name) ?? [], file])]) }
  for (const file of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|vue)$/.test(file) || /\.(spec|fixture)\.ts$/.test(file)) continue
    const text = codeOf(readFileSync(`${SOURCE}/${file}`, 'utf8'))
    for (const { groups } of text.matchAll(METHOD)) if (groups?.name && !groups.before && !FORM_ACTION.test(groups.name)) note(groups.name, file)
    for (const [, , name] of text.matchAll(SHORT_METHOD)) if (name) note(name, file)
  }
  return found
}
