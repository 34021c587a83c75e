import { expect, it, vi } from 'vitest'
import type { ImpossibleReason } from '@/plan/model/effects'
import type { RuleEffect } from '@/plan/model/plan'
import type { ErrorCode } from '@/portal/errors'
import { LOCALES } from '@/ui/i18n'
import { mountInPortal } from '../../../../tests/mount'
import { effectMessages } from './messages'
import RefusedEffects from './RefusedEffects.vue'

const shown = async (ledger: Record<string, number | true | string>, lang = 'en'): Promise<string[]> => {
  const view = await mountInPortal(RefusedEffects, { lang, props: { ledger } })
  // its texts are a file of their own
  await vi.waitFor(() => view.get('li'))
  return view.findAll('li').map(line => line.text())
}

it('tells what was not done, by reason; what was done is not its business', async () => {
  expect(await shown({
    'fields': true, 'comment': 17, 'notify:supervisor': 'noSupervisor', 'task:critics.1': 'noRight', 'notify:5': 'noRight', 'mail:critics.2': 'mailUnconfirmed'
  })).toEqual([
    'notification – the owner has no supervisor',
    'task and notification – who handled the answer has no right to do this',
    'mail to the client – the portal did not confirm; the mail may have gone out'
  ])
})

it('names each kind once, and a hand-over as such', async () => {
  expect(await shown({ 'task:a.0': 'repeat', 'task:a.1': 'repeat', 'responsible:a.2': 'repeat' }, 'ru')).toEqual(['задача и передача ответа – на это приглашение уже отвечали'])
})

it('has words for what it does not know: codes of the catalogue, and later ones', async () => {
  expect(await shown({ 'mail:a.0': 'limitReached', 'later': 'laterReason' })).toEqual([
    expect.stringMatching(/^mail to the client – .*limit/), expect.stringMatching(/^later – Something went wrong/)
  ])
})

it.each(LOCALES)('has words for every reason and kind in %s', async locale => {
  const plan: Record<ImpossibleReason, true> = {
    noSupervisor: true, dismissed: true, unknownUser: true, test: true, repeat: true, unmatched: true, late: true, invalid: true, import: true,
    optout: true, callback: true, shared: true, noCard: true,
    fieldMissing: true, fieldUnreadable: true, stageMissing: true, stageAlready: true, optedOut: true, noAddress: true, noText: true
  }
  // what the portal refuses for good, see run-effects.ts
  const portal: ErrorCode[] = ['noRight', 'notFound', 'badRequest', 'methodMissing', 'noMailbox', 'invalidEmail', 'mailFailed', 'mailUnconfirmed']
  const kinds: Record<RuleEffect['kind'], true> = { comment: true, notify: true, task: true, setField: true, dealStage: true, mail: true, handOver: true }
  const { effects } = await effectMessages(locale) as { effects: { reason: object, kind: object } }
  expect(Object.keys(effects.reason).sort()).toEqual([...Object.keys(plan), ...portal].sort())
  expect(Object.keys(effects.kind)).toEqual(expect.arrayContaining(Object.keys(kinds)))
})
