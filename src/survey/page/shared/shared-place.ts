import type { PlaceKind } from '@/survey/model/invitation-link'
import type { Place } from '@/survey/page/place'
import type { Device } from '@/survey/page/portal-form'
import type { Phase } from '@/survey/page/use-page'
import allTexts from './texts.json'

const TEXTS: Record<string, typeof allTexts.en> = allTexts

/** How long the thank-you stands on a kiosk, in milliseconds, and after how long somebody who touches nothing has left. */
export const THANKS_MS = 12_000
export const LEFT_MS = 60_000

/** The page, and what stands around it; imports would be chunks that every customer loads. */
interface Surroundings {
  /** shows the page from the beginning; the result takes it away again */
  open: (device: Device, place: Place) => () => void
  /** where touches are heard and the look is changed */
  page: Document
  /** @returns takes it back */
  later?: (action: () => void, milliseconds: number) => () => void
}

/**
 * The page of a link that stands in a place and is answered by many. One device answers once, with a plain way to answer again. A kiosk keeps nothing
 * – no draft, no mark, not even in memory – and begins anew after the thank-you, and when nobody has touched it for a minute; only an answer
 * that has not arrived yet is waited for.
 */
export function openPlace(kind: PlaceKind, invitationId: string, device: Device, { open, page, later = wait }: Surroundings): void {
  const forgetful: Device = { ...device, storage: null }
  const isKiosk = kind === 'kiosk'
  let closed = false
  let phase: Phase = 'loading'
  let close = (): void => undefined
  let stopWaiting = (): void => undefined

  /** The form's configuration says which links were closed; the page itself knows of none. */
  const fetch: Device['fetch'] = async (input, init) => {
    const response = await device.fetch(input, init)
    if (!String(input).endsWith('crm.site.form.get') || !response.ok) return response
    closed = closedIn(await response.clone().text()).includes(invitationId)
    return closed ? new Response('{}') : response
  }

  const begin = (using: Device): void => {
    stopWaiting()
    close()
    phase = 'loading'
    close = open({ ...using, fetch }, place)
  }
  const beginIn = (milliseconds: number): void => {
    stopWaiting()
    if (isKiosk && phase !== 'sending' && phase !== 'lost') stopWaiting = later(() => begin(forgetful), milliseconds)
  }
  const place: Place = {
    words: (usual, page) => {
      const own = TEXTS[page.lang.value] ?? allTexts.en
      const isOver = { title: own.closedTitle, text: own.closedText }
      switch (usual === null ? null : page.phase.value) {
        case 'paused': return closed ? { ...usual!, ...isOver, button: undefined } : usual
        // what a kiosk cannot hand over is kept nowhere
        case 'refused': return isKiosk ? { ...usual!, ...isOver } : usual
        case 'thanks': return isKiosk ? { ...usual!, button: own.next, href: undefined } : usual
        case 'answered': return { ...usual!, button: own.again }
        default: return usual
      }
    },
    reached: reached => {
      if (reached === phase) return
      phase = reached
      // nobody has begun: the questions may stand there all day
      if (reached === 'filling') stopWaiting()
      else beginIn(reached === 'thanks' ? THANKS_MS : LEFT_MS)
    },
    pressed: page => {
      // where a wish to be called back is on its way, `phase` is its own
      if (page.phase.value !== 'answered' && page.phase.value !== 'thanks') return false
      // the mark of the first answer stays where it is
      begin(forgetful)
      return true
    }
  }
  dress(page, kind)
  if (isKiosk) {
    for (const touch of ['pointerdown', 'keydown', 'input']) page.addEventListener(touch, () => beginIn(LEFT_MS), { capture: true, passive: true })
    page.addEventListener('click', () => fillScreen(page))
  }
  begin(isKiosk ? forgetful : device)
}

const wait = (action: () => void, milliseconds: number): () => void => {
  const timer = setTimeout(action, milliseconds)
  return () => clearTimeout(timer)
}

/** Ids of closed links in whatever the portal answered; the definition travels in a hint, as text in text. */
function closedIn(answer: string): string[] {
  const [, list = ''] = /\\"closed\\":\[([\d,]*)\]/.exec(answer) ?? []
  return list.split(',')
}

/** Big on a kiosk, plain in somebody else's page. A constructed sheet needs no permission of the host's content policy. */
function dress(page: Document, kind: PlaceKind): void {
  const rules = {
    shared: '', embed: ':root{--ground:var(--card);--glow:var(--card)}#survey{min-block-size:0}.card{box-shadow:none}.message{margin-block:0}',
    kiosk: '#survey{zoom:1.3;min-block-size:76.9vh;min-block-size:76.9dvh}body{user-select:none}.text-box{user-select:text}'
  }[kind]
  if (rules === '' || !('replaceSync' in CSSStyleSheet.prototype)) return
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(rules)
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet]
}

/** Browsers allow it after a touch only, some never. */
function fillScreen(page: Document): void {
  // a label passes its click on, and only the first of the two is a touch
  if (page.fullscreenElement !== null || !page.fullscreenEnabled || !navigator.userActivation?.isActive) return
  page.documentElement.requestFullscreen().catch(() => { page.documentElement.dataset.kiosk = 'window' })
}
