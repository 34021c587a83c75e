import type { Device } from './portal-form'

export function browserDevice(): Device {
  return {
    fetch: (input, init) => fetch(input, init),
    storage: ownStorage(),
    now: () => Date.now(),
    newId,
    timeZoneOffset: new Date().getTimezoneOffset(),
    languages: navigator.languages
  }
}

/** Merely naming the storage throws where cookies are blocked. */
function ownStorage(): Storage | null {
  try {
    return localStorage
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

/** 16 random bytes as text; randomUUID does not exist on plain http, which portals inside a company use. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
