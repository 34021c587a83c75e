import type { Localized, Reminder, SurveyContent } from '@/survey/model/survey'

/** What a reminder does not say in its own words, it says in those of the invitation. @returns the content whose mail is the reminder's */
export function reminderContent(content: SurveyContent, { subject, text }: Pick<Reminder, 'subject' | 'text'>): SurveyContent {
  return { ...content, mail: { ...content.mail, subject: orOwn(subject, content.mail.subject), body: orOwn(text, content.mail.body) } }
}

const orOwn = (of: Localized, usual: Localized): Localized => Object.values(of).some(one => one.trim() !== '') ? of : usual
