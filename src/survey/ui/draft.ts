import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { isSame } from '@/survey/model/publish'
import type { SurveyContent } from '@/survey/model/survey'
import type { StoredSurvey } from '@/survey/store'

export interface Draft {
  /** what the person is editing */
  content: SurveyContent
  /** belongs to the plan noun; here it is only carried */
  plan: unknown
  /** what the portal held when it was read: a write is refused when somebody has written since */
  base: StoredSurvey
}

/** What is being edited, by survey id; it stays when the person looks at another screen of the app. */
export const useDrafts = defineStore('surveyDrafts', () => {
  const drafts = reactive(new Map<string, Draft>())

  /** Takes up the draft of this survey, or begins one. Unsaved texts are kept whatever the portal holds now. */
  function open(stored: StoredSurvey): void {
    const { survey } = stored
    if (survey === null) return
    const draft = drafts.get(survey.id)
    if (draft && isUnsaved(survey.id)) return
    drafts.set(survey.id, { content: copyOf(survey.draft), plan: copyOf(survey.plan), base: stored })
  }

  /** The portal holds something newer: the texts stay as they are, the next write goes over what is there now. */
  function rebase(id: string, stored: StoredSurvey): void {
    const draft = drafts.get(id)
    if (draft) draft.base = stored
  }

  /** Brings back what was kept elsewhere, with the ground it stood on: had somebody written since, the next write is refused. */
  function restore(id: string, draft: Draft): void {
    drafts.set(id, draft)
  }

  function discard(id: string): void {
    const draft = drafts.get(id)
    if (!draft?.base.survey) return
    draft.content = copyOf(draft.base.survey.draft)
    draft.plan = copyOf(draft.base.survey.plan)
  }

  function isUnsaved(id: string): boolean {
    const draft = drafts.get(id)
    if (!draft?.base.survey) return false
    return !isSame(draft.content, draft.base.survey.draft) || !isSame(draft.plan, draft.base.survey.plan)
  }

  return { drafts, open, rebase, restore, discard, isUnsaved }
})

function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
