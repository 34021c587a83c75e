import bizproc from '../contracts/bizproc.json' with { type: 'json' }
import documented from '../contracts/rest.json' with { type: 'json' }
import observed from '../contracts/observed.json' with { type: 'json' }

export interface ContractParam { name: string; type: string; required?: boolean; variant?: string }

/** What is known of a method: its page, or the number of an observed fact. */
export interface Contract {
  doc?: string
  fact?: number
  scope: string
  right: string
  applicationContext?: boolean | string
  params: ContractParam[]
  response?: unknown
  errors: string[]
}

const pages: Record<string, Contract> = { ...documented.methods, ...bizproc.methods }
const facts: Record<string, Contract> = observed.methods

/** The contract of a method; null when neither documentation nor observation describes it. */
export const contractOf = (method: string): Contract | null => pages[method] ?? facts[method] ?? null

export const isUndocumented = (method: string): boolean => !(method in pages)

/** Methods built on the portal's newer controllers: strict names and types. The older ones read any case and cast. */
export const isController = (method: string): boolean =>
  /^(crm\.(item|type|category|stagehistory|form)\.|crm\.timeline\.logmessage\.|tasks\.task\.|userfieldconfig\.)/.test(method)
