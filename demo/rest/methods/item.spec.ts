import { describe, expect, it } from 'vitest'
import type { DemoPortal } from '../../state'
import { call, installStore, NOW, resultOf, specPortal } from '../spec-portal'

type Row = Record<string, unknown>
const add = async (portal: DemoPortal, entityTypeId: number, fields: Row): Promise<Row> =>
  (await resultOf<{ item: Row }>(portal, 1, 'crm.item.add', { entityTypeId, fields })).item

describe('records of a smart process', () => {
  it('takes and gives fields under their camelCase names, lists by id, the parent link, casts', async () => {
    const portal = specPortal()
    const { entityTypeId, typeId } = await installStore(portal)
    const group = portal.state.userFields.find(field => field.fieldName.endsWith('FB_GROUP'))?.enum.find(item => item.xmlId === 'high')?.id
    const item = await add(portal, entityTypeId, {
      title: 'Answer', parentId2: '5', contactId: 1, [`ufCrm${typeId}FbNps`]: '9 maybe', [`ufCrm${typeId}FbValue`]: 'abc',
      [`ufCrm${typeId}FbGroup`]: String(group), [`ufCrm_${typeId}_FB_SNAP1`]: 'x'
    })
    expect(item).toMatchObject({ title: 'Answer', parentId2: 5, contactId: 1, contactIds: [1], ufCrm1FbNps: '9 maybe', ufCrm1FbValue: 0,
      ufCrm1FbGroup: group, ufCrm_1_FB_SNAP1: 'x', stageId: 'DT1030_2:NEW' })
    // switched off in the type
    expect(item.opportunity).toBeNull()
    const { fields } = await resultOf<{ fields: Record<string, { upperName: string; isMultiple: boolean }> }>(portal, 1, 'crm.item.fields',
      { entityTypeId })
    expect(fields.ufCrm1FbNps?.upperName).toBe('UF_CRM_1_FB_NPS')
    expect(fields.opportunity).toBeUndefined()
  })

  it.each([2, 3, 4])('type %i: every field of the portal is named in the language of who asks', async entityTypeId => {
    const portal = specPortal()
    const titles = async (lang: string): Promise<string[]> => {
      for (const user of portal.state.users) user.lang = lang
      const { fields } = await resultOf<{ fields: Record<string, { title: string, isDynamic: boolean }> }>(portal, 1, 'crm.item.fields', { entityTypeId })
      return Object.values(fields).filter(({ isDynamic }) => !isDynamic).map(({ title }) => title)
    }
    expect((await titles('ru')).filter(title => !/[а-я]/i.test(title))).toEqual(['ID'])
    expect((await titles('en')).filter(title => !/^[A-Z]/.test(title))).toEqual([])
  })

  it('with original names: complete in get, without id and system fields in a list with select', async () => {
    const portal = specPortal()
    const { entityTypeId } = await installStore(portal)
    const { id } = await add(portal, entityTypeId, { title: 'A', ufCrm1FbToken: 'abc' })
    const { item } = await resultOf<{ item: Row }>(portal, 1, 'crm.item.get', { entityTypeId, id, useOriginalUfNames: 'Y' })
    expect(item).toMatchObject({ id, title: 'A', UF_CRM_1_FB_TOKEN: 'abc' })
    const list = async (extra: Row): Promise<Row[]> => (await resultOf<{ items: Row[] }>(portal, 1, 'crm.item.list', { entityTypeId, ...extra })).items
    expect(await list({ useOriginalUfNames: 'Y', select: ['id', 'title', 'UF_CRM_1_FB_TOKEN'] })).toEqual([{ UF_CRM_1_FB_TOKEN: 'abc' }])
    expect(await list({ select: ['title', 'ufCrm1FbToken'] })).toEqual([{ id, title: 'A', ufCrm1FbToken: 'abc' }])
    expect(await list({ filter: { ufCrm1FbToken: 'ABC' }, select: ['id'] })).toEqual([{ id }])
    expect((await call(portal, 1, 'crm.item.list', { entityTypeId,
      filter: { UF_CRM_1_FB_TOKEN: 'abc' } })).body).toMatchObject({ error: 'INVALID_ARG_VALUE' })
  })

  it('writes stage history: created, moved on, final, other pipeline', async () => {
    const portal = specPortal()
    const { entityTypeId, invitations } = await installStore(portal)
    const { id } = await add(portal, entityTypeId, { title: 'A' })
    for (const fields of [{ stageId: 'DT1030_2:FB_HIGH' }, { stageId: 'DT1030_2:SUCCESS' },
      { categoryId: invitations }]) await resultOf(portal, 1, 'crm.item.update', { entityTypeId, id, fields })
    const rows = portal.state.stageHistory.filter(row => row.entityTypeId === entityTypeId && row.ownerId === id)
    expect(rows.map(row => [row.typeId, row.stageId, row.semantic])).toEqual([
      [1, 'DT1030_2:NEW', 'P'], [2, 'DT1030_2:FB_HIGH', 'P'], [3, 'DT1030_2:SUCCESS', 'S'], [5, `DT1030_${invitations}:NEW`, 'P']
    ])
    expect((await call(portal, 1, 'crm.item.update', { entityTypeId, id,
      fields: { stageId: 'DT1030_2:NEW' } })).body).toMatchObject({ error: 'CRM_FIELD_ERROR_VALUE_NOT_VALID' })
  })

  it('leaves a record alone when nothing changes', async () => {
    const portal = specPortal()
    const before = (await resultOf<{ item: Row }>(portal, 1, 'crm.item.get', { entityTypeId: 2, id: 1 })).item
    portal.setNow(new Date(NOW.getTime() + 60_000))
    const same = (await resultOf<{ item: Row }>(portal, 1, 'crm.item.update', { entityTypeId: 2, id: 1, fields: { title: before.title } })).item
    expect(same.updatedTime).toBe(before.updatedTime)
    const changed = (await resultOf<{ item: Row }>(portal, 1, 'crm.item.update', { entityTypeId: 2, id: 1, fields: { title: 'Other' } })).item
    expect(changed.updatedTime).toBe('2026-08-20T15:01:00+05:00')
  })
})

