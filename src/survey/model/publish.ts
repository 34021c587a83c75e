import { livePlan, type Survey, type SurveyContent } from './survey'

/**
 * The draft goes out as the next version; the first one also activates the survey, or leaves it paused when that is wanted, so that it can
 * be tried before anybody is asked. A paused survey stays paused.
 * The published content is a copy: whatever is edited later, a version never changes.
 * @param at ISO 8601
 * @param by user id
 */
export function publish(survey: Survey, at: string, by: number, { paused = false } = {}): Survey {
  return {
    ...survey,
    status: survey.status === 'draft' ? paused ? 'paused' : 'active' : survey.status,
    published: { version: (survey.published?.version ?? 0) + 1, at, by, content: copyOf(survey.draft), plan: copyOf(survey.plan) }
  }
}

/** What somebody has edited, as a draft: what is published stays as it is, the plan too. */
export function withDraft(survey: Survey, draft: SurveyContent, plan: unknown): Survey {
  return { ...survey, draft, plan, published: survey.published && { ...survey.published, plan: livePlan(survey) } }
}

/** Does the draft say something else than the published version? True as long as nothing is published. */
export function isChanged(survey: Pick<Survey, 'draft' | 'published' | 'plan'>): boolean {
  return survey.published === null || !isSame(survey.draft, survey.published.content) || !isSame(survey.plan, livePlan(survey))
}

/** The same, whatever the order of keys; an empty text and a missing one are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

/** Nobody is asked any more; answers to what was sent still count. A draft stays a draft. */
export function pause(survey: Survey): Survey {
  return survey.status === 'active' ? { ...survey, status: 'paused' } : survey
}

export function resume(survey: Survey): Survey {
  return survey.status === 'paused' ? { ...survey, status: 'active' } : survey
}

/** Through JSON, because the draft may be a reactive proxy, which cannot be cloned otherwise. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function canonical(content: unknown): string {
  return JSON.stringify(content ?? null, (_, value: unknown) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== '').sort(([a], [b]) => a < b ? -1 : 1))
  })
}
