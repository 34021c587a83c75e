import { describe, expect, it } from 'vitest'
import { formatLink, formatOptOutLink, formatPlaceLink, parseLink, type InvitationLink } from './invitation-link'

const token = 'abcdefghijklmnopqrstuvwxyz012345'
const link: InvitationLink = { portal: 'acme.bitrix24.com', formId: 12, sec: 'a1b2c3', invitationId: '345', token, expires: 1_800_000_000, score: null, lang: null }
const plain = `acme.bitrix24.com,12,a1b2c3,345,${token},1800000000`

describe('a link', () => {
  it.each<[string, Partial<InvitationLink>]>([
    ['plain', {}],
    ['with a score', { score: 0 }],
    ['with a score and a language', { score: 10, lang: 'ru' }],
    ['with a language only', { lang: 'pt-br' }],
    ['to a portal with a port', { portal: 'localhost:8130' }],
    ['of nobody', { invitationId: '' }]
  ])('%s is read as it was written', (_, parts) => {
    const written = { ...link, ...parts }
    const address = new URL(formatLink('https://app.example.com/f/', written))
    expect(address.pathname).toBe('/f/survey.html')
    expect(address.search).toBe('')
    expect(parseLink(address.hash)).toEqual({ ...written, kind: null })
  })

  it.each([plain, `#${plain}`, `#${plain}.`, `#${plain})`, `#${plain.replaceAll(',', '%2C')}`, `#${plain.replaceAll(',', '%2c')}>`,
    `#${plain.replaceAll(',', '%252C')}`, `#${plain}&utm_source=mail`, `#${plain}?b24form_user=secret`, `#${plain} »\n`])('survives mail programs: %s', fragment => {
    expect(parseLink(fragment)).toEqual({ ...link, kind: null })
  })

  it.each([
    '', '#', '#hello', `#${plain.slice(0, -30)}`, `#${plain},9,ru,more`,
    `#acme.bitrix24.com/evil,12,a1b2c3,345,${token},1800000000`,
    `#user@acme.bitrix24.com,12,a1b2c3,345,${token},1800000000`,
    `#https://acme.bitrix24.com,12,a1b2c3,345,${token},1800000000`,
    `#acme.bitrix24.com,12;1,a1b2c3,345,${token},1800000000`,
    `#acme.bitrix24.com,12,a1/../b,345,${token},1800000000`,
    `#acme.bitrix24.com,12,a1b2c3,<b>,${token},1800000000`,
    `#acme.bitrix24.com,12,a1b2c3,345,${token.toUpperCase()},1800000000`,
    `#acme.bitrix24.com,12,a1b2c3,345,${token}x,1800000000`,
    `#acme.bitrix24.com,12,a1b2c3,345,${token},soon`,
    '#%E0%A4%A,%,%,%,%,%'
  ])('is none: %s', fragment => {
    expect(parseLink(fragment)).toBeNull()
  })

  it.each([null, 'ru'])('that stops mails is read as such, in %s', lang => {
    const address = new URL(formatOptOutLink('https://app.example.com/f/', { ...link, lang }))
    expect(parseLink(address.hash)).toEqual({ ...link, lang, kind: 'stop' })
  })

  it.each(['shared', 'embed', 'kiosk'] as const)('that stands in a place is read as such: %s', kind => {
    const address = new URL(formatPlaceLink('https://app.example.com/f/', { ...link, lang: null }, kind))
    expect(parseLink(address.hash)).toEqual({ ...link, kind })
  })

  it.each(['-1', '9 maybe', 'kiosks', 'Kiosk', '9.5', 'NaN', '1e1', '100', '<script>'])('has no score in "%s"', score => {
    expect(parseLink(`${plain},${encodeURIComponent(score)}`)).toEqual({ ...link, kind: null })
  })

  it.each(['english please', '../x', 'ru"onload='])('has no language in "%s"', lang => {
    expect(parseLink(`${plain},7,${encodeURIComponent(lang)}`)).toEqual({ ...link, score: 7, kind: null })
  })
})
