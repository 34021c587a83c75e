import type { Demo } from '../../demo/start'
import { sendInvitation, type SendTools } from '@/invitation/sending'
import { loadRequest } from '@/invitation/store'
import { emailOf } from '@/invitation/model/request'
import { randomBytes } from 'node:crypto'
import { storeOf } from './records'
import type { InCharge } from '@/plan/control'
import { runAll } from '@/entries/settings/installation/run'
import { formTextsIn } from '@/survey/ui/form-texts'
import { newNonce } from '@/survey/ui/new-nonce'
import { ADMINISTRATOR, doorOf, portalOver } from '../in-process'

/**
 * The installation without its screens: the same steps as the screen runs, for tests that begin after it.
 * @param answers how many answers of the last months the portal gets
 */
export async function installWithoutScreens(demo: Demo, answers: number, inCharge: InCharge = 'duty'): Promise<void> {
  const base = `${demo.appUrl}/`
  const portal = portalOver(doorOf(demo.portal), { origin: demo.portalUrl })
  const result = await runAll(
    portal,
    { keepIn: 'smartProcess', everyone: true, duty: { person: ADMINISTRATOR, deputy: null }, appBase: base, linkBase: base, generation: 'e2e', inCharge },
    { company: 'Alatau', langs: ['ru', 'en'], lang: 'ru' },
    {
      now: () => demo.portal.now(),
      newNonce,
      formTexts: formTextsIn
    },
    () => {}
  )
  if (result.state !== 'complete') throw new Error(`the installation ended as ${result.state}`)
  demo.portal.state.app.installed = true
  if (answers > 0) demo.portal.seedAnswers(answers)
}

export interface Asked {
  id: number
  token: string
  /** the link of the mail behind a score, without a score the plain one */
  link: (score?: number) => string
}

/** A person's request for feedback without its screen. */
export async function askWithoutScreens(demo: Demo, dealId: number, byUserId = ADMINISTRATOR): Promise<Asked> {
  const portal = portalOver(doorOf(demo.portal, byUserId), { origin: demo.portalUrl, appOptions: demo.portal.state.app.options, isInstalled: true })
  const store = storeOf(demo.portal)
  const { deal, recipient, surveys, sender, companyId } = await loadRequest(portal, store, dealId)
  const [survey] = surveys
  if (!deal.seen || !recipient.seen || !recipient.value || !survey) throw new Error(`nobody to ask in deal ${dealId}`)
  const tools: SendTools = {
    now: () => demo.portal.now(), randomBytes: length => Uint8Array.from(randomBytes(length)), wait: () => Promise.resolve(),
    base: `${demo.appUrl}/`, timelineText: link => link
  }
  const sent = await sendInvitation(portal, store, {
    survey, deal: deal.value, recipient: recipient.value, companyId, email: emailOf(recipient.value) ?? '', lang: 'ru', sender,
    known: new Set(), overrideReason: '', test: false, by: 'duty'
  }, tools)
  if (sent.state !== 'sent') throw new Error(`the invitation was not sent: ${sent.state}`)
  const html = demo.portal.state.outbox.find(mail => mail.originId === `${sent.token}/1`)?.html ?? ''
  const links = [...html.matchAll(/href="([^"]+survey\.html[^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))
  return {
    id: sent.invitationId, token: sent.token,
    link: score => links.find(href => (href.split(',')[6] ?? '') === (score === undefined ? '' : String(score))) ?? ''
  }
}
