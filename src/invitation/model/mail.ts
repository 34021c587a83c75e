import { cutText, oneLine } from '@/survey/model/cut-text'
import { escapeHtml, textToHtml } from '@/survey/model/html'
import { formatLink, formatOptOutLink, type InvitationLink } from '@/survey/model/invitation-link'
import { directionOf, tagOf } from '@/survey/model/language'
import { fillPlaceholders } from '@/survey/model/placeholders'
import { scaleValues } from '@/survey/model/scale'
import { headlineQuestion, textIn, type Lang, type SurveyContent } from '@/survey/model/survey'
import { mailTexts } from './mail-texts'

/** Values of the placeholders; '' where there is none. `company` is the one that asks. */
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
 * The invitation as mail: the question, one button per score unless the survey wants none, a plain link. Tables and inline styles only, because
 * mail programs know nothing else; no pictures, no tracked links, nothing that loads from outside.
 * Every part stands on a line of its own: what is left when somebody strips the markup can still be read.
 * The first line, which mail programs show behind the subject, is the question. See docs/mail.md for what the programs allow.
 * A button only pre-fills the page; scanners that open links count nothing.
 */
export function invitationMail(content: SurveyContent, link: Omit<InvitationLink, 'score' | 'lang'>, base: string, lang: Lang, people: MailPeople): Mail {
  const system = mailTexts(lang)
  const question = headlineQuestion(content)
  const inLang = (text: Record<Lang, string> | undefined): string => textIn(text, lang, content.defaultLang)
  const url = (score: number | null): string => formatLink(base, { ...link, score, lang })
  const stopUrl = formatOptOutLink(base, { ...link, lang })
  const body = fillPlaceholders(inLang(content.mail.body), people)
  const asked = inLang(question?.text)
  const footer = system.footer.replace('{company}', () => oneLine(content.company))
  const subject = cutText(oneLine(fillPlaceholders(inLang(content.mail.subject), people)), SUBJECT_LIMIT) || oneLine(content.company)

  const text = [body, asked, `${system.answerHere}: ${url(null)}`, footer, `${system.stop}: ${stopUrl}`].filter(Boolean).join('\n\n')
  const html = [
    `<div lang="${escapeHtml(tagOf(lang))}" dir="${directionOf(lang)}" style="${PAGE}">`,
    ...(asked ? [`<div style="${PREVIEW}">${escapeHtml(asked)}</div>`] : []),
    ...paragraphs(body),
    ...(asked ? [`<p style="${QUESTION}">${escapeHtml(asked)}</p>`] : []),
    ...(question && content.mail.scoreButtons
      ? scoreTable(scaleValues(question).map(score => button(score, url(score), lang)), inLang(question.low), inLang(question.high), lang)
      : []),
    `<p style="margin:24px 0;"><a href="${escapeHtml(url(null))}" style="${LINK}">${escapeHtml(system.answerHere)}</a></p>`,
    `<p style="${SMALL}">${escapeHtml(footer)}</p>`,
    `<p style="${SMALL}"><a href="${escapeHtml(stopUrl)}" style="${QUIET}">${escapeHtml(system.stop)}</a></p>`,
    '</div>'
  ].join('\n')
  return { subject, html, text }
}

const SUBJECT_LIMIT = 200

/** No colour of its own: in the dark, programs turn what has none. Others stand on white and on dark grey alike. */
const PAGE = 'margin:0 auto;max-width:560px;font-family:Arial,Helvetica,sans-serif;'
const SMALL = 'font-size:13px;line-height:18px;color:#6b7280;'
/** Seen in the list of mails only; Outlook needs a word of its own to hide it. */
const PREVIEW = 'display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;'
const QUIET = 'color:#6b7280;text-decoration:underline;'
const QUESTION = 'margin:24px 0 12px;font-size:18px;line-height:26px;font-weight:bold;'
const LINK = 'color:#1a73e8;font-size:16px;text-decoration:underline;'
const CELL = 'border:1px solid #8a94a0;border-radius:6px;background-color:#ffffff;'
const SCORE = 'display:block;min-width:24px;padding:11px 8px;color:#1f2933;font-size:16px;line-height:20px;text-align:center;text-decoration:none;'
const TABLE = '<table role="presentation" cellpadding="0" cellspacing="0"'

/** Of a button with its border, and of the gap behind it. */
const [BUTTON_WIDTH, GAP] = [42, 6]

/**
 * Buttons in one row that breaks where it must, the words of the two ends below them: as wide as the row, so that each word stands at its end.
 * The width is an attribute, because Outlook knows no largest width of a table; where there is less room, the others keep to that.
 */
function scoreTable(buttons: string[], low: string, high: string, lang: Lang): string[] {
  const [start, end] = sidesOf(lang)
  const ends = low || high
    ? [
        `<tr><td width="50%" align="${start}" valign="top" style="${SMALL}">${escapeHtml(low)}</td>`,
        `<td width="50%" align="${end}" valign="top" style="${SMALL}padding-${end}:${GAP}px;">${escapeHtml(high)}</td></tr>`
      ]
    : []
  const width = buttons.length * (BUTTON_WIDTH + GAP)
  return [`${TABLE} width="${width}" style="max-width:100%;"><tr><td colspan="2">`, ...buttons, '</td></tr>', ...ends, '</table>']
}

/** A small table of its own: Outlook draws border and size of a cell, but not of a link, and sets such tables side by side. */
function button(score: number, url: string, lang: Lang): string {
  const [start] = sidesOf(lang)
  const margin = start === 'left' ? `0 ${GAP}px 8px 0` : `0 0 8px ${GAP}px`
  return `${TABLE} align="${start}" style="margin:${margin};"><tr><td align="center" width="40" height="42" style="${CELL}">`
    + `<a href="${escapeHtml(url)}" style="${SCORE}">${score}</a></td></tr></table>`
}

function sidesOf(lang: Lang): ['left' | 'right', 'left' | 'right'] {
  return directionOf(lang) === 'rtl' ? ['right', 'left'] : ['left', 'right']
}

function paragraphs(text: string): string[] {
  return text.split(/\n{2,}/).filter(part => part.trim() !== '')
    .map(part => `<p style="margin:0 0 16px;font-size:16px;line-height:24px;">${textToHtml(part.trim())}</p>`)
}
