import type { Demo } from '../../demo/start'
import { runAll } from '@/entries/settings/installation/run'
import { formTextsIn } from '@/survey/ui/form-texts'
import { newNonce } from '@/survey/ui/new-nonce'
import { ADMINISTRATOR, doorOf, portalOver } from '../in-process'

/**
 * The installation without its screens: the same steps as the screen runs, for tests that begin after it.
 * @param answers how many answers of the last months the portal gets
 */
export async function installWithoutScreens(demo: Demo, answers: number): Promise<void> {
  const base = `${demo.appUrl}/`
  const portal = portalOver(doorOf(demo.portal), { origin: demo.portalUrl })
  const result = await runAll(
    portal,
    { everyone: true, duty: { person: ADMINISTRATOR, deputy: null }, appBase: base, linkBase: base, generation: 'e2e' },
    { name: 'После сделки', company: 'Alatau', langs: ['ru', 'en'], defaultLang: 'ru', taskLang: 'ru' },
    {
      now: () => demo.portal.now(),
      newNonce,
      formTexts: formTextsIn
    },
    () => {}
  )
  if (result.state !== 'complete') throw new Error(`the installation ended as ${result.state}`)
  demo.portal.state.app.installed = true
  if (answers > 0) demo.portal.seedAnswers(answers)
}
