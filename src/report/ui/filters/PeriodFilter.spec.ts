import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import type { PeriodChoice } from '@/report/model/period'
import { reportMessages } from '@/report/ui/messages'
import PeriodFilter from '@/report/ui/filters/PeriodFilter.vue'
import { mountInPortal } from '../../../../tests/mount'

async function open(first: PeriodChoice) {
  const choice = ref(first)
  const view = await mountInPortal(PeriodFilter, {
    messages: [reportMessages],
    props: {
      'shown': { from: '2026-02-28T19:00:00.000Z', to: '2026-03-31T19:00:00.000Z', zone: 'Asia/Almaty' },
      'modelValue': first,
      'onUpdate:modelValue': async (value: PeriodChoice) => {
        choice.value = value
        await view.setProps({ modelValue: value })
      }
    }
  })
  const choose = (value: string) => view.get('select').setValue(value)
  return { view, choice, choose }
}

describe('PeriodFilter', () => {
  it('says which period is chosen', async () => {
    const { view } = await open({ preset: 'lastMonth' })
    expect(view.get('select').element.selectedOptions[0]!.text).toBe('Last month')
  })

  it('chooses a preset', async () => {
    const { choice, choose } = await open({ preset: 'lastMonth' })
    await choose('last30Days')
    expect(choice.value).toEqual({ preset: 'last30Days' })
  })

  it('begins own dates with the days on the screen, in the zone of the report', async () => {
    const { view, choice, choose } = await open({ preset: 'lastMonth' })
    expect(view.find('input').exists()).toBe(false)
    await choose('custom')
    expect(choice.value).toEqual({ preset: 'custom', firstDay: '2026-03-01', lastDay: '2026-03-31' })
    expect(view.findAll('input').map(({ element }) => element.value)).toEqual(['2026-03-01', '2026-03-31'])
  })

  it('shows the days that it is given', async () => {
    const { view, choice } = await open({ preset: 'custom', firstDay: '2025-09-01', lastDay: '2025-10-15' })
    expect(view.findAll('input').map(({ element }) => element.value)).toEqual(['2025-09-01', '2025-10-15'])
    expect(choice.value).toEqual({ preset: 'custom', firstDay: '2025-09-01', lastDay: '2025-10-15' })
  })

  it('takes a day when it is whole, not while it is being typed', async () => {
    const { view, choice, choose } = await open({ preset: 'lastMonth' })
    await choose('custom')
    await view.findAll('input')[0]!.setValue('0002-03-05')
    expect(choice.value).toMatchObject({ firstDay: '2026-03-01' })
    await view.findAll('input')[0]!.setValue('')
    expect(choice.value).toMatchObject({ firstDay: '2026-03-01' })
    await view.findAll('input')[0]!.setValue('2026-02-05')
    expect(choice.value).toEqual({ preset: 'custom', firstDay: '2026-02-05', lastDay: '2026-03-31' })
  })
})