describe('contacts', () => {
  it('give fm in get always, in lists only with *', async () => {
    const portal = specPortal()
    const get = (await resultOf<{ item: Row }>(portal, 1, 'crm.item.get', { entityTypeId: 3, id: 1 })).item
    expect(get).toMatchObject({ emailWork: 'olga.melnikova@example.kz', fm: [{ typeId: 'EMAIL' }, { typeId: 'PHONE' }] })
    const first = async (select: string[]): Promise<Row | undefined> => (await resultOf<{ items: Row[] }>(portal, 1, 'crm.item.list',
      { entityTypeId: 3, select })).items[0]
    expect(await first(['*'])).toHaveProperty('fm')
    expect(await first(['id', 'fm'])).not.toHaveProperty('fm')
    expect(portal.contractLog.at(-1)?.problem).toContain('fm comes with * only')
  })

  it('belong to deals', async () => {
    const portal = specPortal()
    expect(await resultOf(portal, 1, 'crm.deal.contact.items.get', { id: 1 })).toMatchObject([{ CONTACT_ID: 1, IS_PRIMARY: 'Y' }])
    expect((await call(portal, 2, 'crm.deal.contact.items.get', { id: 2 })).body).toMatchObject({ error: 'ACCESS_DENIED' })
  })
})

describe('smart processes and stages', () => {
  it('without the plan: the documented refusal', async () => {
    const portal = specPortal({ switches: { smartProcesses: false } })
    expect((await call(portal, 1, 'crm.type.add', { fields: { title: 'x' } })).body).toMatchObject({ error: 'CREATE_DYNAMIC_TYPE_RESTRICTED' })
  })

  it('links tasks only with "true", and adds clients to the relations', async () => {
    const portal = specPortal()
    const { type } = await resultOf<{ type: Row }>(portal, 1, 'crm.type.add', {
      fields: { title: 'x', isClientEnabled: 'Y', isUseInUserfieldEnabled: 'Y', linkedUserFields: { 'TASKS_TASK|UF_CRM_TASK': 'Y' },
        relations: { parent: [{ entityTypeId: 2, isChildrenListEnabled: 'true' }] } }
    })
    expect(type).toMatchObject({ entityTypeId: 1030, linkedUserFields: { 'TASKS_TASK|UF_CRM_TASK': 'N' },
      relations: { parent: [{ entityTypeId: 3 }, { entityTypeId: 4 }, { entityTypeId: 2, isChildrenListEnabled: 'Y' }] } })
    expect(portal.contractLog.at(-1)?.problem).toContain('Y does not work here')
  })

  it.each([
    ['the same code twice', { STATUS_ID: 'NEW', SORT: 11 }, 'ERROR_CORE'], ['after the success stage', { STATUS_ID: 'A', SORT: 500 }, ''],
    ['a failure before it', { STATUS_ID: 'A', SORT: 1, SEMANTICS: 'F' }, ''],
    ['a second success', { STATUS_ID: 'A', SORT: 41, SEMANTICS: 'S' }, '']
  ])('refuses a stage: %s', async (_, fields, error) => {
    expect((await call(specPortal(), 1, 'crm.status.add', { fields: { ENTITY_ID: 'DEAL_STAGE_1', NAME: 'A', ...fields } })).body).toMatchObject({ error })
  })

  it('adds the pipeline\'s prefix and keeps used and system stages', async () => {
    const portal = specPortal()
    const id = await resultOf<number>(portal, 1, 'crm.status.add', { fields: { ENTITY_ID: 'DEAL_STAGE_1', STATUS_ID: 'WAIT', NAME: 'Waiting', SORT: 25 } })
    expect(portal.state.statuses.find(status => status.id === id)?.statusId).toBe('C1:WAIT')
    const idOf = (code: string): number | undefined => portal.state.statuses.find(status => status.statusId === code)?.id
    expect((await call(portal, 1, 'crm.status.delete', { id: idOf('C1:NEW') })).body.error).toContain('CRM System Status')
    expect((await call(portal, 1, 'crm.status.delete', { id: idOf('C1:PREPARATION') })).body.error).toBe('There are active items in this status.')
    expect(await resultOf(portal, 1, 'crm.status.delete', { id })).toBe(true)
  })

  it.each([
    ['UF_CRM_X', 'string', 'You cannot create custom fields'], ['UF_CRM_DEAL_lower', 'string', 'Fail to create new user field'],
    [`UF_CRM_DEAL_${'A'.repeat(40)}`, 'string', 'Fail to create new user field'],
    ['UF_CRM_DEAL_A', 'rating', 'Fail to create new user field']
  ])('refuses the user field %s of type %s', async (fieldName, userTypeId, text) => {
    expect((await call(specPortal(), 1, 'userfieldconfig.add',
      { moduleId: 'crm', field: { entityId: 'CRM_DEAL', fieldName, userTypeId } })).body).toMatchObject({ error: '', error_description: text })
  })

  it('updates list items by id and shows XML_IDs in get, not in list', async () => {
    const portal = specPortal()
    await installStore(portal)
    const field = portal.state.userFields.find(other => other.fieldName.endsWith('FB_GROUP'))
    const { field: row } = await resultOf<{ field: { enum: { id: string; xmlId: string }[] } }>(portal, 1, 'userfieldconfig.update', {
      moduleId: 'crm', id: field?.id, field: { userTypeId: 'enumeration', enum: [{ id: field?.enum[0]?.id, del: 'Y' }, { value: 'New', xmlId: 'new' }] }
    })
    expect(row.enum.map(item => item.xmlId)).toEqual(['middle', 'low', 'new'])
    const { fields } = await resultOf<{ fields: Row[] }>(portal, 1, 'userfieldconfig.list', { moduleId: 'crm', filter: { fieldName: field?.fieldName } })
    expect(fields).toHaveLength(1)
    expect(fields[0]).not.toHaveProperty('enum')
  })
})
