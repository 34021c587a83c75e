import { useI18n } from 'vue-i18n'
import { loadCrmChoices } from '@/survey/crm-choices'
import { checkCrm } from '@/survey/model/check-crm'
import type { SurveyContent } from '@/survey/model/survey'
import { usePortal } from '@/ui/portal'
import { fieldId } from './field-path'
import { pathText, problemText, type ListedProblem } from './problem-text'

/**
 * Checks fields, pipelines and stages against the portal of this moment: somebody may have deleted one since the editor was opened.
 * @returns a function that rejects with a PortalError when the portal cannot be asked
 */
export function useCrmCheck(): (content: SurveyContent) => Promise<ListedProblem[]> {
  const { t, locale } = useI18n()
  const portal = usePortal()
  return async content => {
    if (content.snapshots.length + content.pipelines.length + content.asking.stages.length === 0) return []
    return checkCrm(content, await loadCrmChoices(portal)).map(problem => ({
      id: fieldId(problem.field), place: pathText(problem.field, t, locale.value), text: problemText(problem, t, locale.value)
    }))
  }
}
