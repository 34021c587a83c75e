import { describe, expect, it } from 'vitest'
import { chatIn, chatMark, chatsWith, clientsIn, type Chat, type ChatClients } from './chat'
import { chatText, usualChatText } from './chat-text'
import texts from './chat-texts.json'
import mailTexts from './mail-texts.json'
import { parseLink } from '@/survey/model/invitation-link'
import type { Localized } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'

describe('whom a dialog is with', () => {
  it.each<[unknown, ChatClients | null]>([
    ['LEAD|0|COMPANY|4|CONTACT|12|DEAL|3', { lead: 0, company: 4, contact: 12, deal: 3 }],
    ['LEAD|1209|COMPANY|0|CONTACT|0|DEAL|0', { lead: 1209, company: 0, contact: 0, deal: 0 }],
    ['LEAD|0|COMPANY|4|CONTACT|12', null],
    ['', null],
    [undefined, null]
  ])('%j', (data, clients) => expect(clientsIn(data)).toEqual(clients))
})

describe('dialogs to choose from', () => {
  const chat = (id: number, changes: Partial<Chat> = {}): Chat =>
    ({ id, card: { kind: 'deal', id: 3 }, title: 'Telegram', lastAt: null, isMember: true, clients: null, ...changes })
  const with12 = { clients: { lead: 0, company: 4, contact: 12, deal: 3 } }
  const anna = { kind: 'contact' as const, id: 12 }
  const ids = (chats: Chat[], person: { kind: 'contact' | 'company', id: number } = anna, isOwn = true): number[] => chatsWith(chats, person, isOwn).map(({ id }) => id)

  it('those of the person come first where one may write, then the newest', () => {
    expect(ids([
      chat(1, { isMember: false, lastAt: '2026-03-03' }), chat(2, { lastAt: '2026-03-01' }), chat(3, { lastAt: '2026-03-02' }), chat(4)
    ])).toEqual([3, 2, 4, 1])
  })

  it('one that two cards name is one', () => expect(ids([chat(1), chat(1, { card: { kind: 'contact', id: 12 } })])).toEqual([1]))

  it.each<[string, Chat, { kind: 'contact' | 'company', id: number }, boolean, boolean]>([
    ['with that person, found at the deal', chat(1, with12), anna, false, true],
    ['with somebody else of the deal', chat(1, { clients: { ...with12.clients, contact: 13 } }), anna, true, false],
    ['of the deal, with nobody named: its own client', chat(1), anna, true, true],
    ['of the deal, with nobody named: not another contact', chat(1), anna, false, false],
    ['of the person\'s card', chat(1, { card: { kind: 'contact', id: 12 } }), anna, false, true],
    ['of the company, for the company', chat(1, { card: { kind: 'company', id: 4 } }), { kind: 'company', id: 4 }, true, true],
    ['of a person of the company, for the company', chat(1, { ...with12, card: { kind: 'company', id: 4 } }), { kind: 'company', id: 4 }, true, false]
  ])('%s', (_, one, person, isOwn, offered) => expect(ids([one], person, isOwn)).toEqual(offered ? [1] : []))
})

describe('the mark of a dialog', () => {
  it('is read as it was written', () => {
    const place = { id: 12, card: { kind: 'deal' as const, id: 7 } }
    expect(chatIn(chatMark(place))).toEqual(place)
  })

  it.each(['', 'many:abcdefgh:00:2026-03-02:100', 'chat:0:deal:7', 'chat:1:lead:7', 'chat:1:deal:7 x'])('%j is none', text => expect(chatIn(text)).toBeNull())
})

describe('the invitation in a chat', () => {
  const LINK = { portal: 'acme.bitrix24.ru', formId: 5, sec: 'abc', invitationId: '7', token: 'a'.repeat(32), expires: 1_800_000_000 }
  const PEOPLE = { client: 'Анна', deal: 'Окна', responsible: 'Пётр', company: 'Ромашка' }
  const said = (chat: Localized, people = PEOPLE, lang = 'ru'): string =>
    chatText({ ...afterDeal, asking: { ...afterDeal.asking, chat } }, LINK, 'https://f.example/', lang, people)
  const URL = said({ ru: '{link}' })

  it('has the person\'s own link', () => expect(parseLink(URL.split('#')[1]!)).toEqual({ ...LINK, kind: null, score: null, lang: 'ru' }))

  it.each<[string, Localized, string]>([
    ['the link where the words want it', { ru: '{link} – {client}, «{deal}», {responsible}, {company}' }, `${URL} – Анна, «Окна», Пётр, Ромашка`],
    ['or behind them', { ru: 'Оцените нас, {client}' }, `Оцените нас, Анна ${URL}`],
    ['without words the usual ones', {}, `Здравствуйте, Анна! Как мы справились? Ответьте, пожалуйста, на несколько коротких вопросов: ${URL}`],
    ['blanks are no words', { ru: '  ' }, `Здравствуйте, Анна! Как мы справились? Ответьте, пожалуйста, на несколько коротких вопросов: ${URL}`]
  ])('%s', (_, chat, text) => expect(said(chat)).toBe(text))

  it('the usual words are there in every language of mails, with a place for the link, and read well without a name', () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(mailTexts).sort())
    for (const lang of Object.keys(texts)) {
      expect(usualChatText(lang), lang).toContain('{link}')
      const text = said({}, { ...PEOPLE, client: '' }, lang)
      expect(text, lang).not.toMatch(/\{|\s,|^[\s!]*,|  /)
    }
    expect(usualChatText('xx')).toBe(texts.en)
  })
})
