import { describe, expect, it } from 'vitest'
import { parseLink } from '@/survey/model/invitation-link'
import type { Question, SurveyContent } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { invitationMail, type Mail, type MailPeople } from './mail'
import { fillPlaceholders } from '@/survey/model/placeholders'
import { mailTexts } from './mail-texts'
import allTexts from './mail-texts.json'

const base = 'https://app.example/'
const link = { portal: 'acme.bitrix24.com', formId: 3, sec: 'abc', invitationId: '55', token: 'a'.repeat(32), expires: 1_900_000_000 }
const people: MailPeople = { client: 'Anna Petrova', deal: 'Kitchen', responsible: 'Ivan', company: 'Acme' }
const content: SurveyContent = { ...afterDeal, company: 'Acme' }
const mail = (change: { content?: Partial<SurveyContent>, lang?: string, people?: Partial<MailPeople> } = {}): Mail =>
  invitationMail({ ...content, ...change.content }, link, base, change.lang ?? 'en', { ...people, ...change.people })
const drawn = (change: Parameters<typeof mail>[0] = {}): HTMLElement => {
  const page = document.createElement('div')
  page.innerHTML = mail(change).html
  return page
}
const question = (more: Partial<Question>): Question => ({ ...afterDeal.questions[0]!, ...more })

