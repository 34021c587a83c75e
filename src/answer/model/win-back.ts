import type { Group } from '@/survey/model/survey'

/** Whom to win back: clients whose last answer was bad, or whose deals were lost. */
export const WIN_BACK_WHO = ['critics', 'lost'] as const

export interface WinBackChoice {
  who: typeof WIN_BACK_WHO[number]
  /** days on which they answered, or the deal was lost: yyyy-mm-dd, both inclusive; '' = open */
  from: string
  to: string
  /** who looks after the answer, or the deal; null = anybody */
  responsible: number | null
}

/** Why somebody stands in the list: an answer or a lost deal, newest first in a list of them. */
export interface WinBackLead {
  contactId: number | null
  companyId: number | null
  deal: { id: number, title: string } | null
  answerId: number | null
  responsibleId: number | null
  /** ISO 8601: when it was answered, or lost */
  at: string
}

/** What a client said last, as far as the viewer may see it. */
export interface LastSaid {
  answerId: number
  group: Group | null
  /** "3/10"; '' without a score */
  score: string
  comment: string
}

/** A task to win the client back, given by the app. */
export interface WinBackTask {
  id: number
  isDone: boolean
  responsibleId: number | null
  /** ISO 8601 */
  createdAt: string
}

/** A line of the call list. */
export interface WinBackRow extends WinBackLead {
  /** of the person, or of the company where no person is known */
  key: ClientKey
  name: string
  /** '' = none in the card */
  phone: string
  email: string
  /** wants no mail */
  optedOut: boolean
  said: LastSaid | null
  /** newest of those that the viewer may see */
  task: WinBackTask | null
}

/** As a task names a client it belongs to. */
export type ClientKey = `C_${number}` | `CO_${number}`

/** @returns null for nobody */
export function clientKey({ contactId, companyId }: Pick<WinBackLead, 'contactId' | 'companyId'>): ClientKey | null {
  if (contactId !== null) return `C_${contactId}`
  return companyId === null ? null : `CO_${companyId}`
}

/** Each client once, by the newest reason. @param leads newest first; those about nobody are left out */
export function distinctLeads(leads: readonly WinBackLead[]): (WinBackLead & { key: ClientKey })[] {
  const found = new Map<ClientKey, WinBackLead & { key: ClientKey }>()
  for (const lead of leads) {
    const key = clientKey(lead)
    if (key !== null && !found.has(key)) found.set(key, { ...lead, key })
  }
  return [...found.values()]
}

/** Somebody has it in hand: no second task is given. */
export const isInHand = ({ task }: Pick<WinBackRow, 'task'>): boolean => task !== null && !task.isDone

/** XML_ID of tasks to win a client back: tells them from all others that are bound to his card. */
export const taskMark = (key: ClientKey): string => `fb-win-back/${key}`
