import type { FormAddress } from '@/portal/public-form'

/** Why a pasted text names no form; `id` when at least the number stands in it and the portal can be asked for the code. */
export interface NoFormAddress {
  /** `shortPage`: the public page of today, whose address has neither number nor code; `noCode`: only the number; `unknown`: neither */
  why: 'empty' | 'shortPage' | 'noCode' | 'unknown'
  id: number | null
}

/** Where number and code stand together, in what administrators copy out of the portal (core: crm/lib/webform/script.php). */
const WITH_CODE: readonly RegExp[] = [
  // embed code for a site
  /data-b24-form=["']?\w+\/(?<id>\d+)\/(?<sec>[0-9a-z]+)/i,
  // public page of older portals and its cloud proxy; the code of a page starts with the number
  /\/(?:pub\/)?form\/(?<id>\d+)(?:_[^/\s"']*)?\/(?<sec>[0-9a-z]+)/i,
  /\/pub\/form\.php\?(?=[^\s"']*\bform_id=(?<id>\d+))(?=[^\s"']*\bsec=(?<sec>[0-9a-z]+))/i,
  // loader of an on-premise portal
  /\/loader_(?<id>\d+)_(?<sec>[0-9a-z]+)\.js/i,
  /^(?<id>\d+)[\s,;/]+(?<sec>[0-9a-z]{4,32})$/i
]

const NUMBER_ONLY: readonly RegExp[] = [/\/loader_(?<id>\d+)\.js/i, /\/crm\/webform\/edit\/(?<id>\d+)/i, /^(?<id>\d+)$/]

/** Reads embed code, a link to a form, or "12 / abc123". Nothing of the text is run or opened. */
export function parseFormAddress(text: string): FormAddress | NoFormAddress {
  const pasted = text.trim().replaceAll('&amp;', '&')
  if (pasted === '') return { why: 'empty', id: null }
  const whole = firstMatch(WITH_CODE, pasted)
  if (whole?.sec) return { id: Number(whole.id), sec: whole.sec }
  const numbered = firstMatch(NUMBER_ONLY, pasted)
  if (numbered) return { why: 'noCode', id: Number(numbered.id) }
  return { why: /\/crm_form_[0-9a-z]+/i.test(pasted) ? 'shortPage' : 'unknown', id: null }
}

function firstMatch(patterns: readonly RegExp[], text: string): { id?: string, sec?: string } | undefined {
  for (const pattern of patterns) {
    const groups = pattern.exec(text)?.groups
    if (groups) return groups
  }
  return undefined
}