describe('invitationMail', () => {
  it('reads well as plain text', () => {
    expect(mail()).toMatchObject({
      subject: 'How did we do?',
      text: 'Hello Anna Petrova,\n\nThank you for working with us. We would like to know how it went. One question, less than a minute.\n\nIvan\nAcme\n\n'
        + 'How likely are you to recommend us to a friend or colleague?\n\n'
        + `Open the survey: https://app.example/survey.html#acme.bitrix24.com,3,abc,55,${link.token},1900000000,,en\n\n`
        + 'You receive this message because you dealt with Acme.\n\n'
        + `Send me no more of these messages: https://app.example/survey.html#acme.bitrix24.com,3,abc,55,${link.token},1900000000,stop,en`
    })
  })

  it('has a plain link only when the survey wants no buttons; the question stays', () => {
    const page = drawn({ content: { mail: { ...afterDeal.mail, scoreButtons: false } } })
    expect([...page.querySelectorAll('a')].map(({ href }) => parseLink(new URL(href).hash)).map(opened => [opened?.score, opened?.kind])).toEqual([[null, null], [null, 'stop']])
    expect(page.querySelector('table')).toBeNull()
    expect(page.textContent).toContain('How likely are you')
  })

  it.each<[string, Partial<Question>, number[]]>([
    ['nps', { type: 'nps' }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['csat', { type: 'csat' }, [1, 2, 3, 4, 5]],
    ['stars', { type: 'stars' }, [1, 2, 3, 4, 5]],
    ['ces of seven', { type: 'ces', points: 7 }, [1, 2, 3, 4, 5, 6, 7]],
    ['ces that does not say', { type: 'ces' }, [1, 2, 3, 4, 5]]
  ])('has one button for each value of %s, and a plain link', (_, more, values) => {
    const links = [...drawn({ content: { questions: [question(more)] } }).querySelectorAll('a')]
    expect(links.map(({ textContent }) => textContent)).toEqual([...values.map(String), 'Open the survey', 'Send me no more of these messages'])
    expect(links.map(({ href }) => parseLink(new URL(href).hash))).toEqual([...values, null, null].map((score, index) => ({ ...link, score, lang: 'en', kind: index > values.length ? 'stop' : null })))
  })

  it('without a scored question has only the links', () => {
    expect(drawn({ content: { questions: [question({ type: 'long' })] } }).querySelectorAll('a')).toHaveLength(2)
  })

  it('shows names as text, whatever they are', () => {
    const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;'
    const page = drawn({
      people: { client: evil, deal: evil, responsible: evil },
      content: { company: evil, questions: [question({ text: { en: evil }, low: { en: evil }, high: { en: evil } })] }
    })
    expect(page.querySelectorAll('script, img')).toHaveLength(0)
    expect(page.textContent).toContain(`Hello ${evil},`)
    expect(page.textContent).toContain(`dealt with ${evil}.`)
  })

  it('takes no placeholder and no pattern out of a name', () => {
    expect(mail({ people: { client: '{deal} $& $1' }, content: { company: 'A$&B {company}' } }).text).toMatch(/^Hello \{deal\} \$& \$1,[^]*dealt with A\$&B \{company\}\.\n/)
  })

  it.each<[string, Partial<SurveyContent>, Partial<MailPeople>, string]>([
    ['line breaks', { mail: { ...content.mail, subject: { en: 'About {deal}\r\nBcc: all@example.com' } } }, { deal: 'A\nB' }, 'About A B Bcc: all@example.com'],
    ['nothing', { mail: { ...content.mail, subject: {} } }, {}, 'Acme'],
    ['another language only', { mail: { ...content.mail, subject: { ru: 'Как мы?' } } }, {}, 'Как мы?']
  ])('subject with %s', (_, change, who, subject) => {
    expect(mail({ content: change, people: who }).subject).toBe(subject)
  })

  it('cuts an endless subject, not a character', () => {
    for (const pad of ['', 'x']) {
      const { subject } = mail({ content: { mail: { ...content.mail, subject: { en: pad + '👍'.repeat(300) } } } })
      expect(subject.length).toBeLessThanOrEqual(200)
      expect(subject).not.toMatch(/\p{Surrogate}/u)
    }
  })

  it('loads nothing from outside and runs nothing', () => {
    const { html } = mail()
    expect(html).not.toMatch(/<(img|script|style|link|iframe|form)|url\(|\son\w+=/i)
    expect([...drawn().querySelectorAll('a')].every(({ href }) => href.startsWith(`${base}survey.html#`))).toBe(true)
  })

  it('draws buttons that Outlook draws too: cells with a border and a size', () => {
    const cells = [...drawn().querySelectorAll('a')].slice(0, 11).map(button => button.parentElement!)
    expect(cells.every(cell => cell.tagName === 'TD' && cell.style.border !== '' && cell.hasAttribute('width') && cell.hasAttribute('height'))).toBe(true)
  })

  it.each([['csat', 5], ['nps', 11]] as const)('has the words of the ends as wide as the buttons of %s, also in Outlook, and no wider than the mail', (type, count) => {
    const words = [...drawn({ content: { questions: [question({ type })] } }).querySelectorAll('td[align]')].filter(cell => cell.textContent === 'Extremely likely')
    expect(words).toHaveLength(1)
    const table = words[0]!.closest('table')!
    expect([table.getAttribute('width'), table.style.maxWidth, words[0]!.getAttribute('width')]).toEqual([String(count * 48), '100%', '50%'])
  })

  it('can be read when somebody strips the markup: every button on a line of its own', () => {
    const stripped = mail().html.replace(/<[^>]+>/g, '').split('\n').filter(line => line.trim() !== '')
    expect(stripped[0]).toBe('How likely are you to recommend us to a friend or colleague?')
    expect(stripped.slice(5)).toEqual([
      'How likely are you to recommend us to a friend or colleague?', ...Array.from({ length: 11 }, (_, score) => String(score)),
      'Not at all likely', 'Extremely likely', 'Open the survey', 'You receive this message because you dealt with Acme.',
      'Send me no more of these messages'
    ])
  })

  it.each([['en', 'en', 'ltr', 'left', 'right'], ['kz', 'kk', 'ltr', 'left', 'right'], ['ar', 'ar', 'rtl', 'right', 'left']])(
    'in %s says so to readers, and begins at the right side', (lang, tag, dir, start, end) => {
      const page = drawn({ lang })
      expect(page.firstElementChild!.getAttribute('lang')).toBe(tag)
      expect(page.firstElementChild!.getAttribute('dir')).toBe(dir)
      const tables = [...page.querySelectorAll('td table')]
      expect(tables.map(table => table.getAttribute('align'))).toEqual(Array.from({ length: 11 }, () => start))
      const ends = [...page.querySelectorAll('td[align]')].slice(-2)
      expect(ends.map(cell => [cell.textContent, cell.getAttribute('align')])).toEqual([['Not at all likely', start], ['Extremely likely', end]])
    })

  it('begins with the question, seen in the list of mails only; without one with the mail', () => {
    const first = drawn().firstElementChild!.firstElementChild as HTMLElement
    expect([first.textContent, first.style.display]).toEqual(['How likely are you to recommend us to a friend or colleague?', 'none'])
    expect(first.getAttribute('style')).toContain('mso-hide:all')
    expect(drawn({ content: { questions: [question({ type: 'long' })] } }).firstElementChild!.firstElementChild!.tagName).toBe('P')
  })

  it('has no colour that is lost in the dark: what has no ground of its own stands on white and on dark grey', () => {
    const light = (hex: string): number => [0, 2, 4].map(at => parseInt(hex.slice(1 + at, 3 + at), 16) / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at]!, 0)
    const contrast = (a: string, b: string): number => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05)
    const styles = [...mail().html.matchAll(/style="([^"]*)"/g)].map(([, style]) => style!)
    const colours = styles.flatMap(style => /(?:^|;)color:(#[0-9a-f]{6})/.exec(style)?.[1] ?? [])
    const [onButtons, onMail] = [colours.filter(one => one === '#1f2933'), colours.filter(one => one !== '#1f2933')]
    expect(onButtons).toHaveLength(11)
    expect(onMail.length).toBeGreaterThan(3)
    for (const colour of onMail) expect([contrast(colour, '#ffffff') >= 4.5, contrast(colour, '#1e1e1e') >= 3], colour).toEqual([true, true])
  })

  it('keeps paragraphs and lines of the author', () => {
    const page = drawn({ content: { mail: { ...content.mail, body: { en: 'One\nTwo\n\n\nThree' } } } })
    expect([...page.querySelectorAll('p')].slice(0, 2).map(part => part.innerHTML.trim())).toEqual([expect.stringMatching(/^One<br>\s*Two$/), 'Three'])
  })
})

describe('fillPlaceholders', () => {
  it.each<[string, Partial<MailPeople>, string]>([
    ['{client}, {deal}, {responsible}, {company}', {}, 'Anna Petrova, Kitchen, Ivan, Acme'],
    ['{foo} {Client}', {}, '{foo} {Client}'],
    ['Hello {client},', { client: '' }, 'Hello,'],
    ['Здравствуйте, {client}!', { client: '' }, 'Здравствуйте!'],
    ['{client}, hello', { client: ' ' }, 'hello'],
    ['About “{deal}”.', { deal: '' }, 'About.'],
    ['Заказ «{deal}»', { deal: '' }, 'Заказ'],
    ['“Dear {client}”', { client: '' }, '“Dear”'],
    ['Bonjour {client} !', { client: 'Anne' }, 'Bonjour Anne !'],
    ['{client}', { client: 'A\n\nB' }, 'A B']
  ])('%s with %o → %s', (text, change, filled) => {
    expect(fillPlaceholders(text, { ...people, ...change })).toBe(filled)
  })
})

describe('mailTexts', () => {
  it('are English where there are none', () => {
    expect(mailTexts('xx')).toEqual(allTexts.en)
  })

  it.each(Object.entries(allTexts))('%s names the company once', (lang, texts) => {
    expect(texts.footer.split('{company}')).toHaveLength(2)
    expect(texts.answerHere).not.toBe('')
    expect(texts.stop).not.toBe('')
    if (lang !== 'en') expect(texts.stop).not.toBe(allTexts.en.stop)
    expect(mailTexts(lang)).toBe(texts)
  })

  it.each(Object.entries(allTexts))('%s promises no time: the same words stand below surveys of every length', (_, { footer }) => {
    expect(footer).not.toMatch(/minut|menit|минут|хвилин|dakika|phút|分|นาที|دقيقة/i)
  })
})
