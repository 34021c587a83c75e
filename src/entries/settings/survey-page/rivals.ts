import { defaultSurvey, isAskable } from '@/invitation/model/request'
import type { Survey } from '@/survey/model/survey'
import type { Rival } from '@/survey/ui/editor/rival'

/** Where the survey would be proposed if it were published with these pipelines, and another one is proposed already. The rule is the request's own. */
export function rivalsOf(surveys: readonly Survey[], id: string, pipelines: readonly number[]): Rival[] {
  const others = surveys.filter(survey => survey.id !== id)
  const withThis = surveys.map((survey): Survey => survey.id === id
    ? {
        ...survey, status: 'active', form: { id: 0, sec: '', made: 'api', verifiedAt: null },
        published: { version: 1, at: '', by: 0, content: { ...survey.draft, pipelines: [...pipelines] } }
      }
    : survey)
  const places = pipelines.length > 0 ? pipelines : [null]
  return places.flatMap(pipeline => {
    const claiming = others.filter(survey => isAskable(survey) && isClaimed(survey, pipeline))
    const rival = defaultSurvey(claiming, pipeline)
    return rival?.published ? [{ pipeline, name: rival.published.content.name, wins: defaultSurvey(withThis, pipeline)?.id !== id }] : []
  })
}

function isClaimed({ published }: Survey, pipeline: number | null): boolean {
  const claims = published?.content.pipelines ?? []
  return pipeline === null ? claims.length === 0 : claims.includes(pipeline)
}
