import { formatLink, type InvitationLink } from '@/survey/model/invitation-link'
import { headlineQuestion, textIn, type Lang, type SurveyContent } from '@/survey/model/survey'
import { mailTexts } from './mail-texts'

export interface MailPeople {
  client: string
  deal: string
  responsible: string
  company: string
}

export interface Mail {
  subject: string
  html: string
  text: string
}

/**
 * The invitation as mail: the question, one button per score, a plain link. Tables and inline styles only, because
 * mail programs know nothing else; no pictures, no tracked links, nothing that loads from outside.
 * A button only pre-fills the page; scanners that open links count nothing.
 */
export function invitationMail(content: SurveyContent, link: Omit<InvitationLink, 'score' | 'lang'>, base: string, lang: Lang, people: MailPeople): Mail {
  const say = (text: Record<Lang, string>): string => fillPlaceholders(textIn(text, lang, content.defaultLang), people)
  const system = mailTexts(lang)
  const question = headlineQuestion(content)
  const url = (score: number | null): string => formatLink(base, { ...link, score, lang })
  const body = say(content.mail.body)
  const asked = question ? say(question.text) : ''
  const scores = question ? scaleOf(question.type, question.points) : []
  const low = question?.low ? say(question.low) : ''
  const high = question?.high ? say(question.high) : ''

  const text = [body, asked, `${system.answerHere}: ${url(null)}`, system.footer.replace('{company}', content.company)].filter(Boolean).join('\n\n')
  return { subject: oneLine(say(content.mail.subject)) || content.company, html: html(), text }

  function html(): string {
    const buttons = scores.map(score => button(String(score), url(score))).join('')
    const ends = low || high
      ? `<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td style="${SMALL}">${escapeHtml(low)}</td>`
      + `<td align="right" style="${SMALL}">${escapeHtml(high)}</td></tr></table>`
      : ''
    return `<div lang="${escapeHtml(lang)}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}" style="margin:0 auto;max-width:560px;font-family:Arial,Helvetica,sans-serif;color:#1f2933;">`
      + paragraphs(body)
      + (asked ? `<p style="${QUESTION}">${escapeHtml(asked)}</p>` : '')
      + (buttons ? `<p style="margin:0 0 4px;line-height:0;">${buttons}</p>${ends}` : '')
      + `<p style="margin:24px 0;"><a href="${escapeHtml(url(null))}" style="${LINK}">${escapeHtml(system.answerHere)}</a></p>`
      + `<p style="${SMALL}">${escapeHtml(system.footer.replace('{company}', content.company))}</p></div>`
  }
}

const SMALL = 'font-size:13px;line-height:18px;color:#5f6b7a;'
const QUESTION = 'margin:24px 0 12px;font-size:18px;line-height:26px;font-weight:bold;'
const LINK = 'color:#0b66c3;font-size:16px;text-decoration:underline;'
const BUTTON = 'display:inline-block;min-width:26px;margin:0 6px 8px 0;padding:11px 8px;border:1px solid #b8c4d0;border-radius:6px;'
  + 'background-color:#ffffff;color:#1f2933;font-size:16px;line-height:20px;text-align:center;text-decoration:none;'

function button(label: string, url: string): string {
  return `<a href="${escapeHtml(url)}" style="${BUTTON}">${label}</a>`
}

function paragraphs(text: string): string {
  return text.split(/\n{2,}/).filter(part => part.trim() !== '')
    .map(part => `<p style="margin:0 0 16px;font-size:16px;line-height:24px;">${escapeHtml(part.trim()).replace(/\n/g, '<br>')}</p>`).join('')
}

function scaleOf(type: string, points: 5 | 7 | undefined): number[] {
  if (type === 'nps') return [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  return Array.from({ length: type === 'ces' ? points ?? 7 : 5 }, (_, index) => index + 1)
}

/** `{client}`, `{deal}`, `{responsible}`, `{company}`; an unknown placeholder stays visible, so that the author notices it in the preview. */
export function fillPlaceholders(text: string, people: MailPeople): string {
  return text.replace(/\{(client|deal|responsible|company)\}/g, (_, name: keyof MailPeople) => people[name]).replace(/ +([,.!?])/g, '$1')
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
}

/** A line break in a subject would start a new header. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').trim().slice(0, 200)
}
