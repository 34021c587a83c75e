import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import type { PeriodChoice } from '@/report/model/period'
import { reportMessages } from '@/report/ui/messages'
import PeriodFilter from '@/report/ui/PeriodFilter.vue'
import { mountInPortal } from '../../../tests/mount'

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
  const press = (label: string) => view.findAll('button').find(one => one.text() === label)!.trigger('click')
  return { view, choice, press }
}

describe('PeriodFilter', () => {
  it('says which period is chosen, not only by its colour', async () => {
    const { view } = await open({ preset: 'lastMonth' })
    expect(view.findAll('button').filter(one => one.attributes('aria-pressed') === 'true').map(one => one.text())).toEqual(['Last month'])
  })

  it('chooses a preset', async () => {
    const { choice, press } = await open({ preset: 'lastMonth' })
    await press('30 days')
    expect(choice.value).toEqual({ preset: 'last30Days' })
  })

  it('begins own dates with the days on the screen, in the zone of the report', async () => {
    const { view, choice, press } = await open({ preset: 'lastMonth' })
    expect(view.find('input').exists()).toBe(false)
    await press('Custom dates')
    expect(choice.value).toEqual({ preset: 'custom', firstDay: '2026-03-01', lastDay: '2026-03-31' })
    expect(view.findAll('input').map(({ element }) => element.value)).toEqual(['2026-03-01', '2026-03-31'])
  })

  it('takes a day when it is whole, not while it is being typed', async () => {
    const { view, choice, press } = await open({ preset: 'lastMonth' })
    await press('Custom dates')
    await view.findAll('input')[0]!.setValue('0002-03-05')
    expect(choice.value).toMatchObject({ firstDay: '2026-03-01' })
    await view.findAll('input')[0]!.setValue('')
    expect(choice.value).toMatchObject({ firstDay: '2026-03-01' })
    await view.findAll('input')[0]!.setValue('2026-02-05')
    expect(choice.value).toEqual({ preset: 'custom', firstDay: '2026-02-05', lastDay: '2026-03-31' })
  })
})
