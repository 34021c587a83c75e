import { describe, expect, it } from 'vitest'
import { openEngineScene, type EngineScene } from './engine-scene'
import { dealsWithAddress, recordsOf, valueOf } from './scene'
import { languageFor } from '@/invitation/model/request'
import { loadHandPerson, loadHandView } from '@/invitation/by-hand'
import { loadRequest } from '@/invitation/store'
import { planFromTemplate } from '@/plan/model/template-plans'
import { DEAL, type NativeType } from '@/portal/fields'
import { toWireNative, updateItem } from '@/portal/items'
import { contentFromTemplate } from '@/survey/model/templates'

/** In which language somebody is asked: the client's card says it, else the deal, else the portal, else the survey; whoever asks. */

interface Asking { scene: EngineScene, dealId: number, contactId: number }

async function open(inCharge: 'engine' | 'duty'): Promise<Asking> {
  const scene = await openEngineScene([{
    id: 's1', content: contentFromTemplate('afterdeal', { lang: 'kz', langs: ['kz', 'ru', 'la'], company: 'Demo' }), plan: planFromTemplate('afterdeal', 'ru')
  }], inCharge)
  const dealId = dealsWithAddress(scene.demo, scene.store)[0]!
  return { scene, dealId, contactId: Number(scene.demo.state.items.get(DEAL)!.get(dealId)!.fields.CONTACT_ID) }
}

async function say({ scene: { portal, store }, dealId, contactId }: Asking, says: { contact: string, deal: string }): Promise<void> {
  for (const [type, id, said] of [[3, contactId, says.contact], [DEAL, dealId, says.deal]] as [NativeType, number, string][]) {
    const { method, params } = updateItem(type, id, toWireNative(store, type, { FB_ASK_LANG: said }))
    await portal.call(method, params)
  }
}

/** Contact, deal → language; the portal speaks Russian. */
const CASES: [string, string, string][] = [
  ['', '', 'ru'], ['kz', 'la', 'kz'], [' KK ', '', 'kz'], ['', 'es', 'la'], ['de', 'ru', 'ru'], ['de', '', 'ru'], ['', 'la', 'la']
]

describe('the language of an invitation', () => {
  it.each(CASES)('contact “%s”, deal “%s”: a person is offered %s', async (contact, deal, lang) => {
    const asking = await open('duty')
    const { scene: { portal, store }, dealId } = asking
    await say(asking, { contact, deal })
    const view = await loadRequest(portal, store, dealId)
    const { langs, defaultLang } = view.surveys[0]!.published!.content
    const [card, about] = [view.recipient.seen ? view.recipient.value : null, view.deal.seen ? view.deal.value : null]
    expect(languageFor(langs, [card!.lang, about!.lang ?? null, 'ru'], defaultLang)).toBe(lang)
    const hand = await loadHandView(portal, store, { entityTypeId: DEAL, id: dealId })
    const { person } = await loadHandPerson(portal, store, hand.people[0]!)
    expect([person.lang, hand.deal!.lang]).toEqual([card!.lang, about!.lang])
  })

  it.each(CASES)('contact “%s”, deal “%s”: the processes ask in the same', async (contact, deal, lang) => {
    const asking = await open('engine')
    const { scene, dealId } = asking
    await say(asking, { contact, deal })
    await scene.portal.call('bizproc.workflow.start', {
      TEMPLATE_ID: scene.control!.templates.collect, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', `DEAL_${dealId}`], PARAMETERS: { SURVEY: 's1' }
    })
    const invitation = [...recordsOf(scene).values()].findLast(item => Number(valueOf(scene, item, 'FB_DEAL')) === dealId)
    expect(valueOf(scene, invitation!, 'FB_LANG')).toBe(lang)
    expect(scene.demo.state.workflows.filter(({ status }) => status === 'faulted')).toEqual([])
  })
})
