import { describe, expect, it } from 'vitest'
import { dryRun, type Candidate, type ManyFacts } from '@/invitation/model/many'
import { loadInvitationMessages } from '@/invitation/ui/messages'
import type { Survey } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { mountInPortal } from '../../../../tests/mount'
import { fakePortal } from '../../../../tests/fake-portal'
import AskedList from './AskedList.vue'
import ManyResult from './ManyResult.vue'
import { manyMessages } from './messages'

const survey = {
  v: 4, id: 's', status: 'active', draft: afterDeal, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content: { ...afterDeal, companyDays: 30 } },
  form: { id: 5, sec: 'abc' }, plan: null
} as unknown as Survey
const acme = { id: 7, name: 'Acme <b>', optedOut: false, notBefore: null }
const client = (id: number, more: Partial<NonNullable<Candidate['person']>>, company: Candidate['company'] = null): Candidate => ({
  person: { kind: 'contact', id, name: `Client ${id}`, emails: [`c${id}@example.com`], lang: null, notBefore: null, optedOut: false, ...more },
  deal: { id: 100 + id, title: `Deal ${id}`, pipeline: 0 }, company, phone: null, lastGroup: null, lastAt: null
})
const CANDIDATES = [
  client(1, {}, acme), client(1, {}, acme), client(2, {}, acme), client(3, { notBefore: '2026-04-01' }), client(4, { optedOut: true }), client(5, { emails: ['c1@example.com'] }),
  { ...client(6, {}), person: null }
]
const facts: ManyFacts = {
  candidates: CANDIDATES, invitations: { seen: true, value: [] }, surveys: [survey], surveyId: null, portalLang: 'en', employees: new Set(),
  now: new Date('2026-03-02T09:00:00Z'), today: '2026-03-02', offset: 0, sender: { id: 7, email: 'me@acme.io' }, perDay: 100, booked: new Map(), lastDay: 13,
  byProcesses: false
}

const open = async (reasons = new Map<string, string>()) => mountInPortal(AskedList, {
  portal: fakePortal({}), messages: [loadInvitationMessages, manyMessages],
  props: { run: dryRun({ ...facts, reasons }), choosing: true, chosen: new Set<string>(), dayText: (day: string) => day }
})

describe('who will be asked and who not', () => {
  it('each with the reason; who is further up comes last', async () => {
    const view = await open()
    const lines = view.findAll('section')[1]!.findAll('li').map(line => line.text().replace(/\s+/g, ' '))
    expect(lines.map(line => /Acme <b>|Was asked lately, again from 2026-04-01|Does not want|A mail to c1@example.com|cannot see this client|further up in the list/.exec(line)?.[0]))
      .toEqual(['Acme <b>', 'Was asked lately, again from 2026-04-01', 'Does not want', 'A mail to c1@example.com', 'cannot see this client', 'further up in the list'])
    expect(view.findAll('section')[0]!.text()).toContain('E-mail')
  })

  it('asks all the same only where that is possible, and only with a reason', async () => {
    const view = await open()
    const buttons = view.findAll('button').filter(button => button.attributes('aria-label')?.startsWith('Ask all the same'))
    expect(buttons.map(button => button.attributes('aria-label'))).toEqual(['Ask all the same: Client 2', 'Ask all the same: Client 3'])
    await buttons[1]!.trigger('click')
    await view.get('input[maxlength]').setValue('  no ')
    await view.get('form').trigger('submit')
    expect(view.emitted('override')).toBeUndefined()
    await view.get('input[maxlength]').setValue(' He asked for it ')
    await view.get('form').trigger('submit')
    expect(view.emitted('override')).toEqual([['contact 3', 'He asked for it']])
  })

  it('shows the reason, and takes it back', async () => {
    const view = await open(new Map([['contact 3', 'He asked for it']]))
    expect(view.findAll('section')[0]!.text()).toContain('Asked all the same: He asked for it')
    await view.get('button[aria-label="Do not ask: Client 3"]').trigger('click')
    expect(view.emitted('override')).toEqual([['contact 3', '']])
  })
})

describe('what became of it', () => {
  const others = { handed: 0, lost: 0, gone: 0, skipped: 0, failed: 0, unwritten: 0, left: 0 }
  it.each([
    [{ ...others }, 3, ['3 mails sent.']],
    [{ ...others, unwritten: 70, left: 34 }, 16, ['16 mails sent.', 'Not written because you paused: 70. A new look finds them again.', 'Left: 34.']],
    [{ ...others, handed: 5 }, 0, ['5 invitations written, the portal sends them.']]
  ])('%o', async (rest, sent, lines) => {
    const view = await mountInPortal(ManyResult, {
      portal: fakePortal({}), messages: [loadInvitationMessages, manyMessages], props: { outcome: { state: 'done', sent, others: rest } }
    })
    expect(view.findAll('p').map(line => line.text())).toEqual(lines)
  })
})
