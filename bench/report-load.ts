import type { RecordStore } from '@/portal/record-store'
import { PAGE } from '@/portal/paging'
import { depthOf, loadRecords, loadReportStart } from '@/report/store'
import { resolvePeriod } from '@/report/model/period'
import { MANAGER, openScene, portalOf, type CountedPortal } from './scene'
import { LATENCY } from './rest-traffic'
import { timeOf } from './statistics'

/** The report's default period, complete, by our reading and by the SDK's. */
export interface ReportLoad {
  answers: number
  /** answers and invitations that were read */
  rows: number
  requests: number
  milliseconds: number
  sdk: { rows: number; requests: number; milliseconds: number }
}

export async function measureReportLoad(answers: number): Promise<ReportLoad> {
  const { demo, store } = await openScene(answers, { switches: { latency: LATENCY } })
  try {
    const portal = portalOf(demo, MANAGER)
    let rows = 0
    const milliseconds = await timeOf(async () => {
      const { zone } = await loadReportStart(portal, store, 'UTC')
      const depth = depthOf(resolvePeriod({ preset: 'last12Months' }, demo.portal.now(), zone))
      await loadRecords(portal, store, depth, { now: () => demo.portal.now(), onProgress: ({ read }) => { rows = read } })
    })
    const other = portalOf(demo, MANAGER)
    let sdkRows = 0
    const sdkMilliseconds = await timeOf(async () => { sdkRows = await readLikeSdk(other, store) })
    return {
      answers, rows, requests: portal.traffic.requests, milliseconds,
      sdk: { rows: sdkRows, requests: other.traffic.requests, milliseconds: sdkMilliseconds }
    }
  } finally {
    await demo.close()
  }
}

/**
 * The same records in the way of the SDK's list helper (`actions.v2.callList` and `fetchList` of @bitrix24/b24jssdk 2.2.0): pages of 50,
 * each begins behind the last id of the page before and is asked for when that one has come.
 * Without the helper's own brake, which from the fiftieth call on lets two a second pass.
 * @returns number of rows
 */
async function readLikeSdk(portal: CountedPortal, store: RecordStore): Promise<number> {
  let rows = 0
  for (const categoryId of [store.answerCategoryId, store.invitationCategoryId]) {
    for (let after = 0; ;) {
      const { items } = await portal.call<{ items: { id: number }[] }>('crm.item.list', {
        entityTypeId: store.entityTypeId, filter: { '=categoryId': categoryId, '>id': after }, select: ['id', 'createdTime', 'ufCrm*'],
        order: { id: 'ASC' }, start: -1
      })
      rows += items.length
      if (items.length < PAGE) break
      after = items.at(-1)!.id
    }
  }
  return rows
}
