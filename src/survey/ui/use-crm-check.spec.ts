import { expect, it } from 'vitest'
import { defineComponent } from 'vue'
import { PortalError } from '@/portal/errors'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { memoryPortal } from '@/survey/ui/memory-portal.fixture'
import { surveyMessages } from '@/survey/ui/messages'
import { useCrmCheck } from '@/survey/ui/use-crm-check'
import { mountInPortal } from '../../../tests/mount'

const gone = { ...afterDeal, snapshots: [{ card: 'deal' as const, field: 'ufCrmOld', title: 'Old field' }], pipelines: [9], asking: { ...afterDeal.asking, stages: ['WON'] } }

async function checkOver(fields: () => unknown) {
  let check!: ReturnType<typeof useCrmCheck>
  const portal = memoryPortal({ 'crm.category.list': () => ({ categories: [{ id: 0, name: 'General' }] }), 'crm.status.list': () => [], 'crm.item.fields': fields })
  await mountInPortal(defineComponent({
    setup() {
      check = useCrmCheck()
      return () => null
    }
  }), { portal, messages: [surveyMessages] })
  return { check, portal }
}

it('lists what the portal no longer has, each with the place to mend it', async () => {
  const { check } = await checkOver(() => ({ fields: {} }))
  expect(await check(gone)).toEqual([
    { id: 'field-snapshots-0', place: 'CRM fields', text: 'The portal no longer has the field “Old field”.' },
    { id: 'field-pipelines-0', place: 'Pipelines', text: 'The portal no longer has pipeline no. 9.' },
    { id: 'field-asking-stages-0', place: 'Stages of deals', text: 'The portal no longer has the stage WON.' }
  ])
})

it('asks nothing for a survey that names nothing', async () => {
  const { check, portal } = await checkOver(() => ({ fields: {} }))
  expect(await check(afterDeal)).toEqual([])
  expect(portal.log).toEqual([])
})

it('does not pass what it could not check', async () => {
  const { check } = await checkOver(() => { throw new PortalError('unreachable') })
  await expect(check(gone)).rejects.toMatchObject({ code: 'unreachable' })
})
