import { fieldLabel } from '@/portal/installation/names'
import type { FormTexts } from '@/survey/form'
import type { Lang } from '@/survey/model/survey'
import { loadTexts } from '@/survey/page/texts'

/** Words that only the portal's own page of the form shows, in the language of the survey; most of them stand on the answer page too. */
export async function formTextsIn(lang: Lang): Promise<FormTexts> {
  const { send, thanks, refusedTitle } = await loadTexts(lang)
  return { comment: fieldLabel('FB_COMMENT', lang), answers: fieldLabel('FB_ANSWERS', lang), button: send, success: thanks, failure: refusedTitle }
}
